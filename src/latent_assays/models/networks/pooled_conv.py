"""Model A of the latent-response paper: convolutions, max-pooling, group norm, ELU."""

from collections.abc import Mapping
from typing import Any

from torch import nn

from latent_assays.errors import UserError
from latent_assays.models.autoencoder import Autoencoder, latents_of, scaled
from latent_assays.models.layers.group_norm import GroupNormActivation

__all__ = ["pooled_conv"]


def pooled_conv(
    settings: Mapping[str, Any], image_shape: tuple[int, int, int], stochastic: bool
) -> Autoencoder:
    """Five convolutional blocks of 64 channels and dense layers of 256 and 128, mirrored.

    Five poolings take 64 px images to 2x2. For 32 px images the second block of the encoder does
    not pool and the first of the decoder does not upsample, so both sizes have as many weights.
    With 24 latents and 3 channels there are 510,067 of them.

    Args:
        settings: `latents`, `width` (channels stay a multiple of the 8 norm groups), `likelihood`.
        image_shape: (C,H,W), with H = W = 64 or 32.
        stochastic: whether the encoder's second half is the log of the posterior's std.

    Raises:
        UserError: the images have another size.
    """
    channels, height, width = image_shape
    if height != width or height not in (32, 64):
        raise UserError(f"network: pooled-conv needs 64x64 or 32x32 images, not {height}x{width}")
    inner = scaled(64, settings, multiple_of=8)
    dense, head = scaled(256, settings), scaled(128, settings)
    latents = latents_of(settings)
    flat = inner * 2 * 2
    inner_rescales = height == 64
    encoder = nn.Sequential(
        *_down(channels, inner, kernel=5),
        *_down(inner, inner, pool=inner_rescales),
        *_down(inner, inner),
        *_down(inner, inner),
        *_down(inner, inner),
        nn.Flatten(),
        nn.Linear(flat, dense),
        nn.ELU(inplace=True),
        nn.Linear(dense, head),
        nn.ELU(inplace=True),
        nn.Linear(head, 2 * latents if stochastic else latents),
    )
    decoder = nn.Sequential(
        nn.Linear(latents, head),
        nn.ELU(inplace=True),
        nn.Linear(head, dense),
        nn.ELU(inplace=True),
        nn.Linear(dense, flat),
        nn.Unflatten(1, (inner, 2, 2)),
        *_up(inner, upsample=inner_rescales),
        *_up(inner),
        *_up(inner),
        *_up(inner),
        nn.Upsample(scale_factor=2, mode="bilinear"),
        nn.Conv2d(inner, channels, 3, padding=1),
    )
    return Autoencoder(encoder, decoder, settings, image_shape, stochastic)


def _down(inputs: int, outputs: int, kernel: int = 3, pool: bool = True) -> list[nn.Module]:
    return [
        nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2),
        *([nn.MaxPool2d(2)] if pool else []),
        GroupNormActivation(outputs, "elu"),
    ]


def _up(channels: int, upsample: bool = True) -> list[nn.Module]:
    return [
        *([nn.Upsample(scale_factor=2, mode="bilinear")] if upsample else []),
        nn.Conv2d(channels, channels, 3, padding=1),
        GroupNormActivation(channels, "elu"),
    ]
