import numpy as np
import pytest
from scores_reference import codes_like_a_vae
from scores_reference import explicitness as reference

from latent_assays.scores.explicitness import explicitness


def test_explicitness_agrees_with_the_golden_value(golden):
    result = explicitness(golden.codes, golden.factors, golden.codes_test, golden.factors_test)
    assert result["value"] == golden.expect("explicitness_test")
    assert result["details"]["train"] == golden.expect("explicitness_train")
    for split in ("train", "test"):
        np.testing.assert_allclose(
            result["details"][f"factors_{split}"],
            golden.detail[f"explicitness_per_factor_{split}"],
            atol=0.002,
        )


def test_explicitness_agrees_with_the_reference():
    train, test = codes_like_a_vae(1500, seed=0), codes_like_a_vae(800, seed=1)
    expected = reference(*train, *test)
    assert explicitness(*train, *test)["value"] == pytest.approx(expected, abs=1e-4)


def test_a_linear_code_scores_1_and_a_dead_one_scores_chance():
    factors = np.stack([axis.ravel() for axis in np.indices((2, 2, 10))], axis=1)[:, :2]
    assert explicitness(factors.astype(float), factors)["value"] == pytest.approx(1.0)
    assert explicitness(np.full((40, 2), 0.1, np.float32), factors)["value"] == pytest.approx(0.5)


def test_standardising_makes_the_unit_of_a_latent_irrelevant():
    codes, factors = codes_like_a_vae(500)
    value = explicitness(codes.astype(np.float64), factors)["value"]
    scaled = codes.astype(np.float64) * np.logspace(-3, 3, codes.shape[1]) + 5
    assert explicitness(scaled, factors)["value"] == pytest.approx(value, abs=1e-6)


def test_a_class_that_the_test_rows_lack_is_left_out():
    rng = np.random.default_rng(0)
    factors = rng.integers(0, 4, (400, 1))
    codes = factors + rng.normal(size=(400, 1))
    some = factors[:, 0] < 3
    result = explicitness(codes, factors, codes[some], factors[some])
    assert result["details"]["classes_tested"] == [3]
    assert 0.5 < result["value"] < 1
    # a class unknown to training is a negative of every other class
    unknown = np.where(factors == 3, 9, factors)
    assert explicitness(codes, factors, codes, unknown)["details"]["classes_tested"] == [3]


def test_test_rows_of_one_class_have_no_curve():
    factors = np.arange(40)[:, None] % 2
    result = explicitness(factors.astype(float), factors, np.ones((5, 1)), np.ones((5, 1), int))
    assert result["value"] is None
    assert "factor 0 has a single class" in result["reason"]
