"""Numbers of a run: a value, or the reason why there is none."""

import math

import numpy as np
import pytest

from latent_assays.results import COLUMNS, number, write_numbers
from latent_assays.store import read_json


@pytest.mark.parametrize("value", [2, 2.0, np.float32(2), np.int64(2)])
def test_a_number_is_plain(value):
    found = number(value, "never")
    assert found == {"value": 2.0, "reason": None}
    assert type(found["value"]) is float


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, np.float32("nan")])
def test_a_number_that_is_not_finite_is_none_with_a_reason(value):
    assert number(value, "no latent is active") == {"value": None, "reason": "no latent is active"}


def test_zero_and_false_are_numbers():
    assert number(0, "never") == number(False, "never") == {"value": 0.0, "reason": None}


@pytest.mark.parametrize("values", [[1, 0], np.array([1, 0]), (True, False)])
def test_many_numbers_are_a_plain_list(values):
    found = number(values, "never")
    assert found == {"value": [1.0, 0.0], "reason": None}
    assert {type(value) for value in found["value"]} == {float}


def test_numbers_are_written_with_their_provenance_and_more(tmp_path):
    path = tmp_path / "a.json"
    numbers = {"mig": number(0.5, ""), "dci": number(math.nan, "no factors β")}
    write_numbers(path, numbers, {"run": {"seed": 0}}, details={"a": [1, 2]})
    assert read_json(path) == {
        "numbers": {
            "mig": {"value": 0.5, "reason": None},
            "dci": {"value": None, "reason": "no factors β"},
        },
        "details": {"a": [1, 2]},
        "provenance": {"run": {"seed": 0}},
    }


def test_columns_are_each_named_once():
    assert len(COLUMNS) == len(set(COLUMNS))
    assert {"study", "dataset", "variant", "on", "model", "seed", "number", "value"} <= set(COLUMNS)
