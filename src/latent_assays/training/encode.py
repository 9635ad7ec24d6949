"""Codes of a whole image set, computed once per run."""

import numpy as np
import torch

from latent_assays.models.autoencoder import Autoencoder
from latent_assays.training.batches import Gather

__all__ = ["encode_images"]


def encode_images(
    network: Autoencoder,
    images: np.ndarray,
    batch: int = 256,
) -> tuple[np.ndarray, np.ndarray | None]:
    """Posterior means and stds of all images, in eval mode, where the network's weights are.

    Args:
        network: the network.
        images: (N,H,W,C) uint8, array or memory map, streamed `batch` rows at a time.
        batch: rows at once; bounds memory and changes nothing else.

    Returns:
        mean (N,D) float32, and std (N,D) float32 or None for a deterministic encoder.
    """
    torch.set_num_threads(1)
    network.eval().to(memory_format=torch.channels_last)
    gather = Gather(images, network.device)
    mean = np.empty((len(images), network.latents), np.float32)
    std = np.empty_like(mean) if network.stochastic else None
    with torch.no_grad():
        for start in range(0, len(images), batch):
            rows = np.arange(start, min(start + batch, len(images)))
            batch_mean, log_std = network.encode(gather(rows))
            mean[rows] = batch_mean.cpu().numpy()
            if std is not None:
                std[rows] = log_std.exp().cpu().numpy()
    return mean, std
