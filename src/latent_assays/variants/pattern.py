"""The pattern f(s) of *Clearing the Path for Truly Semantic Representation Learning*, Sec. 4.2.

f(s) is a random pattern of -1 and +1 that moves down its columns with s:

    f(s)_ij = p_i'j,   i' = round(G s / c_j) + i,   c_j in {1, 2, 3, 4}.

The paper does not give the scale of s. Here s is standardised over the dataset and multiplied by
the gain G, in rows per standard deviation. The same pattern goes to every channel.
"""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

import numpy as np

from latent_assays.store import ImageSet
from latent_assays.variants.pixels import stored_bounds

__all__ = ["COLUMN_FACTORS", "Pattern", "identity_of", "make_pattern", "pattern_of", "perturb"]

COLUMN_FACTORS = (1, 2, 3, 4)
VERSION = 1  # of f(s), of how it is stored, and of what its checksum covers


@dataclass(frozen=True)
class Pattern:
    """A fixed random pattern and how fast each column moves.

    Attributes:
        signs: (L,W) int8 of -1 and +1, L rows to slide over.
        column_factors: (W,) c_j.
        origin: the value of the standardised s at which no column has moved.
        gain: G.
    """

    signs: np.ndarray
    column_factors: np.ndarray
    origin: float
    gain: float

    def shifts(self, s: np.ndarray) -> np.ndarray:
        """Rows (B,W) by which each column has moved at the standardised component s (B,)."""
        moved = np.rint(self.gain * (s[:, None] - self.origin) / self.column_factors)
        return moved.astype(np.int64)

    def at(self, s: np.ndarray, height: int) -> np.ndarray:
        """f(s) (B,H,W) int8 for the standardised component s (B,)."""
        rows = self.shifts(s)[:, None, :] + np.arange(height)[:, None]
        return self.signs[rows, np.arange(self.signs.shape[1])]


def make_pattern(s: np.ndarray, height: int, width: int, gain: float, seed: int) -> Pattern:
    """Draw a pattern that is long enough for every value of the standardised component s (N,)."""
    random = np.random.default_rng(seed)
    length = height + int(np.ceil(gain * float(s.max() - s.min()))) + 1
    return Pattern(
        signs=random.choice(np.array([-1, 1], np.int8), (length, width)),
        column_factors=random.choice(COLUMN_FACTORS, width),
        origin=float(s.min()),
        gain=gain,
    )


def pattern_of(images: ImageSet) -> Pattern:
    """The pattern that a perturbed set, or one with an added factor, keeps beside its images.

    Args:
        images: with `signs` (L,W) and `column_factors` (W,) among its `extra` arrays, and `origin`
            and `gain` among its attributes.
    """
    return Pattern(
        signs=images.extra["signs"],
        column_factors=images.extra["column_factors"],
        origin=images.attributes["origin"],
        gain=images.attributes["gain"],
    )


def identity_of(pattern: Pattern, epsilon: float, values: str) -> dict[str, Any]:
    """Version and checksum by which two people can tell that they perturb alike.

    Args:
        pattern: p and c of the paper, with origin and gain.
        epsilon: ε.
        values: see `pixel_scale`.

    Returns:
        `pattern_version`, and `pattern_sha256` of the numbers as JSON, then the signs as int8 and
        the column factors as little-endian int64, row by row.
    """
    numbers = {
        "shape": pattern.signs.shape,
        "origin": float(pattern.origin),
        "gain": float(pattern.gain),
        "epsilon": float(epsilon),
        "values": values,
    }
    found = hashlib.sha256(json.dumps(numbers, sort_keys=True).encode())
    found.update(pattern.signs.astype("i1").tobytes())
    found.update(pattern.column_factors.astype("<i8").tobytes())
    return {"pattern_version": VERSION, "pattern_sha256": found.hexdigest()}


def perturb(
    images: np.ndarray, s: np.ndarray, pattern: Pattern, epsilon: float, values: str
) -> np.ndarray:
    """Stored pixels of x' = x + ε f(s), rounded towards x.

    Args:
        images: (B,H,W,C) uint8, x = u8 / 255.
        s: (B,) standardised component.
        pattern: p and c of the paper.
        epsilon: ε.
        values: see `pixel_scale`, which also says how to read the result.

    Returns:
        (B,H,W,C) uint8.
    """
    from latent_assays.variants.kernel import shift_bytes

    stored = np.empty_like(images)
    lower, upper = stored_bounds(epsilon, values)
    shift_bytes(
        np.ascontiguousarray(images), pattern.shifts(s), pattern.signs, lower, upper, stored
    )
    return stored
