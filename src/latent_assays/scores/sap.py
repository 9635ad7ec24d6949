"""Separated attribute predictability: does one latent predict a factor that the next cannot?"""

from typing import Any

import numpy as np

from latent_assays.scores.lines import fit_lines
from latent_assays.scores.result import Classes, check_codes, classes_of, held_out, score_function

__all__ = ["sap"]

_DEAD = 1e-12


@score_function
def sap(
    codes: Any, factors: Any, codes_test: Any = None, factors_test: Any = None, C: float = 0.01
) -> tuple[float, dict]:
    """Separated attribute predictability (Kumar et al. 2018, arXiv:1711.00848).

    SAP = 1/K sum_k (S_ak - S_bk), where S[d,k] is the test accuracy of a linear classifier of
    factor k from latent d alone, and a, b are the two best latents. The classifiers are those of
    scikit-learn's LinearSVC(C, class_weight="balanced"), solved exactly (see `fit_lines`). One
    line per class cannot tell middle classes apart: a perfect code scores 0.20 on 3D-Shapes.

    Args:
        codes: (N,D) latents.
        factors: (N,K) classes. Constant factors are left out.
        codes_test: (M,D) test rows; None tests on the training rows.
        factors_test: (M,K) their classes. A class that training lacks is always missed.
        C: weight of the errors.

    Returns:
        `Result` in [0, 1]; `details` has `matrix` (S), `factors` (its columns), `gaps`, and
        `continuous`: the gap of squared correlations, a score of its own for ordered factors.
        None for one latent, non-finite codes, labels that are no classes, or if no factor varies.
    """
    codes = check_codes(codes, latents=2)
    classes = classes_of(factors, len(codes))
    tested, answers = held_out(codes, classes, codes_test, factors_test)
    matrix = np.empty((codes.shape[1], len(classes.sizes)))
    for d in range(codes.shape[1]):
        lines = fit_lines(codes[:, d], classes, C)
        for k, (slope, intercept) in enumerate(lines):
            guesses = _guess(tested[:, d], slope, intercept)
            matrix[d, k] = (guesses == answers.indices[:, k]).mean()
    gaps = _gaps(matrix)
    return gaps.mean(), {
        "factors": list(classes.columns),
        "gaps": gaps.tolist(),
        "matrix": matrix.tolist(),
        "continuous": float(_gaps(_squared_correlations(codes, classes)).mean()),
    }


def _gaps(matrix: np.ndarray) -> np.ndarray:
    ranked = np.sort(matrix, axis=0)
    return ranked[-1] - ranked[-2]


def _guess(latent: np.ndarray, slope: np.ndarray, intercept: np.ndarray) -> np.ndarray:
    """Class (M,) of the highest line; two classes have one line, the second's."""
    heights = latent[:, None].astype(np.float64) * slope + intercept
    return heights[:, 0] > 0 if len(slope) == 1 else heights.argmax(axis=1)


def _squared_correlations(codes: np.ndarray, classes: Classes) -> np.ndarray:
    """(D,K) squared correlation of latents and factor values; 0 where a latent is dead."""
    values = np.stack(
        [known[index] for known, index in zip(classes.values, classes.indices.T, strict=True)], 1
    ).astype(np.float64)
    latents = codes - codes.mean(axis=0, dtype=np.float64)
    values -= values.mean(axis=0)
    spread = (latents**2).mean(axis=0)
    covariance = latents.T @ values / len(values)
    alive = spread > _DEAD
    scale = np.where(alive, spread, 1.0)[:, None] * (values**2).mean(axis=0)
    return np.where(alive[:, None], covariance**2 / scale, 0.0)
