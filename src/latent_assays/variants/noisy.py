"""The noisy datasets of *Clearing the Path for Truly Semantic Representation Learning*, Sec. 5.3.

x' = x + n with n uniform on [-ε, ε], independent for every pixel and channel: as large as the
perturbation, without its structure. An image has one noise, so that the dataset stays a dataset.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from latent_assays.store import ImageSet
from latent_assays.variants.change import Change, unchanged
from latent_assays.variants.pixels import pixel_scale, stored_bounds

__all__ = ["add_noise", "change"]

BLOCK = 64  # rows that share a random generator


def change(original: ImageSet, settings: Mapping[str, Any]) -> Change:
    """Add noise to every image.

    Args:
        original: the images.
        settings: `epsilon`, `values` (see `pixel_scale`) and `seed`.
    """
    epsilon, values, seed = settings["epsilon"], settings["values"], settings["seed"]
    scale, offset = pixel_scale(epsilon, values)
    return Change(
        images=lambda rows: add_noise(original.images, rows, epsilon, values, seed),
        attributes={"epsilon": epsilon, "values": values, "seed": seed},
        scale=scale,
        offset=offset,
        **unchanged(original),
    )


def add_noise(
    images: np.ndarray, rows: slice, epsilon: float, values: str, seed: int
) -> np.ndarray:
    """Stored pixels of x + n for a slice of rows; the noise of a row depends on seed and row.

    Args:
        images: (N,H,W,C) uint8, all of them.
        rows: a slice without a step.
        epsilon: ε.
        values: see `pixel_scale`.
        seed: of the noise.
    """
    start, stop, _ = rows.indices(len(images))
    first = start - start % BLOCK
    noisy = [
        _noisy_block(images[block : min(block + BLOCK, stop)], epsilon, values, [seed, block])
        for block in range(first, stop, BLOCK)
    ]
    return np.concatenate(noisy)[start - first :]


def _noisy_block(block: np.ndarray, epsilon: float, values: str, seed: list[int]) -> np.ndarray:
    scale, offset = pixel_scale(epsilon, values)
    lower, upper = stored_bounds(epsilon, values)
    noise = np.random.default_rng(seed).random(block.shape, np.float32)
    stored = block * np.float32(1 / 255 / scale) + noise * np.float32(2 * epsilon / scale)
    stored += np.float32(-(offset + epsilon) / scale)
    return np.clip(np.rint(stored), lower[block], upper[block]).astype(np.uint8)
