"""The baseline of the structure paper: codes enter the decoder at its narrow end only."""

from collections.abc import Mapping
from typing import Any

from torch import nn

from latent_assays.models.autoencoder import Autoencoder, latents_of
from latent_assays.models.networks.blocks import (
    Backbone,
    DecoderBlock,
    EncoderBlock,
    backbone,
    dense_layers,
)

__all__ = ["encoder_blocks", "hourglass", "hourglass_encoder"]


def hourglass(
    settings: Mapping[str, Any], image_shape: tuple[int, int, int], stochastic: bool
) -> Autoencoder:
    """12 or 16 blocks down to 2x2, dense layers to the codes, and the mirror image.

    With 12 blocks, 12 latents and 64 px there are 1,022,671 weights, 1,024,219 with a std.

    Args:
        settings: `latents`, `likelihood`, and those of `backbone`.
        image_shape: (C,H,W).
        stochastic: whether the encoder's second half is the log of the posterior's std.

    Raises:
        UserError: a setting does not fit, see `backbone`.
    """
    sizes = backbone(settings, image_shape)
    latents = latents_of(settings)
    decoder = nn.Sequential(
        dense_layers(sizes.activation, latents, *reversed(sizes.head), sizes.channels * 2 * 2),
        nn.Unflatten(1, (sizes.channels, 2, 2)),
        *(DecoderBlock(sizes, sizes.channels, block) for block in range(1, sizes.blocks)),
        DecoderBlock(sizes, image_shape[0], sizes.blocks),
    )
    encoder = hourglass_encoder(sizes, image_shape[0], 2 * latents if stochastic else latents)
    return Autoencoder(encoder, decoder, settings, image_shape, stochastic)


def hourglass_encoder(sizes: Backbone, channels: int, outputs: int) -> nn.Sequential:
    """All blocks, then dense layers: (B,channels,H,W) to (B,outputs)."""
    return nn.Sequential(
        *encoder_blocks(sizes, channels),
        nn.Flatten(),
        dense_layers(sizes.activation, sizes.channels * 2 * 2, *sizes.head, outputs),
    )


def encoder_blocks(sizes: Backbone, channels: int) -> list[EncoderBlock]:
    """The blocks of an encoder; the first has a 5x5 kernel."""
    return [
        EncoderBlock(sizes, channels if block == 1 else sizes.channels, block)
        for block in range(1, sizes.blocks + 1)
    ]
