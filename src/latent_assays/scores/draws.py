"""Drawing rows: what scores are fitted to and tested on, and rows that share a factor's value."""

from typing import Any, NamedTuple

import numpy as np

from latent_assays.scores.result import (
    Classes,
    NoValue,
    check_codes,
    check_rows_left,
    classes_of,
)

__all__ = [
    "Drawn",
    "Halves",
    "RowsByClass",
    "both_halves",
    "draw_rows",
    "is_full_grid",
    "rows_seen",
]


class Drawn(NamedTuple):
    """Rows (B,) of a set.

    Attributes:
        train: what scores are fitted to.
        test: what they are tested on.
        pools: the rows that scores that draw points of their own draw them from, to be fitted to
            and to be tested on; None for all rows, both times.
    """

    train: np.ndarray
    test: np.ndarray
    pools: tuple[np.ndarray, np.ndarray] | None


def is_full_grid(classes: Classes) -> bool:
    """Whether the rows are every combination of the classes of at least two factors, once each.

    A single factor is no grid: each of its classes would be one row, and a test row that is drawn
    again the only one of its class.
    """
    rows = len(classes.indices)
    if len(classes.sizes) < 2 or np.prod(classes.sizes, dtype=np.float64) != rows:
        return False
    places = np.ravel_multi_index(tuple(classes.indices.T), classes.sizes)
    return bool((np.bincount(places, minlength=rows) == 1).all())


def draw_rows(rows: int, full_grid: bool, n_train: int, n_test: int, seed: int) -> Drawn:
    """Draw training and test rows of a set.

    Args:
        rows: how many it has.
        full_grid: draw as Locatello et al. 2019 do, uniformly with replacement, so that a test row
            may be a training row. Otherwise each row is drawn once at most: two thirds of them are
            for training and one third, rounded down, for testing, of which `n_train` and `n_test`
            are taken.
        n_train: training rows, at most.
        n_test: test rows, at most.
        seed: of the draw.
    """
    rng = np.random.default_rng(seed)
    if full_grid:
        return Drawn(rng.integers(rows, size=n_train), rng.integers(rows, size=n_test), None)
    order = rng.permutation(rows)
    train, test = np.split(order, [rows - rows // 3])
    return Drawn(train[:n_train], test[:n_test], (train, test))


def rows_seen(
    codes: np.ndarray, indices: np.ndarray, codes_test: np.ndarray, indices_test: np.ndarray
) -> int:
    """How many test rows equal a training row in their codes and in their classes.

    Args:
        codes: (N,D) training rows.
        indices: (N,K) their classes.
        codes_test: (M,D) test rows.
        indices_test: (M,K) their classes.
    """
    known = set(_as_bytes(codes, indices))
    return sum(row in known for row in _as_bytes(codes_test, indices_test))


def _as_bytes(codes: np.ndarray, indices: np.ndarray) -> list[bytes]:
    if not len(codes):
        return []
    halves = [
        np.ascontiguousarray(half).view(np.uint8).reshape(len(half), -1)
        for half in (codes + np.zeros((), codes.dtype), indices)  # -0 becomes 0
    ]
    whole = np.concatenate(halves, axis=1)
    return whole.view(np.dtype((np.void, whole.shape[1]))).ravel().tolist()


class Halves(NamedTuple):
    """What points are drawn from, to fit a score and to test it.

    Attributes:
        codes: (N,D) training rows.
        classes: theirs.
        codes_test: (M,D) test rows; the training rows where none are given.
        classes_test: theirs, of the same indices; classes without a row are possible.
    """

    codes: np.ndarray
    classes: Classes
    codes_test: np.ndarray
    classes_test: Classes


def both_halves(codes: Any, factors: Any, codes_test: Any, factors_test: Any) -> Halves:
    """Check the rows that points are drawn from.

    Raises:
        ValueError: shapes do not fit.
        NoValue: see `check_codes` and `classes_of`; fewer than two factors vary; or fewer than two
            test rows are given.
    """
    codes = check_codes(codes)
    if codes_test is None:
        classes = classes_of(factors, len(codes), least=2)
        return Halves(codes, classes, codes, classes)
    check_rows_left(codes_test)
    codes_test = check_codes(codes_test)
    if codes_test.shape[1] != codes.shape[1]:
        raise ValueError(f"test codes have {codes_test.shape[1]} latents, not {codes.shape[1]}")
    factors, factors_test = np.asarray(factors), np.asarray(factors_test)
    if factors_test.ndim != 2 or factors_test.shape[1] != factors.shape[1]:
        raise ValueError(f"test factors are {factors_test.shape}, and factors {factors.shape}")
    if len(factors) != len(codes):
        raise ValueError(f"factors must be (N,K) with N = {len(codes)}, not {factors.shape}")
    both = np.concatenate([factors, factors_test])
    classes = classes_of(both, len(codes) + len(codes_test), least=2)
    train, test = np.split(classes.indices, [len(codes)])
    return Halves(
        codes, classes._replace(indices=train), codes_test, classes._replace(indices=test)
    )


class RowsByClass:
    """The rows of a set by the class of one factor, for draws in constant time.

    On a full grid, drawing a row of a class uniformly is drawing all other factors uniformly and
    independently. On other sets the others are drawn as they occur together with the class.
    """

    def __init__(self, classes: Classes):
        """Sort the rows by every factor.

        Raises:
            NoValue: a class has a single row, which cannot show what else varies.
        """
        self.indices = classes.indices
        self.orders, self.starts, self.counts = [], [], []
        for index, size, column in zip(
            classes.indices.T, classes.sizes, classes.columns, strict=True
        ):
            counts = np.bincount(index, minlength=size)
            if (counts == 1).any():
                raise NoValue(f"a class of factor {column} has a single row to draw from")
            narrow = index.astype(np.min_scalar_type(size))
            self.orders.append(np.argsort(narrow, kind="stable"))
            self.starts.append(np.cumsum(counts) - counts)
            self.counts.append(counts)

    def draw(self, rng: np.random.Generator, factor: int, index: np.ndarray) -> np.ndarray:
        """One uniformly drawn row for every class in `index`; same shape."""
        counts = self.counts[factor][index]
        within = (rng.random(index.shape) * counts).astype(np.int64)
        return self.orders[factor][self.starts[factor][index] + within]
