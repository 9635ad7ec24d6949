"""Small dense networks for points: the double helix, and the linear and non-linear VAE of Fig. 1b.

A set of N points in C dimensions is given as images (N,1,1,C).
"""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from torch import nn

from latent_assays.models.autoencoder import Autoencoder, latents_of, scaled

__all__ = ["helix", "linear", "mlp"]


def helix(
    settings: Mapping[str, Any], image_shape: tuple[int, int, int], stochastic: bool
) -> Autoencoder:
    """Four hidden layers of 32 units with ELU (latent-response paper, section 3)."""
    return _dense(settings, image_shape, stochastic, (32, 32, 32, 32), nn.ELU)


def mlp(
    settings: Mapping[str, Any], image_shape: tuple[int, int, int], stochastic: bool
) -> Autoencoder:
    """Two hidden layers of 64 units with ReLU (perturbation paper, Fig. 1b)."""
    return _dense(settings, image_shape, stochastic, (64, 64), nn.ReLU)


def linear(
    settings: Mapping[str, Any], image_shape: tuple[int, int, int], stochastic: bool
) -> Autoencoder:
    """One linear map each way, whose optimum spans the principal components (Fig. 1b)."""
    return _dense(settings, image_shape, stochastic, (), nn.Identity)


def _dense(
    settings: Mapping[str, Any],
    image_shape: tuple[int, int, int],
    stochastic: bool,
    hidden: tuple[int, ...],
    activation: type[nn.Module],
) -> Autoencoder:
    channels, height, width = image_shape
    pixels = channels * height * width
    latents = latents_of(settings)
    units = [scaled(size, settings) for size in hidden]

    def layers(*sizes: int) -> list[nn.Module]:
        pairs = [(nn.Linear(*pair), activation()) for pair in pairwise(sizes)]
        return [layer for pair in pairs for layer in pair][:-1]

    encoder = nn.Sequential(
        nn.Flatten(), *layers(pixels, *units, 2 * latents if stochastic else latents)
    )
    decoder = nn.Sequential(
        *layers(latents, *reversed(units), pixels), nn.Unflatten(1, tuple(image_shape))
    )
    return Autoencoder(encoder, decoder, settings, image_shape, stochastic)
