"""A network such as a user may bring, for the checklist."""

from torch import nn


def build(latents, image_shape, stochastic):
    channels, height, width = image_shape
    pixels = channels * height * width
    outputs = 2 * latents if stochastic else latents
    encoder = nn.Sequential(nn.Flatten(), nn.Linear(pixels, 16), nn.Tanh(), nn.Linear(16, outputs))
    decoder = nn.Sequential(
        nn.Linear(latents, 16), nn.Tanh(), nn.Linear(16, pixels), nn.Unflatten(1, image_shape)
    )
    return encoder, decoder
