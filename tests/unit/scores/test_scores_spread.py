"""The spread of a score over draws of rows."""

import numpy as np
import pytest

from latent_assays.scores import evaluate
from latent_assays.scores.spread import DRAWS, standard_errors


@pytest.fixture
def set_of_codes():
    """Factors of a full grid, twice, and codes that hold the first but for noise."""
    rng = np.random.default_rng(0)
    factors = np.stack(np.meshgrid(range(6), range(5), indexing="ij"), -1).reshape(-1, 2)
    factors = np.tile(factors, (20, 1))
    codes = np.stack([factors[:, 0] + rng.normal(size=len(factors)), rng.normal(size=600)], 1)
    return codes, factors


def test_it_is_the_standard_deviation_of_the_scores_of_other_draws(set_of_codes):
    found = standard_errors(*set_of_codes, ["mig"], n_train=100, n_test=50)
    values = [
        evaluate(*set_of_codes, scores=["mig"], n_train=100, n_test=50, seed=seed)["mig"]["value"]
        for seed in range(DRAWS)
    ]
    assert found["mig_se"]["value"] == pytest.approx(np.std(values, ddof=1))
    assert found["mig_se"]["value"] > 0


def test_more_rows_spread_less(set_of_codes):
    few, many = (
        standard_errors(*set_of_codes, ["mig"], n_train=rows, n_test=50)["mig_se"]["value"]
        for rows in (50, 5000)
    )
    assert many < few / 2


def test_scores_of_the_whole_set_have_none_and_of_fitted_ones_it_is_not_measured(set_of_codes):
    names = ["dci", "active_units", "irs", "mig"]
    std = np.full((600, 2), 0.5)
    found = standard_errors(*set_of_codes, names, n_train=100, n_test=50, std=std)
    assert set(found) == {"irs_se", "mig_se"}
    assert standard_errors(*set_of_codes, ["dci"], n_train=100, n_test=50) == {}


def test_where_a_score_is_not_defined_its_reason_is_given(set_of_codes):
    codes, factors = set_of_codes
    bad = np.where(codes > 3, np.nan, codes)
    found = standard_errors(bad, factors, ["mig"], n_train=100, n_test=50)["mig_se"]
    assert found["value"] is None
    assert found["reason"] == evaluate(bad, factors, scores=["mig"])["mig"]["reason"]
