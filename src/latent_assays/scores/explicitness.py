"""Explicitness: can a linear classifier read every factor off the whole code?"""

from typing import Any

import numpy as np

from latent_assays.scores.logistic import fit_logistic
from latent_assays.scores.result import NoValue, check_codes, classes_of, held_out, score_function

__all__ = ["explicitness"]


@score_function
def explicitness(
    codes: Any, factors: Any, codes_test: Any = None, factors_test: Any = None
) -> tuple[float, dict]:
    """Explicitness (Ridgeway and Mozer 2018, arXiv:1802.05312), not rescaled: chance is 0.5.

    The area under the ROC curve of each class against the others, by multinomial logistic
    regression with scikit-learn's defaults on standardised codes, averaged over the classes of a
    factor and then over factors, as Locatello et al. 2019 do.

    Args:
        codes: (N,D) latents.
        factors: (N,K) classes. Constant factors are left out.
        codes_test: (M,D) test rows; None tests on the training rows.
        factors_test: (M,K) their classes. A class that a split lacks has no curve there: it is
            left out of its factor's mean, and `classes_tested` counts the others.

    Returns:
        `Result` on the test rows, in [0, 1]; `details` has `train` (the same on the training
        rows), `factors` (columns), `factors_train` and `factors_test` (one value a factor),
        `classes_tested` (how many classes of each factor have a curve) and `converged` (per
        factor). None for non-finite codes, labels that are no classes, if no factor varies, or
        if one has a single class in the test rows.
    """
    codes = check_codes(codes)
    classes = classes_of(factors, len(codes))
    tested, answers = held_out(codes, classes, codes_test, factors_test)
    mean, spread = codes.mean(axis=0, dtype=np.float64), codes.std(axis=0, dtype=np.float64)
    scale = np.where((np.ptp(codes, axis=0) > 0) & (spread > 0), spread, 1.0)
    train, test = (codes - mean) / scale, (tested - mean) / scale
    details = {
        name: [] for name in ("factors_train", "factors_test", "classes_tested", "converged")
    }
    for k, column in enumerate(classes.columns):
        index, answer = classes.indices[:, k], answers.indices[:, k]
        model = fit_logistic(train, index)
        curves = _areas(model.scores(test), answer)
        drawn = np.isfinite(curves)
        if not drawn.any():
            raise NoValue(f"factor {column} has a single class in the test rows")
        details["factors_train"].append(float(_areas(model.scores(train), index).mean()))
        details["factors_test"].append(float(curves[drawn].mean()))
        details["classes_tested"].append(int(drawn.sum()))
        details["converged"].append(model.converged)
    return np.mean(details["factors_test"]), {
        "train": float(np.mean(details["factors_train"])),
        "factors": list(classes.columns),
        **details,
    }


def _areas(scores: np.ndarray, index: np.ndarray) -> np.ndarray:
    """Area (C,) under the ROC curve of each class; NaN for a class with no rows or with all."""
    from scipy.stats import rankdata

    rows, count = scores.shape
    areas = np.full(count, np.nan)
    for c in range(count):
        member = index == c
        positives = member.sum()
        if 0 < positives < rows:
            ranks = rankdata(scores[:, c])[member].sum()
            areas[c] = (ranks - positives * (positives + 1) / 2) / (positives * (rows - positives))
    return areas
