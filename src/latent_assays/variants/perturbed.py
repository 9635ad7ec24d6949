"""The perturbation of *Clearing the Path for Truly Semantic Representation Learning*, Sec. 4.

x' = x + ε f(s(x)), where s is the first principal component that an entangled β-VAE found and
f(s) is a random pattern of -1 and +1 that moves down its columns with s:

    f(s)_ij = p_i'j,   i' = round(G s / c_j) + i,   c_j in {1, 2, 3, 4}.

The paper does not give the scale of s. Here s is standardised over the dataset and multiplied by
the gain G, in rows per standard deviation. The same pattern goes to every channel.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from latent_assays.errors import UserError

__all__ = ["Pattern", "choose_component", "make_pattern", "perturb", "pixel_scale"]

COLUMN_FACTORS = (1, 2, 3, 4)
ACTIVE_VARIANCE = 0.8


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

    def at(self, s: np.ndarray, height: int) -> np.ndarray:
        """f(s) (B,H,W) int8 for the standardised component s (B,)."""
        return np.swapaxes(self._windows(self.signs, s, height), 1, 2)

    def _windows(self, table: np.ndarray, s: np.ndarray, height: int) -> np.ndarray:
        shifts = np.rint(self.gain * (s[:, None] - self.origin) / self.column_factors)
        windows = sliding_window_view(np.ascontiguousarray(table.T), height, axis=1)
        return windows[np.arange(table.shape[1]), shifts.astype(np.int64)]


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


def pixel_scale(epsilon: float, values: str) -> tuple[float, float]:
    """Scale and offset of the stored pixels, value = scale * u8 + offset.

    Args:
        epsilon: ε.
        values: `unclipped` needs the range [-ε, 1+ε]; `clipped` stays in [0, 1].
    """
    if values == "clipped":
        return 1 / 255, 0.0
    return (1 + 2 * epsilon) / 255, -epsilon


def perturb(
    images: np.ndarray, s: np.ndarray, pattern: Pattern, epsilon: float, values: str
) -> np.ndarray:
    """Stored pixels of x' = x + ε f(s).

    Rounding goes towards x, so that |x' - x| <= ε holds for the stored values too.

    Args:
        images: (B,H,W,C) uint8, x = u8 / 255.
        s: (B,) standardised component.
        pattern: p and c of the paper.
        epsilon: ε.
        values: see `pixel_scale`, which also says how to read the result.

    Returns:
        (B,H,W,C) uint8.
    """
    scale, offset = pixel_scale(epsilon, values)
    x = np.arange(256) / 255
    tolerance = 1e-9
    lower = np.ceil((np.maximum(x - epsilon, offset) - offset) / scale - tolerance)
    upper = np.floor((np.minimum(x + epsilon, 255 * scale + offset) - offset) / scale + tolerance)
    table = np.concatenate([lower, upper]).astype(np.uint8)
    halves = np.where(pattern.signs > 0, np.int16(256), np.int16(0))
    windows = pattern._windows(halves, s, images.shape[1])
    return table[images + np.swapaxes(windows, 1, 2)[..., None]]


def choose_component(
    scores: Sequence[float | None], deviations: Sequence[np.ndarray]
) -> tuple[int, int]:
    """The fostered component (eq. 6): most entangled run, then its least noisy latent.

    Args:
        scores: MIG of each restart.
        deviations: posterior standard deviations (N,D) of each restart.

    Returns:
        run, the one of lowest MIG among those in which some latent is active, and latent j, the
        argmin over k of the mean of σ_k².

    Raises:
        UserError: every restart has collapsed.
    """
    noise = [np.mean(np.square(deviation, dtype=np.float64), axis=0) for deviation in deviations]
    usable = [
        run
        for run, score in enumerate(scores)
        if score is not None and noise[run].min() < ACTIVE_VARIANCE
    ]
    if not usable:
        raise UserError(
            f"none of the {len(scores)} restarts of the foster model has an active latent, so "
            "there is no component to foster: lower its beta or raise its steps or its seeds"
        )
    run = min(usable, key=lambda index: scores[index])
    return run, int(noise[run].argmin())
