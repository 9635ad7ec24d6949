"""What a measure leaves: numbers by name, each with its value or the reason why it has none."""

import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NotRequired, TypedDict

__all__ = ["COLUMNS", "Number", "Result", "number", "write_numbers"]

COLUMNS = (
    *("study", "dataset", "variant", "on", "model", "seed", "steps"),
    *("number", "case", "value", "reason", "floor", "n", "few_samples", "source", "commit"),
)
"""Of collected numbers; any other column is a setting that a study sweeps."""


class Number(TypedDict):
    """A number of a run, as plain values that JSON can hold.

    Attributes:
        value: the number, or a list where the run has many of it; None where it is not defined.
        reason: why `value` is None; None otherwise.
        floor: what real images reach, of a distance.
        n: how many images it was computed from.
        few_samples: whether n is not above the dimension of the features.
    """

    value: float | list[float] | None
    reason: str | None
    floor: NotRequired[float | None]
    n: NotRequired[int]
    few_samples: NotRequired[bool | None]


class Result(TypedDict):
    """One score or distance, as plain values that JSON can hold.

    Attributes:
        value: the number, or None where it is not defined.
        reason: why `value` is None; None otherwise.
        settings: every setting it was computed with.
        details: the parts the value is made of; a part that is not defined is None.
    """

    value: float | None
    reason: str | None
    settings: dict[str, Any]
    details: dict[str, Any]


def number(value: Any, undefined: str) -> Number:
    """A number of a run; one that is not finite becomes None with a reason.

    Args:
        value: a number, or an array of numbers.
        undefined: the reason, should it not be finite.
    """
    if isinstance(value, Iterable):
        return Number(value=[float(each) for each in value], reason=None)
    value = float(value)
    defined = math.isfinite(value)
    return Number(value=value if defined else None, reason=None if defined else undefined)


def write_numbers(
    path: str | Path, numbers: Mapping[str, Any], made: Mapping[str, Any], **more: Any
) -> None:
    """Write the JSON that `collected` reads of every measure of a run.

    Args:
        path: the JSON file.
        numbers: `Number`, or anything that has its keys, by name.
        made: provenance; `made["run"]` is the run's.
        more: further content.
    """
    from latent_assays.store import write_json

    write_json(path, {"numbers": numbers, **more, "provenance": made})
