import numpy as np
import pytest

from latent_assays.errors import UserError
from latent_assays.scores import score
from latent_assays.scores.mutual_information import discretize, mutual_information
from latent_assays.scores.self_test import cases, check

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

    assert [line.split(":")[0] for line in check("modularity", wrong)] == ["dead", "all_dead"]


def test_nan_is_never_right():
    assert len(check("irs", lambda codes, factors: np.nan)) == sum(
        "irs" in case.expected for case in cases()
    )


def test_an_unknown_score_is_named_with_those_there_are():
    with pytest.raises(UserError, match="no case knows 'fid'; known are active_units, beta_vae"):
        check("fid", lambda codes, factors: 0.0)
