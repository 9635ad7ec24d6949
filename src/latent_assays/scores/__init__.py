"""Disentanglement scores: pure functions of codes (N,D) and the factors (N,K) behind them.

Every score is a module with one function of the same name, imported when it is first asked for:

    from latent_assays.scores.mig import mig
    mig(codes, factors)["value"]

    from latent_assays.scores import evaluate
    evaluate(codes, factors)

What all scores do alike: codes may be arrays or data frames; factors are class labels in any
whole numbers; a constant factor is left out; a value that is not defined is None with a reason
(`Result`), never a warning and a number.
"""

import inspect
from collections.abc import Iterable, Sequence
from importlib import import_module
from typing import Any

import numpy as np

from latent_assays.errors import UserError
from latent_assays.scores.result import NoValue, Result

__all__ = ["SCORES", "WHOLE_SET", "Result", "evaluate", "score"]

SCORES = {
    "mig": "latent_assays.scores.mig",
    "modularity": "latent_assays.scores.modularity",
    "sap": "latent_assays.scores.sap",
    "irs": "latent_assays.scores.irs",
    "dci": "latent_assays.scores.dci",
    "explicitness": "latent_assays.scores.explicitness",
    "factor_vae": "latent_assays.scores.factor_vae",
    "beta_vae": "latent_assays.scores.beta_vae",
    "active_units": "latent_assays.scores.active_units",
}

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
    _check_name(name)
    function = getattr(import_module(SCORES[name]), name)
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
    factor_sizes: Sequence[int] | None = None,
    n_train: int = 10_000,
    n_test: int = 5_000,
    seed: int = 0,
) -> dict[str, Result]:
    """Compute scores of one model as Locatello et al. 2019 (arXiv:1811.12359) do.

    Training and test rows are drawn once, uniformly and with replacement, and shared by the
    scores; so is the mutual information. The scores of `WHOLE_SET` see every row.

    Args:
        codes: (N,D) posterior means of the whole set.
        factors: (N,K) classes.
        std: (N,D) posterior standard deviations, if the encoder has them.
        scores: keys of `SCORES`; None for all.
        factor_sizes: K class counts; 0 marks a continuous factor, for which only
            `active_units` is defined.
        n_train: training rows.
        n_test: test rows.
        seed: of the rows drawn and of every score that draws at random.

    Returns:
        A result for each score, in the order asked for.

    Raises:
        UserError: there is no such score.
        ValueError: the shapes do not fit.
    """
    names = list(SCORES if scores is None else scores)
    for name in names:
        _check_name(name)
    codes, factors = np.asarray(codes), np.asarray(factors)
    if codes.ndim != 2 or factors.ndim != 2 or len(codes) != len(factors):
        raise ValueError(f"codes {codes.shape} and factors {factors.shape} must be (N,D) and (N,K)")
    rng = np.random.default_rng(seed)
    train, test = rng.integers(len(codes), size=n_train), rng.integers(len(codes), size=n_test)
    continuous = 0 in (factor_sizes or ())
    sample = {
        "codes": codes[train],
        "factors": factors[train],
        "codes_test": codes[test],
        "factors_test": factors[test],
    }
    shared = {}
    if not continuous and {"mig", "modularity"} <= set(names):
        shared = _information(sample["codes"], sample["factors"])
    results = {}
    for name in names:
        if continuous and name != "active_units":
            results[name] = _continuous(factor_sizes)
        elif name in WHOLE_SET:
            results[name] = score(name, codes, factors, std=std, seed=seed)
        else:
            more = shared if name in ("mig", "modularity") else {}
            results[name] = score(name, **sample, seed=seed, **more)
    return results


def _check_name(name: str) -> None:
    if name not in SCORES:
        raise UserError(f"{name!r} is not a score; the scores are {', '.join(SCORES)}")


def _information(codes: np.ndarray, factors: np.ndarray) -> dict[str, Any]:
    """The `information` argument of MIG and modularity; nothing where they will say why not."""
    from latent_assays.scores.mutual_information import mutual_information

    try:
        return {"information": mutual_information(codes, factors)}
    except NoValue:
        return {}


def _continuous(factor_sizes: Sequence[int]) -> Result:
    columns = [k for k, size in enumerate(factor_sizes) if size == 0]
    return Result(
        value=None,
        reason=f"factors {columns} are continuous and the score is defined for classes",
        settings={},
        details={},
    )
