"""Judge claims on a tidy table of values."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from latent_assays.claims.claim import Claim
from latent_assays.claims.statistics import RUN, STATISTICS, Estimate
from latent_assays.errors import UserError

__all__ = ["judge", "select", "verdict"]

# A row is one value: of one run, and of one case where a score has many values in a run.
MATCHED = [*RUN, "on", "case"]


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
        UserError: a claim selects two values of one run, or a trend is over a setting that no
            study sweeps.
    """
    # Resamples are drawn by place, so that another order would give another interval.
    values = values.sort_values(["study", *MATCHED, "number"], ignore_index=True)
    return pd.DataFrame([{"paper": paper, **_judged(claim, values)} for claim in claims])


def _judged(claim: Claim, values: pd.DataFrame) -> dict:
    rows = _selected(claim, values, claim.values, [*MATCHED, "number"])
    over = claim.statistic.get("over")
    without = int(rows[over].isna().sum()) if over in rows else 0
    if without:
        rows = rows.dropna(subset=[over])
    if claim.against:
        differ = {*claim.against, *(["on"] if "variant" in claim.against else [])}
        matched = [key for key in MATCHED if key not in differ]
        other = _selected(claim, values, {**claim.values, **claim.against}, matched)
        other = other[[*matched, "value"]].rename(columns={"value": "against"})
        rows = rows.merge(other, how="left", on=matched)
    valued = rows.dropna(subset=[name for name in ("value", "against") if name in rows])
    settings = dict(claim.statistic)
    kind = settings.pop("kind")
    if len(valued):
        estimate = STATISTICS[kind].estimate(valued, **settings)
    else:
        estimate = Estimate(np.nan, np.nan, np.nan, 0, "no run gave these values")
    lacking = len(rows) - len(valued)
    reasons = [
        estimate.reason,
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


def _selected(
    claim: Claim, values: pd.DataFrame, chosen: Mapping[str, str | Sequence[str]], key: list[str]
) -> pd.DataFrame:
    """The rows that a claim chooses, each value of a run once.

    Unless the claim names `on`, they are of runs measured on the images they were trained on.
    """
    rows = select(values, chosen)
    if "on" not in {*claim.values, *claim.against}:
        rows = rows[rows["on"] == rows["variant"]]
    rows = rows.drop_duplicates([*key, "value"])  # of a run that several studies compare
    if rows.duplicated(key).any():
        raise UserError(
            f"claims.{claim.claim}: two values of one run are chosen where one is meant: name"
            " more of number, study, dataset, variant, on and model"
        )
    return rows


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


def select(values: pd.DataFrame, chosen: Mapping[str, str | Sequence[str]]) -> pd.DataFrame:
    """Rows of `values` that a claim is about.

    Args:
        values: see `judge`.
        chosen: column -> value, or a list of values.
    """
    rows = values
    for column, wanted in chosen.items():
        rows = rows[rows[column].isin([wanted] if isinstance(wanted, str) else wanted)]
    return rows
