"""The convolutional backbone of the structure paper (Leeb et al., its appendix A.3).

Every block is a 3x3 convolution, a group norm of 8 groups and a Mish; encoders pool between the
convolution and the norm, decoders upsample bilinearly in front of the convolution.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import log2
from typing import Any

from torch import Tensor, nn

from latent_assays.errors import UserError
from latent_assays.models.autoencoder import scaled
from latent_assays.models.layers.group_norm import GroupNormActivation

__all__ = ["Backbone", "DecoderBlock", "EncoderBlock", "backbone", "dense_layers", "segments_of"]

SMALLEST = 2  # side of the deepest feature map in pixels


@dataclass(frozen=True)
class Backbone:
    """Sizes of a backbone, and where it rescales. Blocks are counted from 1.

    Attributes:
        blocks: of the encoder, and of the decoder.
        channels: of every feature map.
        features: channels that a ladder's rung adds.
        head: units between the deepest feature map and the codes.
        transform: units of the small networks that modulate a decoder's layers.
        rung: units of the small networks that read an encoder's layers.
        pools: encoder blocks that pool.
        upsamples: decoder blocks that upsample.
    """

    blocks: int
    channels: int
    features: int
    head: tuple[int, ...]
    transform: tuple[int, ...]
    rung: tuple[int, ...]
    pools: tuple[int, ...]
    upsamples: tuple[int, ...]


BACKBONES = {
    12: Backbone(
        blocks=12,
        channels=64,
        features=16,
        head=(256, 128),
        transform=(64, 128),
        rung=(128, 64),
        pools=(1, 4, 7, 10, 12),
        upsamples=(2, 4, 7, 10, 12),
    ),
    16: Backbone(
        blocks=16,
        channels=128,
        features=32,
        head=(512, 256, 128),
        transform=(64, 128, 256),
        rung=(256, 128, 64),
        pools=(1, 4, 7, 10, 13, 16),
        upsamples=(1, 4, 7, 10, 13, 16),
    ),
}


def backbone(settings: Mapping[str, Any], image_shape: tuple[int, int, int]) -> Backbone:
    """The backbone of `settings` for images of one size.

    The papers' images (64 px for 12 blocks, 128 px for 16) use every rescaling; smaller ones go
    without the deepest, so that all reach 2x2.

    Args:
        settings: `blocks` (12 or 16) and `width`, which multiplies channels and rung features:
            1 for 3D-Shapes, MPI3D and CelebA, 2 for RFD.
        image_shape: (C,H,W).

    Raises:
        UserError: there is no such backbone, or images do not halve to 2x2.
    """
    _, height, width = image_shape
    blocks = settings.get("blocks", 12)
    if blocks not in BACKBONES:
        raise UserError(f"blocks: {blocks!r} must be one of {', '.join(map(str, BACKBONES))}")
    full = BACKBONES[blocks]
    rescalings = log2(height / SMALLEST)
    if height != width or rescalings not in range(1, len(full.pools) + 1):
        sides = ", ".join(str(SMALLEST * 2**k) for k in range(1, len(full.pools) + 1))
        raise UserError(
            f"blocks: {blocks} blocks need square images of {sides} pixels, not {height}x{width}"
        )
    return Backbone(
        blocks=blocks,
        channels=scaled(full.channels, settings, multiple_of=8),
        features=scaled(full.features, settings),
        head=full.head,
        transform=full.transform,
        rung=full.rung,
        pools=full.pools[: int(rescalings)],
        upsamples=full.upsamples[-int(rescalings) :],
    )


def segments_of(settings: Mapping[str, Any], allowed: Mapping[int, Any]) -> int:
    """The number of segments that the latents are split into, each for its own layer.

    Raises:
        UserError: `segments` is missing or not allowed, or does not divide the latents.
    """
    segments = settings.get("segments")
    if segments not in allowed:
        raise UserError(f"segments: {segments!r} must be one of {', '.join(map(str, allowed))}")
    if settings["latents"] % segments:
        raise UserError(
            f"latents: {settings['latents']!r} must be a multiple of segments ({segments})"
        )
    return segments


class EncoderBlock(nn.Module):
    """Convolution, max-pooling where `pool`, group norm, Mish."""

    def __init__(self, inputs: int, outputs: int, pool: bool, kernel: int = 3) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2)
        self.pool = nn.MaxPool2d(2) if pool else nn.Identity()
        self.norm = GroupNormActivation(outputs, "mish")

    def forward(self, features: Tensor) -> Tensor:
        """(B,C,H,W) to (B,C',H,W), or half of H and W."""
        return self.norm(self.pool(self.convolution(features)))


class DecoderBlock(nn.Module):
    """Bilinear upsampling where `upsample`, convolution, and unless `last` group norm and Mish."""

    def __init__(self, inputs: int, outputs: int, upsample: bool, last: bool = False) -> None:
        super().__init__()
        self.upsample = nn.Upsample(scale_factor=2, mode="bilinear") if upsample else nn.Identity()
        self.convolution = nn.Conv2d(inputs, outputs, 3, padding=1)
        self.norm = nn.Identity() if last else GroupNormActivation(outputs, "mish")

    def forward(self, features: Tensor) -> Tensor:
        """(B,C,H,W) to (B,C',H,W), or twice H and W."""
        return self.norm(self.convolution(self.upsample(features)))


def dense_layers(*sizes: int) -> nn.Sequential:
    """Linear layers from sizes[0] to sizes[-1] with a Mish between each two."""
    layers: list[nn.Module] = []
    for inputs, outputs in pairwise(sizes):
        layers += [nn.Linear(inputs, outputs), nn.Mish(inplace=True)]
    return nn.Sequential(*layers[:-1])
