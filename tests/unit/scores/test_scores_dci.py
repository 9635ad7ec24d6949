import numpy as np
import pytest
from scores_reference import codes_like_a_vae
from scores_reference import dci as reference

from latent_assays.scores.dci import dci


def test_dci_agrees_with_the_golden_values(golden):
    result = dci(golden.codes, golden.factors, golden.codes_test, golden.factors_test)
    details = result["details"]
    assert result["value"] == golden.expect("dci_disentanglement")
    assert details["completeness"] == golden.expect("dci_completeness")
    assert details["informativeness_train"] == golden.expect("dci_informativeness_train")
    expected = golden.scores["dci_informativeness_test"]["value"]
    assert details["informativeness_test"] == pytest.approx(expected, abs=0.006)


def test_dci_agrees_with_the_reference():
    train = codes_like_a_vae(400, sizes=(3, 2, 4), latents=5, seed=0)
    test = codes_like_a_vae(400, sizes=(3, 2, 4), latents=5, seed=1)
    expected = np.mean([reference(*train, *test, seed=s) for s in range(2)], axis=0)
    result = dci(*train, *test)
    found = [
        result["value"],
        *(result["details"][k] for k in ("completeness", "informativeness_test")),
    ]
    assert found == pytest.approx(expected, abs=0.006)
    assert 0.1 < result["value"] < 0.9


def test_a_perfect_code_in_any_order_and_unit_scores_1():
    factors = np.stack([axis.ravel() for axis in np.indices((4, 5, 3))], axis=1)
    codes = factors[:, [2, 0, 1]] * [5.0, -0.1, 2.0] + 3
    result = dci(codes, factors)
    assert result["value"] == pytest.approx(1.0, abs=1e-8)
    assert result["details"]["completeness"] == pytest.approx(1.0, abs=1e-8)
    assert result["details"]["informativeness_test"] == 1.0
    np.testing.assert_allclose(result["details"]["importances"], np.eye(3)[[2, 0, 1]], atol=1e-9)


def test_a_code_of_two_copies_is_disentangled_but_not_complete():
    factors = np.stack([axis.ravel() for axis in np.indices((2, 2, 25))], axis=1)[:, :2]
    noise = np.random.default_rng(0).normal(size=(100, 2)) * 0.1
    codes = np.hstack([factors + noise, factors + noise])
    result = dci(codes, factors, repeats=5)
    assert result["value"] > 0.99
    assert 0.3 < result["details"]["completeness"] < 0.7


def test_a_dead_first_latent_changes_nothing():
    codes, factors = codes_like_a_vae(500, sizes=(3, 4), latents=5)
    dead = np.hstack([np.full((500, 1), 0.1, np.float32), codes])
    assert dci(dead, factors)["value"] == pytest.approx(dci(codes, factors)["value"], abs=1e-6)


def test_all_dead_latents_are_entangled_and_incomplete():
    factors = np.arange(40)[:, None] // [1, 4] % 4
    result = dci(np.full((40, 3), 0.1, np.float32), factors)
    assert result["value"] == pytest.approx(0.0, abs=1e-12)
    assert result["details"]["completeness"] == pytest.approx(0.0, abs=1e-12)
    guessed = [10 / 40, 12 / 40]  # the commonest class of each factor
    assert result["details"]["informativeness_test"] == pytest.approx(np.mean(guessed))


def test_one_latent_has_no_completeness_and_one_factor_no_disentanglement():
    factors = np.arange(40)[:, None] // [1, 4] % 4
    codes = factors + 0.5
    result = dci(codes[:, :1], factors)
    assert result["details"]["completeness"] is None
    assert result["value"] == pytest.approx(0.0, abs=1e-9)
    result = dci(codes, factors[:, :1])
    assert result["value"] is None
    assert "2 factors" in result["reason"]
    assert result["details"]["completeness"] == pytest.approx(1.0, abs=1e-8)


def test_a_test_class_that_training_lacks_is_always_missed():
    factors = np.arange(40)[:, None] // [1, 4] % 4
    result = dci(factors + 0.5, factors, factors + 0.5, np.where(factors == 3, 9, factors))
    missed = (factors == 3).mean()
    assert result["details"]["informativeness_test"] == pytest.approx(1 - missed)


def test_the_seed_decides():
    codes, factors = codes_like_a_vae(300, sizes=(3, 4), latents=4)
    results = [dci(codes, factors, repeats=1, seed=s) for s in (0, 0, 1)]
    assert results[0] == results[1]
    assert results[0]["details"]["importances"] != results[2]["details"]["importances"]
