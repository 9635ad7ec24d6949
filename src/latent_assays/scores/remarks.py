"""What the scores of a set left out, rounded away or could not tell, in words."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from latent_assays.results import Result
from latent_assays.scores.draws import is_full_grid
from latent_assays.scores.result import NoValue, check_codes, classes_of

__all__ = ["remarks"]

_COARSE = 256
"""Steps of single precision that a latent must span, or scores see a coarser one."""

_SHOWN = 8


def remarks(
    codes: np.ndarray,
    factors: np.ndarray,
    results: Mapping[str, Result],
    names: Sequence[str] = (),
) -> list[str]:
    """Sentences about a set that was scored, most important first.

    Args:
        codes: (N,D) as `evaluate` was given them.
        factors: (N,K) likewise.
        results: what it returned.
        names: K names of the factors; numbers if there are none.
    """
    said = _rows_drawn(factors, results)
    said += _factors_left_out(factors, results, names)
    try:
        checked = check_codes(codes)
    except (NoValue, ValueError):
        return said
    return said + _latents(checked, results) + _copies(checked, factors)


def _rows_drawn(factors: np.ndarray, results: Mapping[str, Result]) -> list[str]:
    """What the scores were tested on."""
    tested = [
        result["settings"]
        for result in results.values()
        if result["settings"].get("test_rows_seen") is not None
        and "draw_seed" in result["settings"]
    ]
    if not tested:
        return []
    settings, how = tested[0], "others"
    seen = settings["test_rows_seen"]
    if settings["draw_seed"] is None:
        how = "as given"
    elif is_full_grid(classes_of(factors, len(factors))):
        how = "drawn with replacement, as published for a full grid of factors"
    equal = (
        f"{seen:,} of them equal training rows" if seen else "none of them equals a training row"
    )
    return [
        f"fitted to {settings['n_train']:,} rows and tested on {settings['n_test']:,} {how};"
        f" {equal}" + (", so that learning by heart scores too" if seen else "")
    ]


def _factors_left_out(
    factors: np.ndarray, results: Mapping[str, Result], names: Sequence[str]
) -> list[str]:
    """Constant factors, those that are so in the training rows, merged ones, and an index."""
    label = [f"{k} ({names[k]})" if names else str(k) for k in range(factors.shape[1])]
    sizes = [len(np.unique(column)) for column in factors.T]
    said = []
    constant = [label[k] for k, size in enumerate(sizes) if size == 1]
    if constant:
        said.append(f"{_many('factor', constant)} constant and left out of every score")
    used = next(
        (set(r["details"]["factors"]) for r in results.values() if "factors" in r["details"]), None
    )
    if used is not None:
        rare = [label[k] for k, size in enumerate(sizes) if size > 1 and k not in used]
        if rare:
            said.append(f"{_many('factor', rare)} constant in the training rows and left out")
    if "irs" in results and results["irs"]["value"] is not None:
        bins = results["irs"]["settings"]["factor_bins"]
        merged = [label[k] for k, size in enumerate(sizes) if size > bins]
        if merged:
            said.append(f"{_many('factor', merged)} merged into {bins} bins of equal width by irs")
    whole = (factors == np.round(factors)).all(axis=0)
    indices = [label[k] for k, size in enumerate(sizes) if whole[k] and size == len(factors)]
    if indices:
        said.append(f"{_many('factor', indices)} different in every row: leave an index out")
    return said


def _latents(codes: np.ndarray, results: Mapping[str, Result]) -> list[str]:
    """Constant latents, those of a small scale, those that single precision rounds, an index."""
    spans = np.ptp(codes, axis=0)
    constant = np.flatnonzero(spans == 0)
    said = []
    if len(constant):
        said.append(f"{_many('latent', constant)} constant")
    if results.get("factor_vae", {}).get("value") is not None:
        least = results["factor_vae"]["settings"]["least_std"]
        voting = results["factor_vae"]["details"]["latents"]
        small = np.setdiff1d(np.flatnonzero(spans > 0), voting)
        if len(small):
            said.append(
                f"{_many('latent', small)} of a standard deviation below {least} and without a vote"
                " in factor_vae: scale codes of a small unit first"
            )
    step = np.spacing(np.abs(codes).max(axis=0).astype(np.float32)).astype(np.float64)
    coarse = np.flatnonzero((spans > 0) & (spans < _COARSE * step))
    if len(coarse):
        said.append(
            f"{_many('latent', coarse)} rounded to single precision by dci, factor_vae and"
            " beta_vae, which leaves few steps: subtract the mean and scale first"
        )
    number = np.flatnonzero((codes - codes[0] == np.arange(len(codes))[:, None]).all(axis=0))
    if len(number):
        said.append(f"{_many('latent', number)} the number of the row: leave an index out")
    return said


def _copies(codes: np.ndarray, factors: np.ndarray) -> list[str]:
    try:
        indices = classes_of(factors, len(codes)).indices
    except NoValue:
        return []
    whole = np.concatenate([codes, indices], axis=1, dtype=np.float64)
    copies = len(whole) - len(np.unique(whole, axis=0))
    if not copies:
        return []
    return [
        f"{copies:,} of {len(whole):,} rows {'is a copy' if copies == 1 else 'are copies'} of"
        " others (codes and factors)"
    ]


def _many(what: str, which: Sequence[Any]) -> str:
    shown = ", ".join(map(str, which[:_SHOWN])) + (", ..." if len(which) > _SHOWN else "")
    return f"{what} {shown} is" if len(which) == 1 else f"{what}s {shown} are"
