"""Disentanglement scores: pure functions of codes (N,D) and the factors (N,K) behind them.

Every score is a module with one function of the same name, imported when it is first asked for:

    from latent_assays.scores.mig import mig
    mig(codes, factors)["value"]

    from latent_assays.scores import evaluate
    evaluate(codes, factors)

What all scores do alike: codes may be arrays or data frames; factors are class labels in any
whole numbers; a constant factor is left out; a value that is not defined is None with a reason
(`Result`), never a warning and a number. That is so for every score where a code is not finite,
and for all but active units where a label is no whole number; of test rows only for the scores that
are tested.
"""

import inspect
from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Any

import numpy as np

from latent_assays.errors import UserError
from latent_assays.results import Result
from latent_assays.scores.registry import SCORES
from latent_assays.scores.result import NoValue, check_codes, classes_of

__all__ = ["SCORES", "WHOLE_SET", "Result", "evaluate", "score"]

WHOLE_SET = frozenset({"factor_vae", "beta_vae", "active_units"})
"""Scores that `evaluate` gives every row, since they draw their own or need no sample."""


def score(
    name: str,
    codes: Any,
    factors: Any,
    codes_test: Any = None,
    factors_test: Any = None,
    std: Any = None,
    seed: int = 0,
    **more: Any,
) -> Result:
    """Compute one score; it is given those arguments that its function names.

    Args:
        name: a key of `SCORES`.
        codes: (N,D) latents, the training rows of a score that fits something.
        factors: (N,K) classes.
        codes_test: (M,D) test rows; None tests on the training rows.
        factors_test: (M,K) their classes.
        std: (N,D) posterior standard deviations, if the encoder has them.
        seed: of a score that draws at random.
        **more: settings of the score, and `information` to share between scores.

    Raises:
        UserError: there is no such score.
        TypeError: `more` has something that the score does not take.
    """
    function = _function(name)
    given = {
        "codes": codes,
        "factors": factors,
        "codes_test": codes_test,
        "factors_test": factors_test,
        "std": std,
        "seed": seed,
    }
    named = inspect.signature(function).parameters
    return function(**{key: value for key, value in given.items() if key in named}, **more)


def evaluate(
    codes: Any,
    factors: Any,
    std: Any = None,
    scores: Iterable[str] | None = None,
    n_train: int = 10_000,
    n_test: int = 5_000,
    seed: int = 0,
    codes_test: Any = None,
    factors_test: Any = None,
) -> dict[str, Result]:
    """Compute scores of one model as Locatello et al. 2019 (arXiv:1811.12359) do.

    Training and test rows are drawn once, uniformly and with replacement, and shared by the
    scores; so is the mutual information. The scores of `WHOLE_SET` see every row, of which
    FactorVAE and BetaVAE score draw `n_train` and `n_test` points of their own. The set is checked
    before anything is drawn, so that a reason does not depend on the seed.

    Args:
        codes: (N,D) posterior means of the whole set.
        factors: (N,K) classes.
        std: (N,D) posterior standard deviations, if the encoder has them.
        scores: keys of `SCORES`; None for all.
        n_train: training rows or points, at least 2.
        n_test: test rows or points, at least 2.
        seed: of the rows drawn and of every score that draws at random.
        codes_test: (M,D) test rows of a set that is split already: nothing is drawn, `codes` are
            the training rows, and the scores of `WHOLE_SET` see those. None to draw.
        factors_test: (M,K) their classes.

    Returns:
        A result for each score, in the order asked for. The settings of scores outside
        `WHOLE_SET` have `n_train`, `n_test` (rows, the latter if the score is tested) and
        `draw_seed` (None if the split was given), as asked for: of a set where every score is None
        nothing is drawn.

    Raises:
        UserError: there is no such score.
        ValueError: the shapes do not fit, or there are too few rows.
    """
    if (codes_test is None) != (factors_test is None):
        raise ValueError("give both codes_test and factors_test, or neither")
    names = list(SCORES if scores is None else scores)
    functions = [_function(name) for name in names]
    codes, factors = np.asarray(codes), np.asarray(factors)
    if codes.ndim != 2 or factors.ndim != 2 or len(codes) != len(factors):
        raise ValueError(f"codes {codes.shape} and factors {factors.shape} must be (N,D) and (N,K)")
    if min(len(codes), n_train, n_test) < 2:
        raise ValueError(f"{len(codes)} rows, n_train {n_train}, n_test {n_test}: give 2 or more")
    points = {"n_train": n_train, "n_test": n_test}
    if codes_test is not None:
        sample = _sample(codes, factors, codes_test, factors_test)
        drawn = {"n_train": len(codes), "n_test": len(codes_test), "draw_seed": None}
    else:
        sample = _draw(codes, factors, n_train, n_test, seed)
        drawn = points | {"draw_seed": seed}
    shared = _information(**sample) if {"mig", "modularity"} <= set(names) else {}
    results = {}
    for name, function in zip(names, functions, strict=True):
        takes = inspect.signature(function).parameters
        if name in WHOLE_SET:
            own = {key: value for key, value in points.items() if key in takes}
            results[name] = score(name, codes, factors, std=std, seed=seed, **own)
            continue
        more = shared if "information" in takes else {}
        results[name] = score(name, **sample, seed=seed, **more)
        rows = {k: v for k, v in drawn.items() if k != "n_test" or "codes_test" in takes}
        results[name]["settings"] |= rows
    return results


def _function(name: str) -> Callable[..., Result]:
    if name not in SCORES:
        raise UserError(f"{name!r} is not a score; the scores are {', '.join(SCORES)}")
    return getattr(import_module(SCORES[name]), name)


def _sample(codes: Any, factors: Any, codes_test: Any, factors_test: Any) -> dict[str, Any]:
    """The arguments of a score that fits something."""
    return {
        "codes": codes,
        "factors": factors,
        "codes_test": codes_test,
        "factors_test": factors_test,
    }


def _draw(
    codes: np.ndarray, factors: np.ndarray, n_train: int, n_test: int, seed: int
) -> dict[str, Any]:
    """Training and test rows; the whole set where no score has a value, so that they say why."""
    try:
        check_codes(codes)
        classes_of(factors, len(codes))
    except NoValue:
        return _sample(codes, factors, None, None)
    rng = np.random.default_rng(seed)
    train, test = rng.integers(len(codes), size=n_train), rng.integers(len(codes), size=n_test)
    return _sample(codes[train], factors[train], codes[test], factors[test])


def _information(codes: np.ndarray, factors: np.ndarray, **test: Any) -> dict[str, Any]:
    """The `information` argument of MIG and modularity; nothing where they will say why not."""
    from latent_assays.scores.mutual_information import mutual_information

    try:
        return {"information": mutual_information(codes, factors)}
    except NoValue:
        return {}
