"""The ladder autoencoder of the structure paper (VLAE-n, after Zhao et al., ICML 2017).

Each of n segments is read from one depth of the encoder and enters one depth of the decoder.
"""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from latent_assays.models.autoencoder import Autoencoder, latents_of
from latent_assays.models.networks.blocks import Backbone, DecoderBlock, backbone, dense_layers
from latent_assays.models.networks.hourglass import encoder_blocks
from latent_assays.models.networks.structural import places_of

__all__ = ["LadderDecoder", "LadderEncoder", "ladder"]

RUNGS = {
    2: (6, 12),
    3: (4, 8, 12),
    4: (4, 6, 9, 12),
    6: (2, 4, 6, 8, 10, 12),
    12: tuple(range(1, 13)),
    16: tuple(range(1, 17)),
}
"""Encoder blocks after which each of n segments is read."""


def ladder(
    settings: Mapping[str, Any], image_shape: tuple[int, int, int], stochastic: bool
) -> Autoencoder:
    """VLAE-n: rungs instead of dense layers on both sides; trained with `beta-vae` and β = 1.

    Args:
        settings: `latents`, `segments` n, `likelihood`, and those of `backbone`.
        image_shape: (C,H,W).
        stochastic: whether rungs also give the log of the posterior's std.

    Raises:
        UserError: a setting does not fit, see `backbone` and `segments_of`.
    """
    sizes = backbone(settings, image_shape)
    latents = latents_of(settings)
    places = places_of(settings, sizes)
    outputs = 2 if stochastic else 1
    encoder = LadderEncoder(sizes, image_shape[0], latents, RUNGS[len(places)], outputs)
    decoder = LadderDecoder(sizes, image_shape[0], latents, places)
    return Autoencoder(encoder, decoder, settings, image_shape, stochastic)


class LadderEncoder(nn.Module):
    """Blocks, with an inference rung after some: the maximum over space, then a small network.

    Args:
        sizes: of the backbone.
        channels: of the images.
        latents: D.
        rungs: blocks, counted from 1, that have a rung after them.
        outputs: 2 where rungs give log stds too, else 1.
    """

    def __init__(
        self, sizes: Backbone, channels: int, latents: int, rungs: tuple[int, ...], outputs: int
    ) -> None:
        super().__init__()
        self.outputs = outputs
        self.blocks = nn.ModuleList(encoder_blocks(sizes, channels)[: rungs[-1]])
        width = outputs * latents // len(rungs)
        self.rungs = nn.ModuleDict(
            {
                str(block): dense_layers(sizes.activation, sizes.channels, *sizes.rung, width)
                for block in rungs
            }
        )

    def forward(self, images: Tensor) -> Tensor:
        """Images (B,C,H,W) to (B,D) or (B,2D); the deepest rung gives the first segment."""
        segments: list[Tensor] = []
        features = images
        for number, block in enumerate(self.blocks, 1):
            features = block(features)
            if str(number) in self.rungs:
                segments.insert(0, self.rungs[str(number)](features.amax(dim=(2, 3))))
        halves = zip(*(segment.chunk(self.outputs, dim=1) for segment in segments), strict=True)
        return torch.cat([torch.cat(half, dim=1) for half in halves], dim=1)


class LadderDecoder(nn.Module):
    """Blocks from a learned constant, with a generative rung in front of some of them.

    A rung turns its segment into a few features, the same at every pixel, that are appended to the
    layer's own; what comes before a rung is narrower by as much.

    Args:
        sizes: of the backbone.
        channels: of the images.
        latents: D.
        places: blocks, counted from 1, that have a rung in front of them.
    """

    def __init__(
        self, sizes: Backbone, channels: int, latents: int, places: tuple[int, ...]
    ) -> None:
        super().__init__()
        widths = latents // len(places), *sizes.transform, sizes.features
        self.rungs = nn.ModuleDict(
            {str(block): dense_layers(sizes.activation, *widths) for block in places}
        )

        def width_before(block: int) -> int:
            return sizes.channels - sizes.features * (block in places)

        self.root = nn.Parameter(torch.randn(1, width_before(1), 2, 2))
        self.blocks = nn.ModuleList(
            DecoderBlock(
                sizes, channels if block == sizes.blocks else width_before(block + 1), block
            )
            for block in range(1, sizes.blocks + 1)
        )

    def forward(self, codes: Tensor) -> Tensor:
        """Codes (B,D) to logits (B,C,H,W); the first segment enters at the deepest rung."""
        segments = iter(codes.chunk(len(self.rungs), dim=1))
        features = self.root.expand(len(codes), -1, -1, -1)
        for number, block in enumerate(self.blocks, 1):
            if str(number) in self.rungs:
                extra = self.rungs[str(number)](next(segments))[:, :, None, None]
                extra = extra.expand(-1, -1, *features.shape[2:])
                features = torch.cat([features.to(extra.dtype), extra], dim=1)
            features = block(features)
        return features
