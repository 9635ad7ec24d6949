"""How far a score depends on which rows of the set were drawn to compute it."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from latent_assays.results import Number, number
from latent_assays.scores import WHOLE_SET, evaluate

__all__ = ["FITTED", "standard_errors"]

FITTED = frozenset({"dci", "explicitness"})
"""Scores that fit a model to the rows, so that another draw costs as much again."""

DRAWS = 4


def standard_errors(
    codes: Any,
    factors: Any,
    scores: Iterable[str],
    n_train: int,
    n_test: int,
    std: Any = None,
) -> dict[str, Number]:
    """Standard deviation of a score over `DRAWS` draws of rows, the first of them `evaluate`'s own.

    It is the standard error of the score of one draw. Scores that see the whole set have none, and
    of those that are `FITTED` it is not measured.

    Args:
        codes: (N,D) posterior means.
        factors: (N,K) classes.
        scores: keys of `SCORES`.
        n_train: see `evaluate`.
        n_test: see `evaluate`.
        std: (N,D) posterior standard deviations.

    Returns:
        a number for each score that has one, as NAME_se; None with the reason of the score.
    """
    names = [name for name in scores if name not in WHOLE_SET | FITTED]
    if not names:
        return {}
    drawn = [
        evaluate(codes, factors, std, names, n_train, n_test, seed=seed) for seed in range(DRAWS)
    ]
    found = {}
    for name in names:
        values = [result[name]["value"] for result in drawn]
        reasons = [result[name]["reason"] for result in drawn if result[name]["reason"]]
        spread = np.nan if None in values else np.std(values, ddof=1)
        found[f"{name}_se"] = number(spread, reasons[0] if reasons else "")
    return found
