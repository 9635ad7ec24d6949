"""A trained network as two functions of NumPy arrays, which is all that the assays need."""

from collections.abc import Callable

import numpy as np
import torch

from latent_assays.models.autoencoder import Autoencoder

__all__ = ["encode_decode"]

CHUNK = 256  # images at once: bounds memory, and is enough to fill one core


def encode_decode(
    network: Autoencoder,
) -> tuple[Callable[[np.ndarray], np.ndarray], Callable[[np.ndarray], np.ndarray]]:
    """`encode` and `decode` of a network, in eval mode and on one thread.

    Returns:
        encode: images (B,C,H,W) float32 in [0,1] to posterior means (B,D) float32.
        decode: codes (B,D) float32 to images (B,C,H,W) float32, in [0,1] under a Bernoulli
            likelihood.
    """
    torch.set_num_threads(1)
    network.eval().to(memory_format=torch.channels_last)
    device = network.device

    def in_chunks(
        function: Callable[[torch.Tensor], torch.Tensor], inputs: np.ndarray, shape: tuple
    ) -> np.ndarray:
        outputs = np.empty((len(inputs), *shape), np.float32)
        with torch.no_grad():
            for start in range(0, len(inputs), CHUNK):
                chunk = np.ascontiguousarray(inputs[start : start + CHUNK], np.float32)
                tensor = torch.tensor(chunk, device=device)
                outputs[start : start + CHUNK] = function(tensor).cpu().numpy()
        return outputs

    def encode(images: np.ndarray) -> np.ndarray:
        def mean(tensor: torch.Tensor) -> torch.Tensor:
            return network.encode(tensor.contiguous(memory_format=torch.channels_last))[0]

        return in_chunks(mean, images, (network.latents,))

    def decode(codes: np.ndarray) -> np.ndarray:
        return in_chunks(lambda z: network.images(network.decode(z)), codes, network.image_shape)

    return encode, decode
