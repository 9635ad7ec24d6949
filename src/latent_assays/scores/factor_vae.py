"""FactorVAE score: does the latent that keeps still tell which factor was fixed?"""

from typing import Any

import numpy as np

from latent_assays.scores.draws import RowsByClass, both_halves
from latent_assays.scores.result import score_function

__all__ = ["factor_vae"]

_CHUNK = 1000


@score_function
def factor_vae(
    codes: Any,
    factors: Any,
    codes_test: Any = None,
    factors_test: Any = None,
    n_train: int = 10_000,
    n_test: int = 5_000,
    batch: int = 64,
    least_std: float = 0.05,
    seed: int = 0,
) -> tuple[float, dict]:
    """FactorVAE score (Kim and Mnih 2018, arXiv:1802.05983, algorithm 2).

    A vote fixes one factor to one value, draws `batch` rows that share it, and names the latent
    whose variance shrinks most, relative to its variance over all rows. A majority vote maps each
    latent to a factor; the score is its accuracy on fresh votes.

    Args:
        codes: (N,D) latents of the whole set, or of the rows that the majority is taken of.
        factors: (N,K) classes. Constant factors are left out. See `RowsByClass` for sets that
            are no full grid; the value to fix is that of a random row.
        codes_test: (M,D) other rows to draw the fresh votes from; None draws them from `codes`, as
            is published for full grids. Of few rows a majority knows the chance patterns.
        factors_test: (M,K) their classes.
        n_train: votes that the majority is taken of.
        n_test: votes that it is tested on.
        batch: rows a vote.
        least_std: latents with a smaller standard deviation over all rows do not vote, since
            dead ones would always keep still; codes of a small unit must be scaled first.
        seed: of the draws.

    Returns:
        `Result` in [0, 1]; `details` has `train` (the majority's own accuracy), `latents` (those
        that vote), `factors` (columns) and `votes` (a row a latent, a column a factor). 0 if no
        latent may vote, about 1/K if one may. None for non-finite codes, labels that are no
        classes, if fewer than two factors vary, or if a class has a single row (of `codes`, or of
        the test rows).
    """
    codes, classes, codes_test, classes_test = both_halves(codes, factors, codes_test, factors_test)
    spread = codes.std(axis=0, ddof=1, dtype=np.float64)
    alive = np.flatnonzero(spread >= least_std)
    details = {"train": 0.0, "latents": alive.tolist(), "factors": list(classes.columns)}
    if not len(alive):
        return 0.0, details | {"votes": []}
    rng = np.random.default_rng(seed)
    rows = RowsByClass(classes)
    rows_test = rows if classes_test is classes else RowsByClass(classes_test)
    moving = (codes[:, alive] / spread[alive]).astype(np.float32)
    moving_test = moving
    if codes_test is not codes:
        moving_test = (codes_test[:, alive] / spread[alive]).astype(np.float32)
    train = _votes(rng, rows, moving, n_train, batch)
    test = _votes(rng, rows_test, moving_test, n_test, batch)
    majority = train.argmax(axis=1)
    latents = np.arange(len(alive))
    details |= {
        "train": float(train[latents, majority].sum() / n_train),
        "votes": train.tolist(),
    }
    return test[latents, majority].sum() / n_test, details


def _votes(
    rng: np.random.Generator,
    rows: RowsByClass,
    codes: np.ndarray,
    count: int,
    batch: int,
) -> np.ndarray:
    """How often (D,K) each latent, of unit variance, kept stillest while each factor was fixed."""
    latents, factors = codes.shape[1], rows.indices.shape[1]
    votes = np.zeros((latents, factors), np.int64)
    fixed = np.bincount(rng.integers(factors, size=count), minlength=factors)
    for k in range(factors):
        for start in range(0, fixed[k], _CHUNK):
            size = min(_CHUNK, fixed[k] - start)
            value = rows.indices[rng.integers(len(codes), size=size), k]
            drawn = codes[rows.draw(rng, k, np.repeat(value[:, None], batch, axis=1))]
            still = drawn.var(axis=1).argmin(axis=1)
            votes[:, k] += np.bincount(still, minlength=latents)
    return votes
