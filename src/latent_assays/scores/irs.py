"""Interventional robustness: does a latent keep still while other factors change?"""

from typing import Any

import numpy as np

from latent_assays.scores.mutual_information import discretize
from latent_assays.scores.result import NoValue, check_codes, classes_of, score_function

__all__ = ["irs"]


@score_function
def irs(
    codes: Any, factors: Any, quantile: float = 0.99, factor_bins: int | None = 20
) -> tuple[float, dict]:
    """Interventional robustness score (Suter et al. 2019, arXiv:1811.00007).

    IRS[d,k] = 1 - E_v[Q(|z_d - E[z_d | v_k = v]|)] / max|z_d - E z_d|, where Q is a quantile over
    the rows with v_k = v and every value v weighs the same. A latent scores its best factor, and
    the score averages latents weighted by their largest deviation: it changes when a single
    latent is rescaled, and noise does not score 0.

    Args:
        codes: (N,D) latents.
        factors: (N,K) classes. Constant factors are left out.
        quantile: of the deviations; 0.99 as Locatello et al. 2019, 1 as in the paper.
        factor_bins: factors with more classes are merged into this many bins of equal width, as
            Locatello et al. 2019 do, so that their labels must be ordered; None keeps every class.

    Returns:
        `Result` at most 1; `details` has `factors` (columns), `latents` (the D scores, None where
        dead), `parents` (the factor column of each) and `matrix` (D rows, K columns, None where
        dead). None for non-finite codes, labels that are no classes, if all latents are dead or
        if no factor varies.
    """
    codes = check_codes(codes)
    classes = classes_of(factors, len(codes))
    alive = np.flatnonzero(np.ptp(codes, axis=0) > 0)
    if not len(alive):
        raise NoValue("all latents are dead")
    moving = codes[:, alive]
    largest = np.abs(moving - moving.mean(axis=0)).max(axis=0)
    deviations = np.stack(
        [
            _mean_deviation(moving, _merged(index, values, factor_bins), quantile)
            for index, values in zip(classes.indices.T, classes.values, strict=True)
        ],
        axis=1,
    )
    matrix = 1 - deviations / largest[:, None]
    latents = codes.shape[1]
    details = {name: [None] * latents for name in ("latents", "parents", "matrix")}
    details["factors"] = list(classes.columns)
    for d, row in zip(alive, matrix, strict=True):
        details["latents"][d] = float(row.max())
        details["parents"][d] = classes.columns[row.argmax()]
        details["matrix"][d] = row.tolist()
    return np.average(matrix.max(axis=1), weights=largest), details


def _merged(index: np.ndarray, values: np.ndarray, bins: int | None) -> np.ndarray:
    """Classes (N,), or, if there are more than `bins`, the bins that their values fall in."""
    if bins is None or len(values) <= bins:
        return index
    return discretize(values[index].astype(np.float64)[:, None], bins)[:, 0]


def _mean_deviation(codes: np.ndarray, labels: np.ndarray, quantile: float) -> np.ndarray:
    """Quantile (D,) of the deviation from the mean of the label, averaged over labels."""
    order = np.argsort(labels.astype(np.min_scalar_type(labels.max())), kind="stable")
    starts = np.flatnonzero(np.diff(labels[order])) + 1
    groups = np.split(codes[order].T.copy(), starts, axis=1)
    return np.mean(
        [
            _quantile(np.abs(group - group.mean(axis=1, keepdims=True)), quantile)
            for group in groups
        ],
        axis=0,
    )


def _quantile(values: np.ndarray, quantile: float) -> np.ndarray:
    """Quantile (D,) of each row, linear between the two nearest; `values` is reordered in place."""
    position = quantile * (values.shape[1] - 1)
    low = int(position)
    high = min(low + 1, values.shape[1] - 1)
    values.partition((low, high), axis=1)
    return values[:, low] + (position - low) * (values[:, high].astype(np.float64) - values[:, low])
