"""The double helix: noisy points in space on two strands that wind around each other.

Leeb, Bauer, Besserve and Schölkopf, *Exploring the Latent Space of Autoencoders with
Interventional Assays*, NeurIPS 2022, Section 4. There is no original file: the dataset is this
formula. The data are vectors, not images.
"""

from dataclasses import dataclass

import numpy as np

from latent_assays.datasets.rendered.points import Points
from latent_assays.datasets.rendered.resolutions import check_resolution

__all__ = [
    "STRANDS",
    "DoubleHelix",
    "double_helix",
    "nearest_strand",
    "open_source",
    "strand_points",
]

STRANDS = 2


def open_source(resolution: int, files: dict) -> Points:
    """The 1,024 points with noise 0.1 of seed 0; factors are height and strand.

    Args:
        resolution: 1, for vectors have no other.
        files: empty.

    Raises:
        UserError: another resolution.
    """
    check_resolution("double_helix", resolution)
    drawn = double_helix()
    factors = np.column_stack([drawn.height, drawn.strand]).astype(np.float32)
    return Points(drawn.points, factors, "points drawn from the paper's formula")


@dataclass(frozen=True)
class DoubleHelix:
    """Points and the labels they were drawn from; `vars(result)` is ready for an npz.

    Attributes:
        points: (N,3) float32.
        height: (N,) float32 position along the strand, from -1 to 1.
        strand: (N,) int16, 0 or 1.
    """

    points: np.ndarray
    height: np.ndarray
    strand: np.ndarray


def double_helix(samples: int = 1024, noise: float = 0.1, seed: int = 0) -> DoubleHelix:
    """Draw heights uniformly on [-1,1], strands evenly, and points with Gaussian noise.

    Args:
        samples: N.
        noise: standard deviation of the noise on each of the three coordinates.
        seed: of the random draws.
    """
    generator = np.random.default_rng(seed)
    height = generator.uniform(-1, 1, samples)
    strand = generator.integers(STRANDS, size=samples)
    points = strand_points(height, strand) + noise * generator.standard_normal((samples, 3))
    return DoubleHelix(
        points.astype(np.float32), height.astype(np.float32), strand.astype(np.int16)
    )


def strand_points(height: np.ndarray, strand: np.ndarray) -> np.ndarray:
    """Points (N,3) on the strands without noise: (cos a, sin a, z) with a = π(z + 2n/2).

    Args:
        height: (N,) z.
        strand: (N,) n, or one for all.
    """
    angle = np.pi * (height + 2 * np.asarray(strand) / STRANDS)
    return np.stack([np.cos(angle), np.sin(angle), np.asarray(height)], axis=-1)


def nearest_strand(points: np.ndarray) -> np.ndarray:
    """Which strand (P,) of heights from -1 to 1 comes nearest to each of the points (P,3)."""
    from scipy.spatial import cKDTree

    height = np.linspace(-1, 1, 2001)
    distances = [
        cKDTree(strand_points(height, strand)).query(points)[0] for strand in range(STRANDS)
    ]
    return np.argmin(distances, axis=0)
