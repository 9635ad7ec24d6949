"""Golden codes: see tests/golden/README.md."""

import json
from pathlib import Path

import numpy as np
import pytest

GOLDEN = Path(__file__).parents[2] / "golden"
EXPECTED = json.loads((GOLDEN / "expected.json").read_text())["cases"]


class Golden:
    """One golden case: arrays, and the expected values with their tolerances."""

    def __init__(self, name: str):
        self.name = name
        with np.load(GOLDEN / f"{name}.npz") as arrays:
            self.codes = arrays["codes_train"]
            self.factors = arrays["factors_train"]
            self.codes_test = arrays["codes_test"]
            self.factors_test = arrays["factors_test"]
        self.detail = EXPECTED[name]["detail"]
        self.scores = EXPECTED[name]["scores"]

    def expect(self, score: str):
        entry = self.scores[score]
        return pytest.approx(entry["value"], abs=entry["tol"])


@pytest.fixture(params=sorted(EXPECTED))
def golden(request):
    return Golden(request.param)
