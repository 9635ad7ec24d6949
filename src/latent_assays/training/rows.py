"""Which rows make up a batch: uniform draws, or pairs that differ in a few factors."""

import math
from collections.abc import Callable, Sequence

import numpy as np

from latent_assays.errors import UserError

__all__ = ["UNORDERED", "Draw", "draw_pairs", "draw_uniform"]

Draw = Callable[[np.random.Generator, int], np.ndarray]

MOST_CLASSES = 4096
"""Of a factor, since the steps between its classes are a table of that many squared."""

ROUNDS = 20_000
"""How often the pairs of a batch that are still missing are drawn again, at most."""

UNORDERED = {"shape", "object_shape", "object_color", "background_color"}
"""Factors of the papers' datasets whose classes have no order."""


def draw_uniform(rows: np.ndarray) -> Draw:
    """Draws of a batch of rows (B,), uniform with replacement."""
    return lambda noise, batch: rows[noise.integers(len(rows), size=batch)]


def draw_pairs(
    rows: np.ndarray, factors: np.ndarray, sizes: Sequence[int], fixed: Sequence[int]
) -> Draw:
    """Draws of B/2 rows and then their B/2 partners, as SlowVAE's "laplace" pairs (its app. F).

    A partner's factor is drawn from a Laplace distribution around the first one's class, truncated
    to its classes, of scale log(size). Pairs with no change, or whose partner is not among the
    rows, are drawn again.

    Args:
        rows: (M,) the rows to draw from.
        factors: (N,K) classes of all rows.
        sizes: K class counts.
        fixed: factors that never change in a pair, because their classes have no order.

    Raises:
        UserError: a factor is continuous, there are too many factors, two rows have the same
            classes, or no two rows can make a pair. A draw raises it too, after `ROUNDS`, where
            pairs are so rare that a batch has no end.
    """
    if 0 in sizes:
        raise UserError("pairs need factors with classes, and one of the dataset's is continuous")
    if math.prod(sizes) >= 2**63:
        raise UserError(
            f"pairs need fewer factors: {len(sizes)} of them have too many combinations"
        )
    if max(sizes, default=0) > MOST_CLASSES:
        raise UserError(
            f"pairs need factors of at most {MOST_CLASSES:,} classes, and one has {max(sizes):,}:"
            " leave out what only numbers the images"
        )
    moving = [k for k, size in enumerate(sizes) if size > 1 and k not in fixed]
    cumulative = {k: _transitions(sizes[k]).cumsum(axis=1) for k in moving}
    places = np.ravel_multi_index(tuple(factors[rows].astype(np.int64).T), tuple(sizes))
    order = np.argsort(places)
    places, ordered_rows = places[order], rows[order]
    if (places[1:] == places[:-1]).any():
        raise UserError("pairs need factors that tell all images apart, and two have the same")
    _check_that_pairs_exist(factors[rows], fixed)

    def partners(noise: np.random.Generator, first: np.ndarray) -> np.ndarray:
        """Partner of each row, -1 where the draw has to be repeated."""
        before = factors[first].astype(np.int64)
        after = before.copy()
        for k in moving:
            chance = noise.random(len(first))[:, None]
            after[:, k] = (cumulative[k][before[:, k]] < chance).sum(axis=1)
        wanted = np.ravel_multi_index(tuple(after.T), tuple(sizes))
        at = np.minimum(np.searchsorted(places, wanted), len(places) - 1)
        is_pair = (places[at] == wanted) & (after != before).any(axis=1)
        return np.where(is_pair, ordered_rows[at], -1)

    def draw(noise: np.random.Generator, batch: int) -> np.ndarray:
        first = rows[noise.integers(len(rows), size=batch // 2)]
        second = partners(noise, first)
        rounds = 0
        while (missing := second < 0).any():
            rounds += 1
            if rounds > ROUNDS:
                raise UserError(
                    f"pairs of a batch were not found in {ROUNDS:,} draws, since so few rows have a"
                    " partner among the others: give rows with more combinations of the classes, or"
                    " leave factors out"
                )
            first[missing] = rows[noise.integers(len(rows), size=missing.sum())]
            second[missing] = partners(noise, first[missing])
        return np.concatenate([first, second])

    return draw


def _transitions(size: int) -> np.ndarray:
    """Probabilities (from,to) of a discrete Laplace of scale log(size) on the classes."""
    classes = np.arange(size)
    weights = np.exp(-np.abs(classes[:, None] - classes) / np.log(size))
    return weights / weights.sum(axis=1, keepdims=True)


def _check_that_pairs_exist(classes: np.ndarray, fixed: Sequence[int]) -> None:
    groups = np.unique(classes[:, list(fixed)], axis=0) if len(fixed) else classes[:1]
    if len(np.unique(classes, axis=0)) <= len(groups):
        raise UserError("pairs need rows that differ in a factor other than the fixed ones")
