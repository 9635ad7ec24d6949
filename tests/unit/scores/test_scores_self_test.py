import json
from pathlib import Path

import numpy as np
import pytest

from latent_assays.errors import UserError
from latent_assays.scores import score
from latent_assays.scores.mutual_information import discretize, mutual_information
from latent_assays.scores.self_test import cases, check, golden_case

GOLDEN = Path(__file__).parents[2] / "golden"
EXPECTED = json.loads((GOLDEN / "expected.json").read_text())["cases"]
KNOWN = sorted({name for case in cases() for name in case.expected})


@pytest.mark.parametrize("name", KNOWN)
def test_the_package_passes_its_own_test(name):
    assert check(name, lambda codes, factors: score(name, codes, factors)["value"]) == []


def test_a_mig_divided_by_the_code_entropy_is_caught():
    def wrong(codes, factors):
        information, bins = mutual_information(codes, factors), discretize(codes)
        ranked = np.sort(information.matrix, axis=0)
        latents = information.matrix.argmax(axis=0)
        own = np.array([mutual_information(codes, bins[:, [d]]).entropies[0] for d in latents])
        return ((ranked[-1] - ranked[-2]) / own).mean()

    caught = check("mig", lambda c, f: 0.0 if np.ptp(c) == 0 else wrong(c, f))
    assert [line.split(":")[0] for line in caught] == ["mixed", "coarse", "fine"]


def test_a_modularity_without_the_dead_latents_is_caught():
    def wrong(codes, factors):
        return score("modularity", codes, factors)["details"]["informed_mean"]

    caught = [line.split(":")[0] for line in check("modularity", wrong)]
    assert caught == ["dead", "half", "all_dead"]


def test_a_function_that_raises_is_a_fault_of_each_case():
    def wrong(codes, factors):
        raise ZeroDivisionError("no latents")

    caught = check("irs", wrong)
    assert len(caught) == sum("irs" in case.expected for case in cases())
    assert caught[0] == (
        "perfect: irs must be 1.0 and the function raises ZeroDivisionError: no latents"
    )
    assert "raises TypeError" in check("irs", lambda codes, factors: "1.0")[0]


def test_golden_codes_come_with_their_test_rows(golden):
    with np.load(GOLDEN / f"{golden.name}.npz") as arrays:
        case = golden_case(golden.name, arrays, EXPECTED[golden.name])
    assert case.expected["sap"] == golden.scores["sap_discrete"]["value"]
    seen = []

    def ours(name):
        def function(*data):
            seen.append((name, [len(part) for part in data]))
            return score(name, *data)["value"]

        return function

    for name in ("mig", "sap", "explicitness"):
        assert check(name, ours(name), [case]) == []
    train, test = len(golden.codes), len(golden.codes_test)
    both = [train, train, test, test]
    assert seen == [("mig", both[:2]), ("sap", both), ("explicitness", both)]


def test_nan_is_never_right():
    assert len(check("irs", lambda codes, factors: np.nan)) == sum(
        "irs" in case.expected for case in cases()
    )


def test_an_unknown_score_is_named_with_those_there_are():
    with pytest.raises(UserError, match="no case knows 'fid'; known are active_units, beta_vae"):
        check("fid", lambda codes, factors: 0.0)
