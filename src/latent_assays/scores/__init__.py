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

import contextlib
import inspect
import sys
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from typing import Any, NamedTuple

import numpy as np

from latent_assays.errors import UserError
from latent_assays.results import Result
from latent_assays.scores.draws import draw_rows, is_full_grid, rows_seen
from latent_assays.scores.registry import SCORES
from latent_assays.scores.result import NoValue, check_codes, check_rows_left, check_std, classes_of

__all__ = ["SCORES", "WHOLE_SET", "Result", "evaluate", "score"]

WHOLE_SET = frozenset({"factor_vae", "beta_vae", "active_units"})
"""Scores that draw points of their own or need no sample, so that `evaluate` gives them no part of
`n_train` or `n_test` rows."""


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
    progress: bool = False,
) -> dict[str, Result]:
    """Compute scores of one model as Locatello et al. 2019 (arXiv:1811.12359) do.

    Training and test rows are drawn once and shared by the scores; so is the mutual information.
    On a full grid of factors (see `is_full_grid`), as the paper's sets are, they are drawn
    uniformly and with replacement. On any other set no test row is a training row: two thirds of
    the rows are for training and one third for testing, of which `n_train` and `n_test` at most are
    taken. FactorVAE and BetaVAE score draw `n_train` and `n_test` points of their own, on a full
    grid from all rows and otherwise from the one part and from the other. Active units are counted
    on all rows. The set is checked before anything is drawn, so that a reason does not depend on
    the seed.

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
        progress: show a bar on stderr, if that is a terminal.

    Returns:
        A result for each score, in the order asked for. Settings say what was drawn:
        `test_rows_seen`, of a score that is tested, how many of the test rows equal a training row,
        codes and classes (of the rows that points are drawn from, for FactorVAE and BetaVAE score);
        and, of scores outside `WHOLE_SET`, `n_train`, `n_test` (rows, the latter if the score is
        tested) and `draw_seed` (None if the split was given). Of a set where every score is None
        nothing is drawn: `n_train` and `n_test` are as asked for, and `test_rows_seen` is None.

    Raises:
        UserError: there is no such score.
        ValueError: the shapes do not fit, there are too few rows, or `std` cannot be standard
            deviations.
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
    if std is not None:
        std = check_std(std, codes.shape)
    if codes_test is not None:
        data = _given(codes, factors, codes_test, factors_test)
    else:
        data = _draw(codes, factors, n_train, n_test, seed)
    shared = {}
    if {"mig", "modularity"} <= set(names):
        shared = _information(data.sample["codes"], data.sample["factors"])
    results = {}
    for name, function in _shown(names, functions, progress):
        takes = inspect.signature(function).parameters
        tested = "codes_test" in takes
        if name in WHOLE_SET:
            points = {"n_train": n_train, "n_test": n_test}
            own = {key: value for key, value in points.items() if key in takes}
            rows = data.pools if tested else {"codes": codes, "factors": factors}
            results[name] = score(name, **rows, std=std, seed=seed, **own)
            if tested:
                results[name]["settings"]["test_rows_seen"] = data.pools_seen
            continue
        more = shared if "information" in takes else {}
        results[name] = score(name, **data.sample, seed=seed, **more)
        results[name]["settings"] |= {
            key: value
            for key, value in data.drawn.items()
            if tested or key not in ("n_test", "test_rows_seen")
        }
    return results


class _Data(NamedTuple):
    """What scores are given.

    Attributes:
        sample: arguments of a score that is given rows.
        drawn: settings that say of it what was drawn.
        pools: arguments of a score that draws points of its own.
        pools_seen: how many of the rows that it draws test points from it draws training points
            from too; None if nothing was drawn.
    """

    sample: dict[str, Any]
    drawn: dict[str, Any]
    pools: dict[str, Any]
    pools_seen: int | None


def _shown(
    names: list[str], functions: list[Callable[..., Result]], progress: bool
) -> Iterator[tuple[str, Callable[..., Result]]]:
    """Names and functions, and a bar that names the score at work."""
    from tqdm import tqdm

    hidden = not (progress and sys.stderr.isatty())
    with tqdm(total=len(names), unit="score", file=sys.stderr, disable=hidden, leave=False) as bar:
        for name, function in zip(names, functions, strict=True):
            bar.set_description(name)
            yield name, function
            bar.update()


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


def _given(codes: np.ndarray, factors: np.ndarray, codes_test: Any, factors_test: Any) -> _Data:
    """A set that is split already."""
    codes_test, factors_test = np.asarray(codes_test), np.asarray(factors_test)
    if codes_test.ndim != 2 or factors_test.ndim != 2 or len(codes_test) != len(factors_test):
        raise ValueError(
            f"codes_test {codes_test.shape} and factors_test {factors_test.shape} must be (M,D) and"
            " (M,K)"
        )
    seen = None
    with contextlib.suppress(NoValue):
        check_rows_left(codes_test)
        known = classes_of(factors, len(codes))
        asked = classes_of(factors_test, len(codes_test), like=known)
        fitted, tested = check_codes(codes), check_codes(codes_test)
        seen = rows_seen(fitted, known.indices, tested.astype(fitted.dtype), asked.indices)
    drawn = {"n_train": len(codes), "n_test": len(codes_test), "draw_seed": None}
    return _Data(
        _sample(codes, factors, codes_test, factors_test),
        drawn | {"test_rows_seen": seen},
        _sample(codes, factors, None, None),
        len(codes),
    )


def _draw(codes: np.ndarray, factors: np.ndarray, n_train: int, n_test: int, seed: int) -> _Data:
    """Training and test rows; the whole set where no score has a value, so that they say why."""
    drawn = {"n_train": n_train, "n_test": n_test, "draw_seed": seed}
    whole = _sample(codes, factors, None, None)
    try:
        checked, classes = check_codes(codes), classes_of(factors, len(codes))
    except NoValue:
        return _Data(whole, drawn | {"test_rows_seen": None}, whole, None)
    rows = draw_rows(len(codes), is_full_grid(classes), n_train, n_test, seed)

    def both(train: np.ndarray, test: np.ndarray) -> tuple[dict[str, Any], int]:
        seen = rows_seen(
            checked[train], classes.indices[train], checked[test], classes.indices[test]
        )
        return _sample(codes[train], factors[train], codes[test], factors[test]), seen

    sample, seen = both(rows.train, rows.test)
    pools, pools_seen = (whole, len(codes)) if rows.pools is None else both(*rows.pools)
    drawn |= {"n_train": len(rows.train), "n_test": len(rows.test), "test_rows_seen": seen}
    return _Data(sample, drawn, pools, pools_seen)


def _information(codes: np.ndarray, factors: np.ndarray) -> dict[str, Any]:
    """The `information` argument of MIG and modularity; nothing where they will say why not."""
    from latent_assays.scores.mutual_information import mutual_information

    try:
        return {"information": mutual_information(codes, factors)}
    except NoValue:
        return {}
