"""The rows of collected numbers that a claim is about, and what they are compared with."""

import re
from collections.abc import Mapping, Sequence

import pandas as pd

from latent_assays.claims.claim import Claim
from latent_assays.claims.statistics import PLACE, RUN
from latent_assays.errors import UserError

__all__ = ["MATCHED", "paired", "select", "selected", "where_given"]

# A row is one value: of one run, and of one case where a score has many values in a run.
MATCHED = [*RUN, "on", "case"]
ONE = [*MATCHED, "number"]
FILLED = "filled in "  # begins a column with what stands for a field of a name
FIELD = re.compile(r"\\{(\w+)\\}")  # in an escaped name


def select(values: pd.DataFrame, chosen: Mapping[str, str | Sequence[str]]) -> pd.DataFrame:
    """Rows of `values` by what stands in their columns.

    Args:
        values: collected numbers.
        chosen: column -> value, or a list of values; `{field}` in one stands for any text, so that
            the name of a sweep selects all that it names.
    """
    rows = values
    for column, wanted in chosen.items():
        names = [wanted] if isinstance(wanted, str) else wanted
        pattern = "|".join(FIELD.sub(".+", re.escape(name)) for name in names)
        rows = rows[rows[column].astype(str).str.fullmatch(pattern)]
    return rows


def selected(
    claim: Claim,
    values: pd.DataFrame,
    chosen: Mapping[str, str | Sequence[str]],
    key: Sequence[str] = ONE,
) -> pd.DataFrame:
    """The rows that a claim chooses, each value of a run once.

    Unless the claim names `on`, they are of runs measured on the images they were trained on.

    Raises:
        UserError: two values have the same `key`.
    """
    rows = select(values, chosen)
    if "on" not in {*claim.values, *claim.against}:
        rows = rows[rows["on"] == rows["variant"]]
    rows = rows.assign(**_filled_in(claim, rows, chosen))
    rows = rows.drop_duplicates([*key, "value"])  # of a run that several studies compare
    if rows.duplicated(key).any():
        raise UserError(
            f"claims.{claim.claim}: two values of one run are chosen where one is meant: name"
            " more of number, study, dataset, variant, on and model"
        )
    return rows


def _filled_in(
    claim: Claim, rows: pd.DataFrame, chosen: Mapping[str, str | Sequence[str]]
) -> dict[str, pd.Series]:
    """What stands in each row for the {fields} that `values` and `against` have in common.

    A second phase `{base}-encoder` is so compared with the `{base}-decoder` of the same base.
    """
    filled = {}
    for column in ("model", "variant"):
        sides = [side.get(column) for side in (claim.values, claim.against)]
        fields = [FIELD.findall(re.escape(name)) for name in sides if isinstance(name, str)]
        if len(fields) == 2 and fields[0] and sorted(fields[0]) == sorted(fields[1]):
            pattern = FIELD.sub(r"(?P<\1>.+)", re.escape(chosen[column]))
            found = rows[column].astype(str).str.extract(f"^{pattern}$")
            filled |= {f"{FILLED}{column} {field}": found[field] for field in found}
    return filled


def where_given(claim: Claim, values: pd.DataFrame, rows: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """The rows whose models or image sets fulfil `given`, and how many do not, in words.

    Raises:
        UserError: the bound is a setting that no study sweeps.
    """
    if not claim.given:
        return rows, ""
    name = claim.given["number"]
    study = claim.given.get("study", claim.values["study"])
    others = select(values, {"study": study, "number": name}).dropna(subset="value")
    others = others[others["on"] == others["variant"]]
    of_models = others["model"].notna().any()
    key = [*PLACE, "model"] if of_models else PLACE
    side, sign = ("least", 1) if "least" in claim.given else ("most", -1)
    bound = claim.given[side]
    if isinstance(bound, str) and bound not in values:
        raise UserError(f"claims.{claim.claim}.given.{side}: no study sweeps {bound!r}")
    limit = others[bound] if isinstance(bound, str) else bound
    room = (sign * (others["value"] - limit)).groupby([others[column] for column in key]).mean()
    kept = rows[pd.MultiIndex.from_frame(rows[key]).isin(room[room >= 0].index)]
    left_out = len(rows[key].drop_duplicates()) - len(kept[key].drop_duplicates())
    if not left_out:
        return kept, ""
    what = "models" if of_models else "image sets"
    return kept, f"left out: {left_out} {what} without {name} of at {side} {bound}"


def paired(
    claim: Claim, values: pd.DataFrame, rows: pd.DataFrame, with_errors: bool
) -> pd.DataFrame:
    """The rows with their second value `against`, empty where there is none.

    Args:
        claim: with `against`.
        values: collected numbers.
        rows: from `selected`.
        with_errors: whether to add `error` and `against_error` too, of numbers `NAME_se`.
    """
    second = {**claim.values, **claim.against}
    differ = {*claim.against, *(["on"] if "variant" in claim.against else [])}
    matched = [column for column in ONE if column not in differ]
    matched += [column for column in rows if column.startswith(FILLED)]
    sides = [("against", second, matched, "")]
    if with_errors:
        sides += [("error", claim.values, ONE, "_se"), ("against_error", second, matched, "_se")]
    for name, chosen, key, suffix in sides:
        numbers = chosen["number"]
        numbers = [numbers] if isinstance(numbers, str) else numbers
        wanted = {**chosen, "number": [number + suffix for number in numbers]}
        other = selected(claim, values, wanted, key)
        other = other.assign(number=other["number"].str.removesuffix(suffix))
        other = other[[*key, "value"]].rename(columns={"value": name})
        rows = rows.merge(other, how="left", on=list(key))
    return rows
