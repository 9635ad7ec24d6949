"""Judge claims on a tidy table of values."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from latent_assays.claims.claim import Claim
from latent_assays.claims.selection import MATCHED, paired, selected, where_given
from latent_assays.claims.statistics import RUN, STATISTICS, Estimate

__all__ = ["judge", "verdict"]


def judge(claims: Iterable[Claim], values: pd.DataFrame, paper: str) -> pd.DataFrame:
    """One row a claim: estimate, interval, verdict, and what it rests on.

    Args:
        claims: from `parse_claims`.
        values: the paper's collected numbers, one row a value; see `results.COLUMNS`.
        paper: its slug.

    Returns:
        `paper`, `claim`, `where`, `sentence`, `statistic`, `condition`, `estimate`, `low`, `high`
        (95 % interval), `verdict`, `n` (values), `runs` (that they come from), `reason` (why there
        is no estimate, interval or value), `note`, and `source`, what the runs were trained on.

    Raises:
        UserError: a claim selects two values of one run, or a trend or bound is of a setting that
            no study sweeps.
    """
    # Resamples are drawn by place, so that another order would give another interval.
    values = values.sort_values(["study", *MATCHED, "number"], ignore_index=True)
    return pd.DataFrame([{"paper": paper, **_judged(claim, values)} for claim in claims])


def _judged(claim: Claim, values: pd.DataFrame) -> dict:
    rows, left_out = where_given(claim, values, selected(claim, values, claim.values))
    over = claim.statistic.get("over")
    without = int(rows[over].isna().sum()) if over in rows else 0
    if without:
        rows = rows.dropna(subset=[over])
    settings = dict(claim.statistic)
    kind = settings.pop("kind")
    if claim.against:
        rows = paired(claim, values, rows, STATISTICS[kind].errors)
    valued = rows.dropna(subset=[name for name in ("value", "against") if name in rows])
    if len(valued):
        estimate = STATISTICS[kind].estimate(valued, **settings)
    else:
        estimate = Estimate(np.nan, np.nan, np.nan, 0, "no run gave these values")
    lacking = len(rows) - len(valued)
    reasons = [
        estimate.reason,
        left_out,
        f"{lacking} of {len(rows)} have no value" if lacking else "",
        f"{without} more are of models without {over}" if without else "",
    ]
    return {
        "claim": claim.claim,
        "where": claim.where,
        "sentence": claim.sentence,
        "statistic": " ".join([kind, *(f"{key} {value}" for key, value in settings.items())]),
        "condition": claim.condition,
        "estimate": estimate.value,
        "low": estimate.low,
        "high": estimate.high,
        "verdict": verdict(claim, estimate),
        "n": estimate.n,
        "runs": len(valued[RUN].drop_duplicates()),
        "reason": "; ".join(filter(None, reasons)),
        "note": claim.note,
        "source": " ".join(valued["source"].dropna().unique()),
    }


def verdict(claim: Claim, estimate: Estimate) -> str:
    """`holds` or `fails` where the whole interval lies on one side of the bound, else `undecided`.

    An interval that ends at the bound, such as a share from 0 to 1, decides nothing.
    """
    if np.isnan(estimate.low) or np.isnan(estimate.high):
        return "undecided"
    bound = claim.below if claim.above is None else claim.above
    larger, smaller = estimate.low > bound, estimate.high < bound
    holds, fails = (smaller, larger) if claim.above is None else (larger, smaller)
    return "holds" if holds else "fails" if fails else "undecided"
