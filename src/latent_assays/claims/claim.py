"""One claim as data, checked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from latent_assays.claims.statistics import STATISTICS
from latent_assays.errors import UserError

__all__ = ["Claim", "parse_claims"]

SELECTED_BY = ("number", "study", "dataset", "variant", "on", "model")
NEEDED = ("claim", "where", "sentence", "values", "statistic")
OPTIONAL = ("against", "given", "note")
GIVEN = ("number", "study", "least", "most")


@dataclass(frozen=True)
class Claim:
    """A sentence of a paper and how it is judged.

    Attributes:
        claim: its name.
        where: in the paper.
        sentence: in our words.
        values: which values it is about, by `number` and `study`, and optionally `dataset`,
            `variant`, `on` and `model`; a list stands for any of its members, and the name of a
            sweep, such as `vae-b{beta}`, for all that it names.
        statistic: `kind`, a key of `STATISTICS`, with that statistic's settings.
        above: the claim holds if the statistic is larger; None if `below` is given.
        below: the claim holds if the statistic is smaller.
        against: what differs from `values` in the second values of a paired statistic. Where both
            name models or variants with the same {fields}, those are compared whose fields are
            filled in alike.
        given: only models whose mean of this other `number` over seeds is at `least` or at `most`
            this number, or their own value of a swept setting of this name; only image sets if it
            is a number of those. Of the same `study` unless it names one.
        note: what a reader should know beside the verdict.
    """

    claim: str
    where: str
    sentence: str
    values: Mapping[str, str | Sequence[str]]
    statistic: Mapping[str, Any]
    above: float | None
    below: float | None
    against: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
    given: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""

    @property
    def condition(self) -> str:
        """The condition in signs, such as `> 0`."""
        return f"< {self.below:g}" if self.above is None else f"> {self.above:g}"


def parse_claims(entries: Sequence[Mapping[str, Any]]) -> list[Claim]:
    """Check the entries of `claims.yaml`.

    Raises:
        UserError: an entry lacks a key, has an unknown one, or a statistic does not fit.
    """
    claims = [_parse(entry) for entry in entries]
    names = [claim.claim for claim in claims]
    for name in names:
        if names.count(name) > 1:
            raise UserError(f"claims: {name!r} is listed twice: give each claim its own name")
    return claims


def _parse(entry: Mapping[str, Any]) -> Claim:
    name = f"claims.{entry.get('claim', '(no name)')}"
    allowed = (*NEEDED, *OPTIONAL, "above", "below")
    for key in entry:
        if key not in allowed:
            raise UserError(f"{name}: unknown key {key!r}; allowed: {', '.join(allowed)}")
    for key in NEEDED:
        if key not in entry:
            raise UserError(f"{name}: {key} is missing")
    if ("above" in entry) == ("below" in entry):
        raise UserError(f"{name}: give either above or below")
    for key in ("values", "against"):
        for selector in entry.get(key, {}):
            if selector not in SELECTED_BY:
                raise UserError(
                    f"{name}.{key}: unknown key {selector!r}; allowed: {', '.join(SELECTED_BY)}"
                )
    for selector in ("number", "study"):
        if selector not in entry["values"]:
            raise UserError(f"{name}.values: {selector} is missing")
    _check_statistic(name, entry)
    _check_given(name, entry.get("given", {"number": "", "least": 0}))
    return Claim(**{"above": None, "below": None, **entry})


def _check_statistic(name: str, entry: Mapping[str, Any]) -> None:
    settings = dict(entry["statistic"])
    kind = settings.pop("kind", None)
    if kind not in STATISTICS:
        raise UserError(f"{name}.statistic.kind: {kind!r} is not one of {', '.join(STATISTICS)}")
    statistic = STATISTICS[kind]
    wanted = set(statistic.settings)
    if wanted == {"least", "most"}:
        fits = len(settings) == 1 and set(settings) < wanted
    else:
        fits = set(settings) == wanted
    if not fits:
        raise UserError(
            f"{name}.statistic: {kind} takes {' or '.join(statistic.settings) or 'no settings'}, "
            f"not {', '.join(settings) or 'none'}"
        )
    if statistic.paired != bool(entry.get("against")):
        needs = "needs" if statistic.paired else "takes no"
        raise UserError(f"{name}: the statistic {kind} {needs} `against`")


def _check_given(name: str, given: Mapping[str, Any]) -> None:
    for key in given:
        if key not in GIVEN:
            raise UserError(f"{name}.given: unknown key {key!r}; allowed: {', '.join(GIVEN)}")
    if "number" not in given or ("least" in given) == ("most" in given):
        raise UserError(f"{name}.given: give number, and either least or most")
