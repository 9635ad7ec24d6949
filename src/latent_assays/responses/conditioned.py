"""The conditioned response matrix (eq. 9): which latents answer when one true factor varies."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from latent_assays.errors import UserError
from latent_assays.responses.function import (
    BATCH,
    Decode,
    Encode,
    counted,
    intervention_responses,
    respond,
)
from latent_assays.responses.matrix import root_standard_error

__all__ = [
    "READINGS",
    "ConditionedResponseMatrix",
    "Draws",
    "Reading",
    "conditioned_response_matrix",
    "draw_traversals",
    "grid_order",
]


@dataclass(frozen=True)
class Reading:
    """How eq. 9 is read.

    Attributes:
        base: where base codes come from: the `traversal` that the replacements come from, or the
            `prior` N(0,I).
        different: whether base and replacement must be different members of the traversal.
        aggregate: over traversals: `mean_of_roots` or `root_of_mean` of the responding latent
            j = k; `least_of_largest` is the smallest root over traversals of each response, then
            the largest over responding latents.
    """

    base: str
    different: bool
    aggregate: str


READINGS = {
    "author": Reading("traversal", True, "mean_of_roots"),
    "author-all-pairs": Reading("traversal", False, "mean_of_roots"),
    "pooled": Reading("traversal", True, "root_of_mean"),
    "pooled-all-pairs": Reading("traversal", False, "root_of_mean"),
    "literal": Reading("prior", False, "root_of_mean"),
    "earlier": Reading("traversal", True, "least_of_largest"),
}
"""`author` is the released code of the paper, `literal` its eq. 9 to the letter, `earlier` the
authors' older evaluation code; the others vary one choice of `author` at a time, or both."""


@dataclass(frozen=True)
class ConditionedResponseMatrix:
    """A conditioned response matrix; `vars(result)` is ready for an npz.

    Attributes:
        matrix: (K,D) M*, row c = the factor that varies, column j = the latent replaced.
        standard_error: (K,D) over traversals; NaN where there is none (a single traversal, or
            the reading `earlier`, whose minimum has no simple error).
        traversals: for each row.
        interventions: on each latent within one traversal.
        reading: a key of `READINGS`.
    """

    matrix: np.ndarray
    standard_error: np.ndarray
    traversals: int
    interventions: int
    reading: str


@dataclass(frozen=True)
class Draws:
    """Random draws for one factor, each distinct intervention once.

    Attributes:
        traversal: (P,) which traversal an intervention belongs to.
        base: (P,) row of the base code in the grid; -1 where it comes from the prior.
        replacement: (P,) row of the code that gives the replacement.
        count: (P,) how often it was drawn.
    """

    traversal: np.ndarray
    base: np.ndarray
    replacement: np.ndarray
    count: np.ndarray


def grid_order(factors: np.ndarray) -> tuple[np.ndarray, tuple[int, ...]]:
    """Bring labelled rows into grid order: `codes[order]` with the factor sizes.

    Args:
        factors: (N,K) integers; every combination of the values that occur must occur once.

    Returns:
        order (N,) rows in row-major order, the last factor fastest, and the K class counts.

    Raises:
        UserError: a combination is missing or occurs twice.
    """
    classes = [np.unique(column, return_inverse=True)[1] for column in np.asarray(factors).T]
    sizes = tuple(int(column.max()) + 1 for column in classes)
    combinations = math.prod(sizes)
    is_grid = combinations == len(factors)
    position = np.ravel_multi_index(classes, sizes) if is_grid else np.zeros(len(factors))
    order = np.argsort(position, kind="stable")
    if not is_grid or not np.array_equal(position[order], np.arange(combinations)):
        raise UserError(
            f"factors ({len(factors)} rows) must hold each of the {combinations} combinations "
            f"of {sizes} classes exactly once: one-factor traversals need the full grid"
        )
    return order, sizes


def draw_traversals(
    factor: int,
    factor_sizes: Sequence[int],
    traversals: int,
    interventions: int,
    reading: Reading,
    generator: np.random.Generator,
) -> Draws:
    """Draw one-factor traversals and pairs of members in each.

    A traversal fixes random classes of all factors but one and runs through every class of that
    one. From few classes the same pair is drawn again and again; it is kept once, with a count.
    """
    size = factor_sizes[factor]
    classes = generator.integers(factor_sizes, size=(traversals, len(factor_sizes)))
    classes[:, factor] = 0
    first = np.ravel_multi_index(classes.T, factor_sizes)
    stride = int(np.prod(factor_sizes[factor + 1 :], dtype=np.int64))
    member = generator.integers(size, size=(traversals, interventions))
    shift = generator.integers(int(reading.different), size, size=(traversals, interventions))
    traversal = np.repeat(np.arange(traversals), interventions)
    base = (first[:, None] + stride * member).ravel()
    replacement = (first[:, None] + stride * ((member + shift) % size)).ravel()
    if reading.base == "prior":
        return Draws(traversal, np.full_like(base, -1), replacement, np.ones_like(base))
    rows, count = np.unique(
        np.stack([traversal, base, replacement], axis=1), axis=0, return_counts=True
    )
    return Draws(*rows.T, count)


def conditioned_response_matrix(
    encode: Encode,
    decode: Decode,
    codes: np.ndarray,
    factor_sizes: Sequence[int],
    *,
    traversals: int = 50,
    interventions: int = 32,
    reading: str = "author",
    seed: int = 0,
    batch: int = BATCH,
    progress: bool = False,
) -> ConditionedResponseMatrix:
    """Conditioned response matrix, eq. 9 of Leeb et al. with its factor 1/2.

    M*_cj is the root-mean-square response of latent j to its own replacement, over sqrt 2, when
    base codes and replacements come from images that differ in factor c only. To the letter eq. 9
    draws base codes from the prior; the replacements, taken over all traversals, then have the
    same distribution whatever c is, so that all rows are equal and the score says nothing. The
    released code draws both from the same traversal, which is the default here.

    Time grows with the rows that are decoded, at most (D+1) K T I of T traversals with I
    interventions: each pair of codes that is drawn again, as from factors of few classes, costs
    nothing. Fewer traversals make it shorter, and the standard error larger by the root of as much.

    Args:
        encode: images (B,...) -> posterior means (B,D).
        decode: codes (B,D) float32 -> images (B,...).
        codes: (N,D) posterior means of the full factor grid, the last factor fastest; see
            `grid_order` for rows that come in another order.
        factor_sizes: K class counts, at least 2 each; their product is N.
        traversals: one-factor traversals for each row.
        interventions: on each latent within one traversal.
        reading: a key of `READINGS`.
        seed: of the random draws.
        batch: rows decoded at once; it bounds the memory and does not change the result.
        progress: show on stderr, if it is a terminal, how many rows are decoded.

    Raises:
        UserError: an argument does not fit, `encode` and `decode` included, see `respond`.
    """
    _check(codes, factor_sizes, traversals, interventions, reading)
    rule = READINGS[reading]
    latents = codes.shape[1]
    matrix = np.empty((len(factor_sizes), latents))
    standard_error = np.empty_like(matrix)
    generator = np.random.default_rng(seed)
    drawn = []
    for factor in range(len(factor_sizes)):
        draws = draw_traversals(factor, factor_sizes, traversals, interventions, rule, generator)
        if rule.base == "prior":
            bases = generator.standard_normal((len(draws.base), latents))
            place = np.arange(len(bases))
        else:
            rows, place = np.unique(draws.base, return_inverse=True)
            bases = codes[rows]
        drawn.append((draws, bases, place))
    rows = sum(len(bases) + latents * len(draws.base) for draws, bases, _ in drawn)
    with counted(decode, rows, progress) as decode_counted:
        for factor, (draws, bases, place) in enumerate(drawn):
            baseline = respond(encode, decode_counted, bases, batch=batch)[place]
            total = np.zeros((traversals, latents, latents))
            for pair, latent, responses in intervention_responses(
                encode, decode_counted, bases[place], codes[draws.replacement], batch=batch
            ):
                half_squared = (responses - baseline[pair]) ** 2 / 2
                np.add.at(
                    total, (draws.traversal[pair], latent), draws.count[pair, None] * half_squared
                )
            mean_squares = total / interventions
            matrix[factor], standard_error[factor] = _aggregate(mean_squares, rule.aggregate)
    return ConditionedResponseMatrix(matrix, standard_error, traversals, interventions, reading)


def _aggregate(mean_squares: np.ndarray, aggregate: str) -> tuple[np.ndarray, np.ndarray]:
    """One row of M* and its standard error from (T,D,D) mean squares of each traversal."""
    traversals, latents, _ = mean_squares.shape
    own = np.diagonal(mean_squares, axis1=1, axis2=2)
    if aggregate == "least_of_largest":
        return np.sqrt(mean_squares).min(axis=0).max(axis=1), np.full(latents, np.nan)
    values = np.sqrt(own) if aggregate == "mean_of_roots" else own
    mean = values.mean(axis=0)
    error = (
        values.std(axis=0, ddof=1) / np.sqrt(traversals)
        if traversals > 1
        else np.full(latents, np.nan)
    )
    if aggregate == "mean_of_roots":
        return mean, error
    return np.sqrt(mean), root_standard_error(np.sqrt(mean), error)


def _check(
    codes: np.ndarray,
    factor_sizes: Sequence[int],
    traversals: int,
    interventions: int,
    reading: str,
) -> None:
    if reading not in READINGS:
        raise UserError(f"reading {reading!r} is not one of {', '.join(READINGS)}")
    if min(factor_sizes) < 2:
        raise UserError(
            f"factor_sizes {tuple(factor_sizes)}: a factor needs at least 2 classes to vary; "
            "leave constant factors out"
        )
    if np.ndim(codes) != 2 or len(codes) != np.prod(factor_sizes):
        raise UserError(
            f"codes {np.shape(codes)} must be (N,D) with N = {np.prod(factor_sizes)}, one row for "
            f"each combination of {tuple(factor_sizes)} classes"
        )
    if traversals < 1 or interventions < 1:
        raise UserError(
            f"traversals = {traversals} and interventions = {interventions} must be at least 1"
        )
