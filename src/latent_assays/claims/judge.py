"""Judge claims on a tidy table of values."""

import re
from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from latent_assays.claims.claim import Claim
from latent_assays.claims.statistics import RUN, STATISTICS, Estimate

__all__ = ["judge", "select", "verdict"]

# A row is one value: of one run, and of one case where a score has many values in a run.
MATCHED = [*RUN, "case"]


def judge(claims: Iterable[Claim], values: pd.DataFrame) -> pd.DataFrame:
    """One row a claim: estimate, interval, verdict, and what it rests on.

    Args:
        claims: from `parse_claims`.
        values: one row a value: `paper` (empty for values of no single paper), `dataset`,
            `variant`, `model`, `seed`, `case`, `score`, `value`, `source`.

    Returns:
        `paper`, `claim`, `where`, `sentence`, `statistic`, `condition`, `estimate`, `low`, `high`
        (95 % interval), `verdict`, `n` (values), `runs` (that they come from), `reason` (why there
        is no estimate, interval or value), `note`, and `source`, what the runs were trained on.

    Raises:
        ValueError: `values` holds a value of one run twice.
    """
    rows = [_judged(claim, values[values["paper"].isin([claim.paper, ""])]) for claim in claims]
    return pd.DataFrame(rows)


def _judged(claim: Claim, values: pd.DataFrame) -> dict:
    rows = select(values, claim.values)
    if rows.duplicated([*MATCHED, "score"]).any():
        raise ValueError(f"claim {claim.claim}: a value of one run is there twice")
    if claim.against:
        other = select(values, {**claim.values, **claim.against})
        matched = [key for key in MATCHED if key not in claim.against]
        other = other[[*matched, "value"]].rename(columns={"value": "against"})
        rows = rows.merge(other, on=matched)
    valued = rows.dropna(subset=[name for name in ("value", "against") if name in rows])
    settings = dict(claim.statistic)
    kind = settings.pop("kind")
    if len(valued):
        estimate = STATISTICS[kind].estimate(valued, **settings)
    else:
        estimate = Estimate(np.nan, np.nan, np.nan, 0, "no run gave these values")
    lacking = len(rows) - len(valued)
    reasons = [estimate.reason, f"{lacking} of {len(rows)} have no value" if lacking else ""]
    return {
        "paper": claim.paper,
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


def select(values: pd.DataFrame, chosen: Mapping[str, str]) -> pd.DataFrame:
    """Rows of `values` that a claim is about.

    Args:
        values: see `judge`.
        chosen: column -> value; a `model` with `{fields}` matches every model of that form.

    Returns:
        the rows, with a numeric column for each field, which bears its name in braces.
    """
    rows = values
    for column, wanted in chosen.items():
        if column != "model":
            rows = rows[rows[column] == wanted]
    if "model" not in chosen:
        return rows
    pieces = re.split(r"(\{\w+\})", chosen["model"])
    numbers = [piece for piece in pieces if piece.startswith("{")]
    pattern = "".join(r"([\d.]+)" if piece in numbers else re.escape(piece) for piece in pieces)
    rows = rows[rows["model"].str.fullmatch(pattern)]
    if not numbers:
        return rows
    found = rows["model"].str.extract(f"^{pattern}$").astype(float)
    return rows.join(found.set_axis(numbers, axis=1))
