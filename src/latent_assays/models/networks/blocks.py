"""The convolutional backbone of the structure paper (Leeb et al., its appendix A.3).

Every block is a 3x3 convolution, a group norm of 8 groups and a Mish; encoders pool between the
convolution and the norm, decoders upsample bilinearly in front of the convolution. The authors' own
runs on RFD had strides and transposed convolutions instead, and ELU: `resampling` and `activation`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import log2
from typing import Any

from torch import Tensor, nn

from latent_assays.errors import UserError
from latent_assays.models.autoencoder import scaled
from latent_assays.models.layers.group_norm import GroupNormActivation
from latent_assays.models.layers.transposed import DoublingConv

__all__ = ["Backbone", "DecoderBlock", "EncoderBlock", "backbone", "dense_layers", "segments_of"]

SMALLEST = 2  # side of the deepest feature map in pixels
RESAMPLINGS = ("pooled", "strided")
ACTIVATIONS = {"mish": nn.Mish, "elu": nn.ELU}


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
        pools: encoder blocks that halve the features.
        upsamples: decoder blocks that double them.
        resampling: `pooled` by max-pooling and bilinear upsampling; `strided` by the convolutions.
        activation: after every norm, and between dense layers; `mish` or `elu`.
    """

    blocks: int
    channels: int
    features: int
    head: tuple[int, ...]
    transform: tuple[int, ...]
    rung: tuple[int, ...]
    pools: tuple[int, ...]
    upsamples: tuple[int, ...]
    resampling: str = "pooled"
    activation: str = "mish"


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
        settings: `blocks` (12 or 16); `width`, which multiplies channels and rung features: 1 for
            3D-Shapes, MPI3D and CelebA, 2 for RFD; `resampling` and `activation`, see `Backbone`.
        image_shape: (C,H,W).

    Raises:
        UserError: there is no such backbone, or images do not halve to 2x2.
    """
    _, height, width = image_shape
    blocks = _one_of(BACKBONES, settings, "blocks", 12)
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
        resampling=_one_of(RESAMPLINGS, settings, "resampling", "pooled"),
        activation=_one_of(ACTIVATIONS, settings, "activation", "mish"),
    )


def _one_of(known: Iterable[Any], settings: Mapping[str, Any], key: str, default: Any) -> Any:
    value = settings.get(key, default)
    if value not in known:
        raise UserError(f"{key}: {value!r} must be one of {', '.join(map(str, known))}")
    return value


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
    """Convolution (5x5 in the first block), max-pooling where it halves, group norm, activation.

    Args:
        sizes: of the backbone.
        inputs: channels that it is given.
        block: its number, counted from 1.
    """

    def __init__(self, sizes: Backbone, inputs: int, block: int) -> None:
        super().__init__()
        kernel = 5 if block == 1 else 3
        halves, strided = block in sizes.pools, sizes.resampling == "strided"
        stride = 2 if halves and strided else 1
        self.convolution = nn.Conv2d(inputs, sizes.channels, kernel, stride, kernel // 2)
        self.pool = nn.MaxPool2d(2) if halves and not strided else nn.Identity()
        self.norm = GroupNormActivation(sizes.channels, sizes.activation)

    def forward(self, features: Tensor) -> Tensor:
        """(B,C,H,W) to (B,C',H,W), or half of H and W."""
        return self.norm(self.pool(self.convolution(features)))


class DecoderBlock(nn.Module):
    """Bilinear upsampling where it doubles, convolution, and but for the last norm and activation.

    Where the backbone is strided, one transposed convolution (4x4) is both of the first two.

    Args:
        sizes: of the backbone.
        outputs: channels that it gives.
        block: its number, counted from 1.
    """

    def __init__(self, sizes: Backbone, outputs: int, block: int) -> None:
        super().__init__()
        doubles, strided = block in sizes.upsamples, sizes.resampling == "strided"
        bilinear = doubles and not strided
        self.upsample = nn.Upsample(scale_factor=2, mode="bilinear") if bilinear else nn.Identity()
        self.convolution = (
            DoublingConv(sizes.channels, outputs)
            if doubles and strided
            else nn.Conv2d(sizes.channels, outputs, 3, padding=1)
        )
        last = block == sizes.blocks
        self.norm = nn.Identity() if last else GroupNormActivation(outputs, sizes.activation)

    def forward(self, features: Tensor) -> Tensor:
        """(B,C,H,W) to (B,C',H,W), or twice H and W."""
        return self.norm(self.convolution(self.upsample(features)))


def dense_layers(activation: str, *sizes: int) -> nn.Sequential:
    """Linear layers from sizes[0] to sizes[-1] with an activation between each two."""
    layers: list[nn.Module] = []
    for inputs, outputs in pairwise(sizes):
        layers += [nn.Linear(inputs, outputs), ACTIVATIONS[activation](inplace=True)]
    return nn.Sequential(*layers[:-1])
