"""Order by depth: how much each latent does to the pixels, and how far from linear that is.

Section 2.2 of the paper: a structural decoder "biases high-level non-linear information towards the
earlier latent variables", and the later ones "can only capture relatively low-level linear features
with respect to the data space". The paper puts no number on this; these are ours.

Latent j of a code is set to S evenly spaced values from its 2nd to its 98th percentile over all
images, the other latents staying as they are, and x(t) are the pixels that come out. With a line
a + b t fitted to each pixel of each such traversal by least squares,

    effect_j       = mean of (x(t) - mean of x over t)^2 over codes, values and pixels,
    nonlinearity_j = sum of (x(t) - a - b t)^2 / sum of (x(t) - mean of x over t)^2,

which is 0 for a decoder that is linear in latent j, and at most 1. From least to largest value, as
traversals are shown, one image of many would decide how long, and so how curved, a traversal is.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from latent_assays.responses.assays import Assayed
from latent_assays.responses.function import Decode
from latent_assays.results import Number, number

__all__ = ["ACTIVE", "FAINT", "FEWEST", "ROUNDING", "measure", "rank_correlation", "traverse"]

CODES = 24  # that are traversed, drawn at random
STEPS = 9  # values of a latent
RANGE = (2, 98)  # percentiles between which they lie
ACTIVE = 0.02  # least effect of an active latent, as a share of the largest
FAINT = 1e-8  # least effect of which non-linearity is asked: pixels in [0,1] move by 1e-4
ROUNDING = 1e-12  # what float32 can do to pixels in [0,1], squared
FEWEST = 3  # latents that make an order


def measure(coded: Mapping[str, Any], decode: Decode) -> Assayed:
    """How effect and non-linearity of a run's latents are ordered by index: 0 enters first.

    Args:
        coded: codes of the run, of which `mean` (N,D) is used.
        decode: codes (B,D) float32 -> images (B,C,H,W).

    Returns:
        numbers `effect` and `nonlinearity`, lists over latents; `active_latents`, how many there
        are; rank correlations with the index: `effect_order`, `nonlinearity_order` and, over the
        active latents alone, `active_nonlinearity_order`; and the mean index of all effect,
        `nonlinear_centre` of its non-linear and `linear_centre` of its linear part. No arrays.
    """
    effect, nonlinearity = traverse(decode, np.asarray(coded["mean"]))
    index = np.arange(len(effect))
    moving = effect > FAINT
    active = moving & (effect >= ACTIVE * effect.max())
    curved, straight = effect[moving] * np.stack([nonlinearity, 1 - nonlinearity])[:, moving]
    still = None if moving.all() else f"the latent's effect is not above {FAINT:.0e}"
    numbers = {
        "effect": number(effect, ""),
        "nonlinearity": number(nonlinearity, "") | {"reason": still},
        "active_latents": number(active.sum(), ""),
        "effect_order": _order(index, effect, "latents"),
        "nonlinearity_order": _order(index[moving], nonlinearity[moving], "latents with an effect"),
        "active_nonlinearity_order": _order(
            index[active],
            nonlinearity[active],
            f"latents with at least {ACTIVE:.0%} of the largest effect",
        ),
        "nonlinear_centre": _centre(index[moving], curved, "no latent's effect is non-linear"),
        "linear_centre": _centre(index[moving], straight, "no latent moves pixels"),
    }
    return Assayed(numbers, {})


def traverse(decode: Decode, codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Effect and non-linearity of every latent, see above.

    Args:
        decode: codes (B,D) float32 -> images (B,...).
        codes: (N,D), which say where the latents lie; `CODES` of them are traversed.

    Returns:
        effect (D,), in squared pixel values; nonlinearity (D,), NaN where the effect is not above
        `FAINT`. What `ROUNDING` may have done counts as 0.
    """
    rows = np.random.default_rng(0).permutation(len(codes))[:CODES]
    bases = np.repeat(codes[rows], STEPS, axis=0).astype(np.float32)
    first, last = np.percentile(codes, RANGE, axis=0)
    line = np.linspace(-1, 1, STEPS)[:, None]
    line /= np.linalg.norm(line)
    effect, nonlinearity = np.zeros(codes.shape[1]), np.full(codes.shape[1], np.nan)
    for latent in range(codes.shape[1]):
        traversed = bases.copy()
        traversed[:, latent] = np.tile(np.linspace(first[latent], last[latent], STEPS), len(rows))
        pixels = decode(traversed).reshape(len(rows), STEPS, -1).astype(np.float64)
        pixels -= pixels.mean(axis=1, keepdims=True)
        energy = _above_rounding(pixels)
        effect[latent] = energy
        if energy > FAINT:
            pixels -= line * (line.T @ pixels)
            nonlinearity[latent] = _above_rounding(pixels) / energy
    return effect, nonlinearity


def _above_rounding(pixels: np.ndarray) -> float:
    energy = float(np.square(pixels).mean())
    return energy if energy > ROUNDING else 0.0


def rank_correlation(first: np.ndarray, second: np.ndarray) -> float:
    """Spearman's correlation of two series (n,), equal values sharing their mean rank; NaN where
    one of them is constant."""
    ranks = [
        (side[:, None] > side).sum(axis=1) + (side[:, None] == side).sum(axis=1) / 2
        for side in (first, second)
    ]
    x, y = (rank - rank.mean() for rank in ranks)
    norm = np.sqrt((x @ x) * (y @ y))
    return float(x @ y / norm) if norm > 0 else np.nan


def _order(index: np.ndarray, values: np.ndarray, latents: str) -> Number:
    if len(index) < FEWEST:
        return number(np.nan, f"an order needs {FEWEST} {latents}, and there are {len(index)}")
    return number(rank_correlation(index, values), f"all {latents} are alike")


def _centre(index: np.ndarray, weights: np.ndarray, undefined: str) -> Number:
    total = weights.sum()
    return number(index @ weights / total if total > 0 else np.nan, undefined)
