import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scores_reference import codes_like_a_vae
from scores_reference import sap as reference
from sklearn.svm import LinearSVC

from latent_assays.scores.lines import fit_lines
from latent_assays.scores.result import classes_of
from latent_assays.scores.sap import sap


def test_sap_agrees_with_the_golden_value(golden):
    result = sap(golden.codes, golden.factors, golden.codes_test, golden.factors_test)
    assert result["value"] == golden.expect("sap_discrete")
    assert result["details"]["continuous"] == golden.expect("sap_continuous")
    np.testing.assert_allclose(
        result["details"]["matrix"], golden.detail["sap_score_matrix"], atol=0.002
    )


def test_sap_agrees_with_the_reference():
    train, test = codes_like_a_vae(1500, seed=0), codes_like_a_vae(800, seed=1)
    expected = reference(*train, *test)
    assert sap(*train, *test)["value"] == pytest.approx(expected, abs=1e-3)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(2, 6), st.sampled_from([0.01, 1.0, 100.0]))
def test_the_lines_are_those_of_liblinear(seed, count, C):
    rng = np.random.default_rng(seed)
    rows = rng.integers(20, 300)
    target = np.concatenate([np.arange(count), rng.integers(0, count, rows)])
    latent = rng.normal() * target + rng.normal(size=len(target))
    if rng.random() < 0.3:
        latent = np.round(latent)
    ((slope, intercept),) = fit_lines(latent, classes_of(target[:, None], len(target)), C)
    model = LinearSVC(C=C, class_weight="balanced", tol=1e-12, max_iter=100_000, dual=False)
    model.fit(latent[:, None], target)
    np.testing.assert_allclose(slope, model.coef_[:, 0], rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(intercept, model.intercept_, rtol=1e-5, atol=1e-6)


def test_a_perfect_code_of_two_classes_has_a_gap_by_hand():
    factors = np.stack([axis.ravel() for axis in np.indices((2, 2, 5))], axis=1)[:, :2]
    # each latent is right always about its own factor and half the time about the other
    assert sap(factors.astype(float), factors)["value"] == pytest.approx(0.5)


def test_dead_latents_have_no_correlation_and_no_gap():
    factors = np.stack([axis.ravel() for axis in np.indices((3, 4))], axis=1)
    result = sap(np.full((12, 2), 0.1, np.float32), factors)
    assert result["value"] == 0.0
    assert result["details"]["continuous"] == 0.0


def test_a_test_class_that_training_lacks_is_always_missed():
    factors = np.arange(40)[:, None] % 2
    codes = np.hstack([factors, np.zeros_like(factors)]).astype(float)
    unseen = np.full((10, 1), 9)
    result = sap(codes, factors, np.ones((10, 2)), unseen)
    assert result["details"]["matrix"] == [[0.0], [0.0]]


def test_labels_may_be_any_whole_numbers():
    train, test = codes_like_a_vae(600, seed=0), codes_like_a_vae(300, seed=1)
    relabelled = sap(train[0], 7 * train[1] - 3, test[0], 7 * test[1] - 3)
    assert relabelled["details"]["matrix"] == sap(*train, *test)["details"]["matrix"]


def test_one_latent_has_no_gap():
    result = sap(np.arange(20.0)[:, None], np.arange(20)[:, None] % 2)
    assert result["value"] is None
    assert "2 latents" in result["reason"]
