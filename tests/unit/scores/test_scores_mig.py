import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from latent_assays.scores.mig import mig
from latent_assays.scores.mutual_information import discretize, mutual_information


def grid(*sizes):
    return np.stack([axis.ravel() for axis in np.indices(sizes)], axis=1)


def test_mig_agrees_with_the_golden_value(golden):
    assert mig(golden.codes, golden.factors)["value"] == golden.expect("mig")


def test_information_agrees_with_the_golden_matrix(golden):
    found = mutual_information(golden.codes, golden.factors)
    np.testing.assert_allclose(found.matrix, golden.detail["mig_mi_matrix"], atol=1e-9)
    np.testing.assert_allclose(found.entropies, golden.detail["mig_entropy"], atol=1e-9)


def test_a_perfect_code_on_a_full_grid_scores_1():
    factors = grid(4, 5, 6)
    assert mig(factors.astype(float), factors)["value"] == pytest.approx(1.0, abs=1e-12)


def test_a_factor_known_to_two_latents_has_no_gap():
    factors = grid(4, 5)
    codes = np.column_stack([factors, factors[:, 0]]).astype(float)
    result = mig(codes, factors)
    assert result["details"]["gaps"] == pytest.approx([0.0, 1.0], abs=1e-12)
    assert result["value"] == pytest.approx(0.5, abs=1e-12)


def test_information_by_hand():
    # z tells the classes {0} and {1, 2, 3} apart: I(z; v) = H(z) = log 4 - 3/4 log 3.
    factors = grid(4, 3)
    codes = (factors[:, :1] > 0).astype(float)
    found = mutual_information(codes, factors)
    assert found.matrix[0] == pytest.approx([np.log(4) - 0.75 * np.log(3), 0.0], abs=1e-12)
    assert found.entropies == pytest.approx([np.log(4), np.log(3)])


def test_discretize_is_right_open_and_puts_the_maximum_last():
    column = np.array([[0.0], [0.99], [1.0], [9.99], [10.0], [19.5], [20.0]])
    assert discretize(column, 20).ravel().tolist() == [0, 0, 1, 9, 10, 19, 19]


def test_discretize_counts_a_column_of_rounding_errors_constant():
    column = np.full((50, 1), 0.1, np.float32)
    column[7] = np.nextafter(np.float32(0.1), np.float32(1))
    assert (discretize(column) == 0).all()


def test_dead_latents_know_exactly_nothing(golden):
    dead = golden.codes.std(axis=0) == 0
    found = mutual_information(golden.codes, golden.factors)
    assert (found.matrix[dead] == 0).all()


def test_all_dead_latents_have_no_gap():
    factors = grid(4, 5)
    assert mig(np.full((20, 3), 0.1, np.float32), factors)["value"] == 0.0


def test_a_constant_factor_is_left_out():
    factors = np.column_stack([grid(4, 5), np.full(20, 3)])
    result = mig(factors[:, :2].astype(float), factors)
    assert result["value"] == pytest.approx(1.0, abs=1e-12)
    assert result["details"]["factors"] == [0, 1]


def test_no_value_comes_with_its_reason():
    factors = grid(4, 5)
    codes = factors.astype(float)
    broken = codes.copy()
    broken[3, 1] = np.inf
    for bad_codes, bad_factors, words in [
        (broken, factors, "1 of 20 codes are not finite"),
        (codes[:, :1], factors, "2 latents"),
        (codes, np.zeros_like(factors), "factors that vary"),
        (codes, factors + 0.5, "continuous"),
    ]:
        result = mig(bad_codes, bad_factors)
        assert result["value"] is None
        assert words in result["reason"]


def test_rows_that_do_not_match_are_an_error():
    with pytest.raises(ValueError, match="N = 20"):
        mig(np.zeros((20, 2)), np.zeros((19, 2), int))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_mig_ignores_order_sign_and_power_of_two_scale(seed):
    rng = np.random.default_rng(seed)
    factors = rng.integers(0, 5, (200, 3))
    codes = factors @ rng.normal(size=(3, 4)) + rng.normal(size=(200, 4))
    value = mig(codes, factors)["value"]
    rows, latents, columns = rng.permutation(200), rng.permutation(4), rng.permutation(3)
    shuffled = codes[rows][:, latents] * 2.0 ** rng.integers(-3, 4, 4)
    assert mig(shuffled, factors[rows][:, columns])["value"] == pytest.approx(value, abs=1e-9)
    assert 0 <= value <= 1
    assert mig(codes, 10 - 2 * factors)["value"] == pytest.approx(value, abs=1e-9)
