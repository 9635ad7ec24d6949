"""BetaVAE score: do differences of codes tell which factor a pair shares?"""

from typing import Any

import numpy as np

from latent_assays.scores.draws import RowsByClass, both_halves
from latent_assays.scores.logistic import fit_logistic
from latent_assays.scores.result import NoValue, score_function

__all__ = ["beta_vae"]

_CHUNK = 1000


@score_function
def beta_vae(
    codes: Any,
    factors: Any,
    codes_test: Any = None,
    factors_test: Any = None,
    n_train: int = 10_000,
    n_test: int = 5_000,
    batch: int = 64,
    seed: int = 0,
) -> tuple[float, dict]:
    """BetaVAE score (Higgins et al. 2017, ICLR), as Locatello et al. 2019 compute it.

    A point is the mean of |z - z'| over `batch` pairs of rows that share the value of one factor.
    The score is the test accuracy of logistic regression (scikit-learn's defaults) in telling
    which factor was shared.

    Args:
        codes: (N,D) latents of the whole set, or of the rows that training points are drawn from.
        factors: (N,K) classes. Constant factors are left out. See `RowsByClass` for sets that
            are no full grid.
        codes_test: (M,D) other rows to draw the test points from; None draws them from `codes`, as
            is published for full grids.
        factors_test: (M,K) their classes.
        n_train: points the classifier is fitted to.
        n_test: points it is tested on.
        batch: pairs a point.
        seed: of the draws.

    Returns:
        `Result` in [0, 1]; `details` has `train` (training accuracy), `factors` (columns) and
        `converged`. Chance is 1/K. None for non-finite codes, labels that are no classes, if
        fewer than two factors vary, if a class has a single row (of `codes`, or of the test rows),
        or if the training points miss a factor.
    """
    codes, classes, codes_test, classes_test = both_halves(codes, factors, codes_test, factors_test)
    rng = np.random.default_rng(seed)
    rows = RowsByClass(classes)
    rows_test = rows if classes_test is classes else RowsByClass(classes_test)
    codes, codes_test = (np.ascontiguousarray(half, np.float32) for half in (codes, codes_test))
    points, shared = _points(rng, rows, codes, n_train, batch)
    if len(np.unique(shared)) < len(classes.sizes):
        raise NoValue(f"{n_train} points are too few: not every factor is shared by one")
    model = fit_logistic(points, shared)
    points_test, shared_test = _points(rng, rows_test, codes_test, n_test, batch)
    return (model.guesses(points_test) == shared_test).mean(), {
        "train": float((model.guesses(points) == shared).mean()),
        "factors": list(classes.columns),
        "converged": model.converged,
    }


def _points(
    rng: np.random.Generator, rows: RowsByClass, codes: np.ndarray, count: int, batch: int
) -> tuple[np.ndarray, np.ndarray]:
    """Mean absolute differences (count,D), and the factor (count,) that their pairs share."""
    factors = rows.indices.shape[1]
    shared = np.sort(rng.integers(factors, size=count))
    points = np.empty((count, codes.shape[1]))
    for k in range(factors):
        of_factor = np.flatnonzero(shared == k)
        for start in range(0, len(of_factor), _CHUNK):
            chunk = of_factor[start : start + _CHUNK]
            one = rng.integers(len(codes), size=(len(chunk), batch))
            two = rows.draw(rng, k, rows.indices[one, k])
            points[chunk] = np.abs(codes[one] - codes[two]).mean(axis=1)
    return points, shared
