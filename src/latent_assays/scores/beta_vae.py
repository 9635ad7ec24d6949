"""BetaVAE score: do differences of codes tell which factor a pair shares?"""

from typing import Any

import numpy as np

from latent_assays.scores.draws import RowsByClass
from latent_assays.scores.logistic import fit_logistic
from latent_assays.scores.result import NoValue, check_codes, classes_of, score_function

__all__ = ["beta_vae"]

_CHUNK = 1000


@score_function
def beta_vae(
    codes: Any,
    factors: Any,
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
        codes: (N,D) latents of the whole set.
        factors: (N,K) classes. Constant factors are left out. See `RowsByClass` for sets that
            are no full grid.
        n_train: points the classifier is fitted to.
        n_test: points it is tested on.
        batch: pairs a point.
        seed: of the draws.

    Returns:
        `Result` in [0, 1]; `details` has `train` (training accuracy), `factors` (columns) and
        `converged`. Chance is 1/K. None for non-finite codes, labels that are no classes, if
        fewer than two factors vary, if a class has a single row, or if the training points miss a
        factor.
    """
    codes = check_codes(codes)
    classes = classes_of(factors, len(codes), least=2)
    rng = np.random.default_rng(seed)
    rows = RowsByClass(classes)
    codes = np.ascontiguousarray(codes, np.float32)
    points, shared = _points(rng, rows, codes, n_train, batch)
    if len(np.unique(shared)) < len(classes.sizes):
        raise NoValue(f"{n_train} points are too few: not every factor is shared by one")
    model = fit_logistic(points, shared)
    points_test, shared_test = _points(rng, rows, codes, n_test, batch)
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
