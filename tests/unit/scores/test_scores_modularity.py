import numpy as np
import pytest
from scores_reference import codes_like_a_vae
from scores_reference import modularity as reference

from latent_assays.scores.modularity import modularity
from latent_assays.scores.mutual_information import mutual_information


def grid(*sizes):
    return np.stack([axis.ravel() for axis in np.indices(sizes)], axis=1)


def test_modularity_agrees_with_the_golden_value(golden):
    assert modularity(golden.codes, golden.factors)["value"] == golden.expect("modularity")


def test_modularity_agrees_with_the_reference():
    codes, factors = codes_like_a_vae(1500)
    assert modularity(codes, factors)["value"] == pytest.approx(reference(codes, factors), abs=1e-9)


def test_known_values():
    factors = grid(4, 4, 4)
    both = (factors[:, 0] + 4 * factors[:, 1])[:, None]  # knows two of three factors, equally
    result = modularity(np.hstack([both, factors[:, 2:]]).astype(float), factors)
    assert result["details"]["latents"] == pytest.approx([0.5, 1.0], abs=1e-12)
    assert result["value"] == pytest.approx(0.75, abs=1e-12)


def test_dead_latents_count_0_and_are_told_apart():
    factors = grid(4, 5, 6)
    codes = np.hstack([np.full((120, 5), 0.1), factors]).astype(np.float32)
    result = modularity(codes, factors)
    assert result["value"] == pytest.approx(0.375, abs=1e-12)
    assert result["details"]["informed"] == [5, 6, 7]
    assert result["details"]["informed_mean"] == pytest.approx(1.0, abs=1e-12)


def test_a_latent_that_knows_nothing_of_the_factors_counts_0_though_it_varies():
    hidden = grid(4, 5, 3)
    result = modularity(hidden[:, 2:].astype(float), hidden[:, :2])
    assert result["value"] == 0.0
    assert result["details"]["informed_mean"] is None


def test_shared_information_gives_the_same():
    codes, factors = codes_like_a_vae(500)
    information = mutual_information(codes, factors)
    assert modularity(codes, factors, information=information) == modularity(codes, factors)
    with pytest.raises(ValueError, match="bins"):
        modularity(codes, factors, bins=10, information=information)


def test_one_factor_has_no_modularity():
    factors = grid(4, 5)
    factors[:, 1] = 7
    result = modularity(factors.astype(float), factors)
    assert result["value"] is None
    assert "2 factors" in result["reason"]
