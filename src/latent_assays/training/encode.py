"""Codes of a whole image set, computed once per run."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch

from latent_assays import provenance
from latent_assays.models.autoencoder import Autoencoder
from latent_assays.store import ImageSet
from latent_assays.training.batches import Gather

__all__ = ["AT_ONCE", "code_arrays", "encode_images"]

AT_ONCE = 256  # images: bounds memory


def code_arrays(
    network: Autoencoder, data: ImageSet, made: Mapping[str, Any]
) -> dict[str, np.ndarray]:
    """What a file of codes holds.

    Args:
        network: trained.
        data: the images to encode, N of them with K factors.
        made: the codes' provenance.

    Returns:
        `mean` (N,D) and, unless the encoder is deterministic, `std` (N,D); `factors` (N,K),
        `factor_names` (K,) and `factor_sizes` (K,) of the images; `provenance`.
    """
    mean, std = encode_images(network, data.images)
    arrays = {
        "mean": mean,
        "factors": data.factors,
        "factor_names": np.array(data.factor_names),
        "factor_sizes": np.array(data.factor_sizes),
        "provenance": provenance.to_array(made),
    }
    return arrays | ({} if std is None else {"std": std})


def encode_images(
    network: Autoencoder,
    images: np.ndarray,
    batch: int = AT_ONCE,
) -> tuple[np.ndarray, np.ndarray | None]:
    """Posterior means and stds of all images, in eval mode, where the network's weights are.

    Args:
        network: the network.
        images: (N,H,W,C) uint8, or float32 taken as it is; array or memory map, streamed `batch`
            rows at a time.
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
