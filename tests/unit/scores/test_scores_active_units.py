import numpy as np
import pytest

from latent_assays.scores.active_units import active_units


def test_active_units_agree_with_the_golden_count(golden):
    result = active_units(golden.codes)
    assert result["value"] == golden.scores["active_units_var_gt_0.01"]["value"]
    assert result["details"]["criterion"] == "variance"
    np.testing.assert_allclose(
        result["details"]["variance"], golden.detail["code_variances"], rtol=1e-4, atol=1e-12
    )


def test_with_std_the_count_is_of_latents_with_little_noise():
    codes = np.random.default_rng(0).normal(size=(100, 3)) * [1, 0.05, 1]
    std = np.broadcast_to(np.sqrt([0.79, 0.5, 0.81]), (100, 3))
    result = active_units(codes, std)
    assert result["value"] == 2
    assert result["details"]["by_noise"] == [0, 1]
    assert result["details"]["by_variance"] == [0, 2]


def test_the_mean_is_of_sigma_squared_not_of_sigma():
    std = np.repeat([[0.1], [1.3]], 50, axis=0)  # E[sigma] = .7, E[sigma^2] = .85
    assert active_units(np.zeros((100, 1)), std)["value"] == 0


def test_what_is_not_finite_has_no_count():
    codes, std = np.zeros((5, 2)), np.ones((5, 2))
    std[0, 0] = np.nan
    assert "standard deviation" in active_units(codes, std)["reason"]
    assert active_units(np.full((5, 2), np.nan))["value"] is None
    with pytest.raises(ValueError, match="std must be"):
        active_units(codes, np.ones((5, 3)))
