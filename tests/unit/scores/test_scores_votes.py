"""FactorVAE and BetaVAE scores.

The golden values come from an encoder that encodes any combination of factors. Two golden codes
are functions of the factors alone, so their encoder can be rebuilt and the whole grid encoded;
the others are compared on their rows, where a perfect code is perfect.
"""

import numpy as np
import pytest
from scores_reference import beta_vae as reference_beta_vae
from scores_reference import codes_like_a_vae
from scores_reference import factor_vae as reference_factor_vae

from latent_assays.scores.beta_vae import beta_vae
from latent_assays.scores.factor_vae import factor_vae

SCORES = {"factor_vae": factor_vae, "beta_vae": beta_vae}


def encoded_grid(golden):
    """The whole grid in the golden code, which must be linear in the factors, plus its noise."""
    inputs = np.column_stack([golden.factors, np.ones(len(golden.factors))]).astype(float)
    weights = np.linalg.lstsq(inputs, golden.codes.astype(float), rcond=None)[0]
    noise = (golden.codes - inputs @ weights).std(axis=0)
    sizes = golden.factors.max(axis=0) + 1
    rows = np.indices(sizes, dtype=np.int16).reshape(len(sizes), -1).T
    rows = np.repeat(rows, max(1, 40_000 // len(rows)), axis=0)
    codes = np.empty((len(rows), golden.codes.shape[1]), np.float32)
    rng = np.random.default_rng(0)
    for start in range(0, len(rows), 100_000):
        part = rows[start : start + 100_000]
        codes[start : start + 100_000] = part @ weights[:-1] + weights[-1]
    for d in np.flatnonzero(noise > 1e-3):
        codes[:, d] += noise[d] * rng.normal(size=len(codes)).astype(np.float32)
    return codes, rows


@pytest.mark.parametrize("name", SCORES)
def test_the_whole_grid_agrees_with_the_golden_value(golden, name):
    result = SCORES[name](*encoded_grid(golden))
    assert result["value"] == golden.expect(f"{name}_eval_accuracy")
    assert result["details"]["train"] == golden.expect(f"{name}_train_accuracy")


@pytest.mark.parametrize(
    ("ours", "reference"), [(factor_vae, reference_factor_vae), (beta_vae, reference_beta_vae)]
)
def test_the_score_agrees_with_the_reference(ours, reference):
    codes, factors = codes_like_a_vae(3000, sizes=(4, 5, 6), latents=5)
    codes += np.random.default_rng(5).normal(size=codes.shape).astype(np.float32)
    expected = reference(codes, factors, 3000, 3000)
    result = ours(codes, factors, n_train=3000, n_test=3000)
    assert result["value"] == pytest.approx(expected, abs=0.04)  # 3 standard errors of two draws
    assert result["value"] < 0.97


@pytest.mark.parametrize("name", SCORES)
def test_the_seed_decides_and_few_rows_of_no_full_grid_do(name):
    rng = np.random.default_rng(0)
    factors = np.repeat(rng.integers(0, 4, (25, 2)), 2, axis=0)
    codes = factors + 0.1 * rng.normal(size=factors.shape)
    few = {"n_train": 300, "n_test": 200}
    value = SCORES[name](codes, factors, **few)["value"]
    assert 0.5 < value <= 1
    noise = rng.normal(size=codes.shape)
    scores = [SCORES[name](noise, factors, seed=s, **few) for s in (0, 0, 1)]
    assert scores[0] == scores[1]
    assert scores[0]["value"] != scores[2]["value"]


def test_dead_latents_do_not_vote():
    codes, factors = codes_like_a_vae(2000, sizes=(4, 5, 6), latents=6)
    dead = np.hstack([np.full((2000, 2), 0.1, np.float32), codes])
    votes = {"n_train": 500, "n_test": 500}
    result = factor_vae(dead, factors, **votes)
    assert result["value"] == factor_vae(codes, factors, **votes)["value"]
    assert result["details"]["latents"] == [2, 3, 4]
    assert len(result["details"]["votes"]) == 3
    assert np.sum(result["details"]["votes"]) == 500


def test_all_dead_latents_score_0_votes():
    factors = np.arange(40)[:, None] // [1, 4] % 4
    result = factor_vae(np.full((40, 3), 0.1, np.float32), factors)
    assert result["value"] == 0.0
    assert result["details"]["votes"] == []


def test_all_dead_latents_leave_beta_vae_at_chance():
    factors = np.arange(40)[:, None] // [1, 4] % 4
    assert beta_vae(np.full((40, 3), 0.1), factors)["value"] == pytest.approx(0.5, abs=0.03)


@pytest.mark.parametrize("name", SCORES)
def test_no_value_comes_with_its_reason(name):
    factors = np.arange(40)[:, None] // [1, 4] % 4
    codes = factors.astype(float)
    lonely = factors.copy()
    lonely[7, 1] = 9
    for bad_codes, bad_factors, words in [
        (np.full_like(codes, np.nan), factors, "40 of 40"),
        (codes, factors[:, :1], "2 factors"),
        (codes, lonely, "factor 1 has a single row"),
    ]:
        result = SCORES[name](bad_codes, bad_factors)
        assert result["value"] is None
        assert words in result["reason"]


def test_points_too_few_to_show_every_factor_have_no_score():
    codes, factors = codes_like_a_vae(500, sizes=(3, 4, 5), latents=5)
    result = beta_vae(codes, factors, n_train=2)
    assert result["value"] is None
    assert result["reason"] == "2 points are too few: not every factor is shared by one"


def test_one_latent_wins_every_vote():
    codes, factors = codes_like_a_vae(500, sizes=(3, 4, 5), latents=5)
    assert factor_vae(codes[:, :1], factors)["value"] == pytest.approx(1 / 3, abs=0.03)


def test_codes_of_a_small_unit_have_no_vote():
    factors = np.arange(40)[:, None] // [1, 4] % 4
    assert factor_vae(factors * 1.0, factors)["value"] == 1.0
    assert factor_vae(factors * 0.01, factors)["value"] == 0.0
