"""The convolutional network of disentanglement_lib, used throughout the perturbation paper.

Locatello et al., "Challenging common assumptions in the unsupervised learning of disentangled
representations", ICML 2019, Table 1.
"""

from collections.abc import Mapping
from typing import Any

from torch import nn

from latent_assays.errors import UserError
from latent_assays.models.autoencoder import Autoencoder, latents_of, scaled
from latent_assays.models.layers.transposed import DoublingConv

__all__ = ["conv"]


def conv(
    settings: Mapping[str, Any], image_shape: tuple[int, int, int], stochastic: bool
) -> Autoencoder:
    """Four strided convolutions and a dense layer of 256, with ReLU, and their mirror image.

    The encoder's second half is the posterior's log variance. Weights are Glorot uniform and
    biases zero, as in TensorFlow. 64 px images reach the dense layer as 4x4, 32 px ones as 2x2.

    Args:
        settings: `latents`, `width`, `likelihood`.
        image_shape: (C,H,W), with H = W a multiple of 16.
        stochastic: whether the encoder has a second head.

    Raises:
        UserError: the images cannot be halved four times.
    """
    channels, height, width = image_shape
    if height != width or height % 16:
        raise UserError(
            f"network: conv needs square images of a multiple of 16 pixels, not {height}x{width}"
        )
    few, many, dense = (scaled(size, settings) for size in (32, 64, 256))
    side = height // 16
    latents = latents_of(settings)
    encoder = nn.Sequential(
        nn.Conv2d(channels, few, 4, stride=2, padding=1),
        nn.ReLU(inplace=True),
        nn.Conv2d(few, few, 4, stride=2, padding=1),
        nn.ReLU(inplace=True),
        nn.Conv2d(few, many, 2, stride=2),
        nn.ReLU(inplace=True),
        nn.Conv2d(many, many, 2, stride=2),
        nn.ReLU(inplace=True),
        nn.Flatten(),
        nn.Linear(many * side * side, dense),
        nn.ReLU(inplace=True),
        nn.Linear(dense, 2 * latents if stochastic else latents),
    )
    decoder = nn.Sequential(
        nn.Linear(latents, dense),
        nn.ReLU(inplace=True),
        nn.Linear(dense, many * side * side),
        nn.ReLU(inplace=True),
        nn.Unflatten(1, (many, side, side)),
        DoublingConv(many, many),
        nn.ReLU(inplace=True),
        DoublingConv(many, few),
        nn.ReLU(inplace=True),
        DoublingConv(few, few),
        nn.ReLU(inplace=True),
        DoublingConv(few, channels),
    )
    for layer in [*encoder, *decoder]:
        if hasattr(layer, "weight"):
            nn.init.xavier_uniform_(layer.weight)
            nn.init.zeros_(layer.bias)
    for head in encoder[-1].weight.detach().split(latents):
        nn.init.xavier_uniform_(head)
    return Autoencoder(encoder, decoder, settings, image_shape, stochastic, log_variance=True)
