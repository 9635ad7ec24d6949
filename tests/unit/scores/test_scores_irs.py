import numpy as np
import pytest
from scores_reference import codes_like_a_vae
from scores_reference import irs as reference

from latent_assays.scores.irs import irs


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("irs", {}),
        ("irs_q1", {"quantile": 1.0}),
        ("irs_no_factor_binning", {"factor_bins": None}),
        ("irs_q1_no_factor_binning", {"quantile": 1.0, "factor_bins": None}),
    ],
)
def test_irs_agrees_with_the_golden_value(golden, name, settings):
    assert irs(golden.codes, golden.factors, **settings)["value"] == golden.expect(name)


def test_the_matrix_agrees_with_the_golden_one(golden):
    detail = golden.detail["irs_detail"]
    result = irs(golden.codes, golden.factors)["details"]
    alive = [d for d, row in enumerate(result["matrix"]) if row is not None]
    assert alive == np.flatnonzero(np.ptp(golden.codes, axis=0)).tolist()
    # the reference takes a float32 constant for active if its variance does not round to 0
    known = np.flatnonzero(detail["active_mask"]).tolist()
    for d in alive:
        row = known.index(d)
        assert result["matrix"][d] == pytest.approx(detail["irs_matrix"][row], abs=1e-5)
        assert result["parents"][d] == detail["parents"][row]


def test_irs_agrees_with_the_reference():
    codes, factors = codes_like_a_vae(1500)
    codes, factors = codes.astype(np.float64), factors % 30
    for quantile in (0.5, 0.99, 1.0):
        expected = reference(codes, factors, quantile)
        assert irs(codes, factors, quantile)["value"] == pytest.approx(expected, abs=1e-12)


def test_a_perfect_code_scores_1_and_a_latent_of_two_factors_by_hand():
    factors = np.stack([axis.ravel() for axis in np.indices((2, 2))], axis=1)
    assert irs(factors.astype(float), factors)["value"] == pytest.approx(1.0)
    # z = a + 2b in 0..3, mean 1.5: knowing b leaves deviations of .5, of at most 1.5.
    codes = (factors @ [1.0, 2.0])[:, None]
    assert irs(codes, factors)["details"]["matrix"][0] == pytest.approx(
        [1 - 1 / 1.5, 1 - 0.5 / 1.5]
    )


def test_dead_latents_weigh_nothing():
    codes, factors = codes_like_a_vae(400)
    dead = np.hstack([np.full((400, 2), 0.1, np.float32), codes])
    assert irs(dead, factors)["value"] == pytest.approx(irs(codes, factors)["value"], abs=1e-12)
    assert irs(dead, factors)["details"]["latents"][:2] == [None, None]


def test_all_dead_latents_have_no_irs():
    result = irs(np.full((20, 3), 0.1, np.float32), np.arange(20)[:, None] % 4)
    assert result["value"] is None
    assert result["reason"] == "all latents are dead"


def test_scaling_all_latents_changes_nothing_and_the_input_is_left_alone():
    codes, factors = codes_like_a_vae(400)
    before = codes.copy()
    assert irs(4 * codes, factors)["value"] == pytest.approx(irs(codes, factors)["value"], rel=1e-6)
    np.testing.assert_array_equal(codes, before)


def test_classes_may_be_any_whole_numbers_until_they_are_merged():
    codes, factors = codes_like_a_vae(2000, sizes=(20, 25), latents=5)
    codes = codes + np.random.default_rng(0).normal(size=codes.shape)
    renamed = np.where(factors == [19, -1], 1000, factors)
    assert irs(codes, renamed)["details"] == irs(codes, factors)["details"]
    ((first, second),) = irs(codes[:, :1], factors)["details"]["matrix"]
    kept = irs(codes[:, :1], factors, factor_bins=None)["details"]["matrix"][0]
    assert first == kept[0]
    assert second != kept[1]
