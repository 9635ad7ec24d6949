"""Fréchet and kernel distance between two sets of features, by torchmetrics in float64.

Fréchet (Heusel et al. 2017): |m - m'|² + tr(S + S' - 2 (S S')^(1/2)) with means m and covariances
S. Kernel (Bińkowski et al. 2018): the unbiased squared maximum mean discrepancy under the kernel
(x·y / d + 1)³, averaged over random subsets.
"""

import warnings
from typing import NamedTuple

import numpy as np
import torch

__all__ = ["KernelDistance", "frechet_distance", "kernel_distance"]

SUBSETS = 20
SUBSET_SIZE = 1000


class KernelDistance(NamedTuple):
    """Mean over the subsets, standard deviation (None for one subset), and how they were drawn."""

    mean: float
    std: float | None
    subsets: int
    subset_size: int
    subset_seed: int


class _Given(torch.nn.Module):
    """Stands for the feature extractor where features are given in place of images."""

    def __init__(self, dimension: int) -> None:
        super().__init__()
        self.num_features = dimension

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        return features


def frechet_distance(reference: np.ndarray, features: np.ndarray) -> float:
    """Fréchet distance between two sets of features (n,d) and (n',d).

    Where d is above n + n', all features are first turned into the space that they span, which
    changes no distance and makes the matrices smaller. Rounding can leave a value just below 0 for
    two sets with the same statistics.

    Raises:
        ValueError: the shapes do not fit, or a set has fewer than two rows.
    """
    from torchmetrics.image.fid import FrechetInceptionDistance

    for one in (reference, features):
        if one.ndim != 2 or len(one) < 2 or one.shape[1] != reference.shape[1]:
            raise ValueError(f"features must be (n,d) with n >= 2 and one d, not {one.shape}")
    both = np.concatenate([reference, features]).astype(np.float64)
    if len(both) < both.shape[1]:
        basis, _ = np.linalg.qr(both.T)
        both = both @ basis
    metric = FrechetInceptionDistance(feature=_Given(both.shape[1])).double()
    metric.update(torch.from_numpy(both[: len(reference)]), real=True)
    metric.update(torch.from_numpy(both[len(reference) :]), real=False)
    return metric.compute().item()


def kernel_distance(reference: np.ndarray, features: np.ndarray, seed: int = 0) -> KernelDistance:
    """Kernel distance between two sets of features (n,d).

    It has no bias at any n; a set that differs little can come out slightly below 0.

    Args:
        reference: (n,d).
        features: (n',d).
        seed: of the subsets: 20 of 1,000, or one of all where neither set has more.
    """
    from torchmetrics.image.kid import KernelInceptionDistance

    subset_size = min(SUBSET_SIZE, len(reference), len(features))
    subsets = 1 if subset_size == max(len(reference), len(features)) else SUBSETS
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Metric `Kernel Inception Distance` will save")
        metric = KernelInceptionDistance(
            feature=_Given(reference.shape[1]), subsets=subsets, subset_size=subset_size
        ).double()
    metric.update(torch.from_numpy(reference.astype(np.float64)), real=True)
    metric.update(torch.from_numpy(features.astype(np.float64)), real=False)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        mean, std = metric.compute()
    spread = std.item() if subsets > 1 else None
    return KernelDistance(mean.item(), spread, subsets, subset_size, seed)
