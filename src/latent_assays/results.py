"""What a measure leaves: numbers by name, each with its value or the reason why it has none."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NotRequired, TypedDict

import numpy as np

__all__ = ["COLUMNS", "Number", "Result", "number", "write_numbers"]

COLUMNS = (
    *("study", "dataset", "set", "variant", "on", "model", "seed", "steps"),
    *("number", "case", "value", "reason", "floor", "n", "few_samples", "source", "commit"),
)
"""Of collected numbers; any other column is a setting that a study sweeps.

`dataset` is as the paper names it, `set` what stands for it at the scale.
"""


class Number(TypedDict):
    """A number of a run, as plain values that JSON can hold.

    Attributes:
        value: the number, or a list where the run has many of it; None where it is not defined.
        reason: why `value` is None; None otherwise.
        floor: what real images reach, of a distance.
        n: how many images it was computed from.
        few_samples: whether n is not above the dimension of the features.
    """

    value: float | list[float | None] | None
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
        value: a number, or an array (n,) of numbers, of which those that are not finite are None.
        undefined: the reason, should it not be finite.
    """
    if np.ndim(value):
        return Number(value=[_finite(each) for each in value], reason=None)
    value = _finite(value)
    return Number(value=value, reason=undefined if value is None else None)


def _finite(value: Any) -> float | None:
    value = float(value)
    return value if math.isfinite(value) else None


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
