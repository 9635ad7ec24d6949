"""Disentanglement, completeness and informativeness from the importances of boosted trees."""

from typing import Any

import numpy as np

from latent_assays.scores.result import NoValue, check_codes, classes_of, held_out, score_function

__all__ = ["dci"]

_NEVER_ZERO = 1e-11


@score_function
def dci(
    codes: Any,
    factors: Any,
    codes_test: Any = None,
    factors_test: Any = None,
    repeats: int = 3,
    seed: int = 0,
) -> tuple[float, dict]:
    """DCI (Eastwood and Williams 2018, ICLR) with gradient boosting, as Locatello et al. 2019.

    R[d,k] is the importance of latent d in predicting factor k by
    `sklearn.ensemble.GradientBoostingClassifier()`, refitted here exactly (see `boosting`).
    Disentanglement is 1 - H_K(R[d] / sum R[d]), averaged over latents weighted by importance;
    completeness is 1 - H_D(R[:,k] / sum R[:,k]), averaged over factors likewise; informativeness
    is the accuracy. Splits that are equally good are chosen at random, which moves a score by up
    to some .003: every value is the mean over `repeats` fits.

    Args:
        codes: (N,D) latents.
        factors: (N,K) classes. Constant factors are left out.
        codes_test: (M,D) test rows; None tests on the training rows.
        factors_test: (M,K) their classes. A class that training lacks is always missed.
        repeats: fits to average; one is as good as scikit-learn's own.
        seed: of the choice among equally good splits.

    Returns:
        `Result`: the disentanglement, in [0, 1]; `details` has `completeness` (None for one
        latent), `informativeness_train`, `informativeness_test`, `factors` (columns),
        `importances` (D rows, K columns), and `spread` (largest less smallest disentanglement of
        the repeats). With one latent the value is 0; with one factor it is None and
        `completeness` is still there. None for non-finite codes, labels that are no classes, or if
        no factor varies. If all latents are dead the disentanglement and completeness are 0.
    """
    from latent_assays.scores.boosting import boost, sort_features

    codes = check_codes(codes)
    classes = classes_of(factors, len(codes))
    tested, answers = held_out(codes, classes, codes_test, factors_test)
    features, order = sort_features(codes)
    features_test = np.ascontiguousarray(tested.T, np.float32)
    importances = np.empty((repeats, len(features), len(classes.sizes)))
    correct, correct_test = [], []
    for repeat in range(repeats):
        for k, size in enumerate(classes.sizes):
            target = classes.indices[:, k]
            fit = boost(features, order, target, size, features_test, seed * repeats + repeat)
            importances[repeat, :, k] = fit.importances
            correct.append((fit.guesses == target).mean())
            correct_test.append((fit.guesses_test == answers.indices[:, k]).mean())
    disentangled = [_concentration(matrix) for matrix in importances]
    completed = [_concentration(matrix.T) for matrix in importances]
    details = {
        "completeness": None if len(features) < 2 else float(np.mean(completed)),
        "informativeness_train": float(np.mean(correct)),
        "informativeness_test": float(np.mean(correct_test)),
        "factors": list(classes.columns),
        "importances": importances.mean(axis=0).tolist(),
        "spread": float(np.ptp(disentangled)),
    }
    if len(classes.sizes) < 2:
        details["spread"] = None
        raise NoValue("disentanglement needs at least 2 factors that vary", details)
    return np.mean(disentangled), details


def _concentration(matrix: np.ndarray) -> float:
    """1 - entropy of each row, in units of its maximum, averaged by the rows' share of all."""
    rows, columns = matrix.shape
    if columns < 2:
        return np.nan
    shares = (matrix + _NEVER_ZERO) / (matrix + _NEVER_ZERO).sum(axis=1, keepdims=True)
    concentrations = 1 + (shares * np.log(shares)).sum(axis=1) / np.log(columns)
    total = matrix.sum()
    weights = matrix.sum(axis=1) / total if total > 0 else np.full(rows, 1 / rows)
    return float(concentrations @ weights)
