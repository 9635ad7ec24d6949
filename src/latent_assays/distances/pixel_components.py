"""The first principal components of real images' pixels: 32 features that need no network.

On small images a network's features mostly say how blurred they are, and these what is where in
which colour. Pixels are values in [0,1], so that a Fréchet distance has the unit of an image's
squared error.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor

from latent_assays.distances.pixels import RANGE, as_bytes
from latent_assays.distances.registry import PIXELS

__all__ = ["PixelComponents", "fit_components"]

COMPONENTS = 32
FITTED = 1000  # images at most
KEPT = ("centre", "axes", "fitted")
LEAST = 1e-9  # share of the largest variance below which a component is rounding


class PixelComponents(torch.nn.Module):
    """Projections of images on principal components of their pixels; see `Extractor`.

    Args:
        centre: (C,H,W) mean image, values in [0,1].
        axes: (d,C,H,W) orthonormal components.
        fitted: how many images they are of.
    """

    def __init__(self, centre: np.ndarray, axes: np.ndarray, fitted: int) -> None:
        super().__init__()
        self.dimension, self.fitted = len(axes), fitted
        self.register_buffer("centre", torch.from_numpy(np.asarray(centre, np.float32)))
        self.register_buffer("axes", torch.from_numpy(np.asarray(axes, np.float32)))
        self.settings: dict[str, Any] = {
            "extractor": f"first {len(axes)} principal components of {fitted} real images",
            "layer": "pixels",
            "dimension": len(axes),
            "resize": "none",
            "range": RANGE,
            "dtype": "float32 features, float64 statistics",
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray]) -> "PixelComponents":
        """Those that the file of a reference holds."""
        centre, axes, fitted = (arrays[f"{PIXELS}_{name}"] for name in KEPT)
        return cls(centre, axes, int(fitted))

    def as_arrays(self) -> dict[str, np.ndarray]:
        """What the file of a reference holds of them."""
        kept = self.centre.cpu().numpy(), self.axes.cpu().numpy(), np.array(self.fitted)
        return {f"{PIXELS}_{name}": array for name, array in zip(KEPT, kept, strict=True)}

    def forward(self, images: Tensor) -> Tensor:
        """Features (B,d) of images (B,3,H,W) uint8; three equal channels of grey count as one."""
        pixels = images[:, : len(self.centre)].float() / 255 - self.centre
        return pixels.flatten(1) @ self.axes.flatten(1).T


def fit_components(
    images: np.ndarray, rows: np.ndarray, scale: float = 1 / 255, offset: float = 0.0
) -> PixelComponents:
    """Principal components of at most 1,000 of some rows of an image set.

    There are 32 components, or a quarter as many as images, or as many as those vary in.

    Args:
        images: (N,H,W,C) uint8, or floats in [0,1].
        rows: (n,) ascending rows of the images, n at least 2.
        scale: value of a uint8 pixel = scale * u8 + offset; see `as_bytes`.
        offset: see scale.
    """
    drawn = np.sort(np.random.default_rng(0).permutation(rows)[:FITTED])
    pixels = as_bytes(images[drawn], scale, offset).transpose(0, 3, 1, 2)
    shape, values = pixels.shape[1:], pixels.reshape(len(drawn), -1) / 255
    centre = values.mean(axis=0)
    values -= centre
    # Eigenvectors of the images' inner products are fewer than those of the pixels' covariance.
    variances, vectors = np.linalg.eigh(values @ values.T)
    most = min(COMPONENTS, max(1, len(drawn) // 4))
    kept = np.flatnonzero(variances > LEAST * variances[-1])[::-1][:most]
    axes = vectors[:, kept].T @ values / np.sqrt(variances[kept])[:, None]
    return PixelComponents(centre.reshape(shape), axes.reshape(-1, *shape), len(drawn))
