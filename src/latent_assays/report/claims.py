"""The judged claims of a paper, in words and as pictures."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from markupsafe import Markup

from latent_assays.report.drawings import VERDICTS, interval

__all__ = ["STATISTICS", "Shown", "counts_of", "shown_claims"]

STATISTICS = {
    "mean": "the mean",
    "difference": "the mean difference of matched runs",
    "least_difference": "the smallest difference over models",
    "largest_difference": "the largest difference over models",
    "least_measured_difference": "the smallest difference of numbers with standard errors",
    "least_spread_ratio": "the smallest ratio of the spreads over seeds",
    "tuned_difference": "the difference for the model that half of the seeds choose",
    "trend": "the rank correlation with {over}",
    "correlation": "the rank correlation over models",
    "share": "the share of values of at {side} {bound}",
}
PLACES = ("study", "dataset", "variant", "on", "model")


@dataclass(frozen=True)
class Shown:
    """A claim for the page.

    Attributes:
        name: of the claim.
        where: in the paper.
        sentence: what the paper says, in our words.
        statistic: what was computed, in words.
        values: of what.
        against: what it was compared with; empty for nothing.
        condition: under which the claim holds, such as `> 0`.
        verdict: `holds`, `fails` or `undecided`.
        estimate: with its interval, as text.
        picture: the same, drawn.
        n: values that it rests on.
        runs: that those come from.
        reason: why there is no estimate, interval or value; may be empty.
        note: what a reader should know; may be empty.
        studies: whose numbers it is about.
        source: what the runs were trained on.
    """

    name: str
    where: str
    sentence: str
    statistic: str
    values: str
    against: str
    condition: str
    verdict: str
    estimate: str
    picture: Markup
    n: int
    runs: int
    reason: str
    note: str
    studies: tuple[str, ...]
    source: str


def shown_claims(judged: pd.DataFrame, entries: Sequence[Mapping[str, Any]]) -> list[Shown]:
    """The claims of a paper, in its order.

    Args:
        judged: the paper's judged claims, see `claims.judge`.
        entries: of its `claims.yaml`, which say what is compared.
    """
    known = {entry["claim"]: entry for entry in entries}
    return [_shown(row, known.get(row["claim"], {})) for row in judged.to_dict("records")]


def counts_of(claims: Sequence[Shown]) -> dict[str, int]:
    """How many claims have each verdict."""
    return {name: sum(claim.verdict == name for claim in claims) for name in VERDICTS}


def _shown(row: Mapping[str, Any], entry: Mapping[str, Any]) -> Shown:
    ends = [_number(row[key]) for key in ("estimate", "low", "high")]
    values, against = entry.get("values", {}), entry.get("against", {})
    studies = [study for side in (values, against) for study in _several(side.get("study", []))]
    given = entry.get("given")
    return Shown(
        name=row["claim"],
        where=row["where"],
        sentence=row["sentence"],
        statistic=_statistic(row["statistic"]),
        values=_chosen(values) + (f", where {_given(given)}" if given else ""),
        against=_chosen(against),
        condition=row["condition"],
        verdict=row["verdict"],
        estimate=_estimate(*ends),
        picture=interval(*ends, row["condition"]),
        n=int(row["n"]),
        runs=int(row["runs"]),
        reason=_text(row["reason"]),
        note=_text(row["note"]),
        studies=tuple(dict.fromkeys(studies)),
        source=_text(row["source"]),
    )


def _statistic(told: str) -> str:
    """In words what `claims.judge` writes of a statistic: its kind, and a setting and its value."""
    kind, *settings = told.split(" ")
    name, value = settings if len(settings) == 2 else ("", "")
    words = STATISTICS.get(kind, told)
    return words.format(over=value, side=name, bound=value)


def _chosen(side: Mapping[str, Any]) -> str:
    """What `values` or `against` select, in words."""
    parts = [_listed(side["number"])] if "number" in side else []
    parts += [f"{place} {_listed(side[place])}" for place in PLACES if place in side]
    return ", ".join(parts)


def _given(given: Mapping[str, Any]) -> str:
    side = "least" if "least" in given else "most"
    return f"{given['number']} is at {side} {given[side]}"


def _listed(names: str | Sequence[str]) -> str:
    return " or ".join(_several(names))


def _several(names: str | Sequence[str]) -> Sequence[str]:
    return [names] if isinstance(names, str) else names


def _estimate(value: float | None, low: float | None, high: float | None) -> str:
    if value is None:
        return "no estimate"
    told = f"{value:.3g}"
    told += f", from {low:.3g} to {high:.3g}" if low is not None and high is not None else ""
    return re.sub(r"(?<!e)-", "−", told)


def _number(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)


def _text(value: Any) -> str:
    return "" if pd.isna(value) else str(value)
