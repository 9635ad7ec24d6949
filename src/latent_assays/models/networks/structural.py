"""Structural decoders (SAE-n): each segment of a code modulates a layer (structure paper, Fig. 1).

The adaptive decoder (AdaAE-n) is the same, but every layer sees the whole code.
"""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from latent_assays.errors import UserError
from latent_assays.models.autoencoder import Autoencoder, latents_of
from latent_assays.models.networks.blocks import (
    Backbone,
    DecoderBlock,
    backbone,
    dense_layers,
    segments_of,
)
from latent_assays.models.networks.hourglass import hourglass_encoder

__all__ = ["PLACES", "StructuralDecoder", "adaptive", "places_of", "structural"]

PLACES = {
    2: (1, 7),
    3: (1, 5, 9),
    4: (1, 4, 7, 10),
    6: (1, 3, 5, 7, 9, 11),
    12: tuple(range(1, 13)),
    16: tuple(range(1, 17)),
}
"""Decoder blocks in front of which each of n segments enters."""


def structural(
    settings: Mapping[str, Any], image_shape: tuple[int, int, int], stochastic: bool
) -> Autoencoder:
    """SAE-n: the hourglass encoder, and a decoder whose n layers get a segment of the code each.

    With 12 latents and 64 px, SAE-12 has 1,221,967 weights.

    Args:
        settings: `latents`, `segments` n, `likelihood`, and those of `backbone`.
        image_shape: (C,H,W).
        stochastic: whether the encoder's second half is the log of the posterior's std.

    Raises:
        UserError: a setting does not fit, see `backbone` and `segments_of`.
    """
    return _build(settings, image_shape, stochastic, shared=False)


def adaptive(
    settings: Mapping[str, Any], image_shape: tuple[int, int, int], stochastic: bool
) -> Autoencoder:
    """AdaAE-n: as `structural`, with the whole code for each of the n layers.

    With 12 latents and 64 px, AdaAE-12 has 1,230,415 weights.
    """
    return _build(settings, image_shape, stochastic, shared=True)


def _build(
    settings: Mapping[str, Any],
    image_shape: tuple[int, int, int],
    stochastic: bool,
    shared: bool,
) -> Autoencoder:
    sizes = backbone(settings, image_shape)
    latents = latents_of(settings)
    places = places_of(settings, sizes)
    decoder = StructuralDecoder(sizes, image_shape[0], latents, places, shared)
    encoder = hourglass_encoder(sizes, image_shape[0], 2 * latents if stochastic else latents)
    return Autoencoder(encoder, decoder, settings, image_shape, stochastic)


def places_of(settings: Mapping[str, Any], sizes: Backbone) -> tuple[int, ...]:
    """The blocks in front of which the segments of `settings` enter.

    Raises:
        UserError: the backbone has too few blocks for as many segments.
    """
    places = PLACES[segments_of(settings, PLACES)]
    if places[-1] > sizes.blocks:
        raise UserError(f"segments: {len(places)} need as many blocks, not {sizes.blocks}")
    return places


class StructuralTransform(nn.Module):
    """v -> scale * v + bias, both computed from a segment of the code (Str-Tfm).

    A small network gives 2C numbers: the biases and the logs of the scales. They are the same at
    every pixel, as in adaptive instance normalisation, but nothing is normalised before.
    """

    def __init__(
        self, inputs: int, hidden: tuple[int, ...], channels: int, activation: str = "mish"
    ) -> None:
        super().__init__()
        self.network = dense_layers(activation, inputs, *hidden, 2 * channels)

    def forward(self, features: Tensor, segment: Tensor) -> Tensor:
        """Features (B,C,H,W) and a segment (B,inputs) to features (B,C,H,W)."""
        bias, log_scale = self.network(segment)[:, :, None, None].chunk(2, dim=1)
        return torch.addcmul(bias, features, log_scale.exp())


class StructuralDecoder(nn.Module):
    """Blocks from a learned constant to an image, modulated in front of some of them.

    Args:
        sizes: of the backbone.
        channels: of the images.
        latents: D.
        places: blocks, counted from 1, that have a transform in front of them.
        shared: every transform sees the whole code, not its own segment.
    """

    def __init__(
        self, sizes: Backbone, channels: int, latents: int, places: tuple[int, ...], shared: bool
    ) -> None:
        super().__init__()
        self.shared = shared
        self.root = nn.Parameter(torch.randn(1, sizes.channels, 2, 2))
        inputs = latents if shared else latents // len(places)
        self.transforms = nn.ModuleDict(
            {
                str(block): StructuralTransform(
                    inputs, sizes.transform, sizes.channels, sizes.activation
                )
                for block in places
            }
        )
        self.blocks = nn.ModuleList(
            DecoderBlock(sizes, channels if block == sizes.blocks else sizes.channels, block)
            for block in range(1, sizes.blocks + 1)
        )

    def forward(self, codes: Tensor) -> Tensor:
        """Codes (B,D) to logits (B,C,H,W); the first segment enters at the deepest place."""
        count = len(self.transforms)
        segments = iter([codes] * count if self.shared else codes.chunk(count, dim=1))
        features = self.root.expand(len(codes), -1, -1, -1)
        for number, block in enumerate(self.blocks, 1):
            if str(number) in self.transforms:
                features = self.transforms[str(number)](features, next(segments))
            features = block(features)
        return features
