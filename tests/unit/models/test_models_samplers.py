"""Prior and hybrid codes."""

import numpy as np
import pytest

from latent_assays.models.samplers import hybrid_codes, prior_codes


def test_prior_codes_are_standard_normal_and_repeatable():
    codes = prior_codes(20_000, 3, np.random.default_rng(0))
    np.testing.assert_allclose(codes.mean(0), 0, atol=0.03)
    np.testing.assert_allclose(np.cov(codes.T), np.eye(3), atol=0.05)
    np.testing.assert_array_equal(codes, prior_codes(20_000, 3, np.random.default_rng(0)))


@pytest.mark.parametrize(("segments", "size"), [(None, 1), (3, 2), (1, 6)])
def test_hybrids_keep_segments_whole_and_mix_them(segments, size):
    """Pool member m holds 10 m + latent, so a hybrid's numbers say where they come from."""
    pool = 10 * np.arange(8)[:, None] + np.arange(6)
    codes = hybrid_codes(pool, 4000, np.random.default_rng(0), segments)
    np.testing.assert_array_equal(codes % 10, np.tile(np.arange(6), (4000, 1)))
    members = (codes // 10).reshape(4000, -1, size)
    assert (members == members[:, :, :1]).all()
    first = members[:, :, 0]
    np.testing.assert_allclose((first == 3).mean(0), 1 / 8, atol=0.03)
    if first.shape[1] > 1:
        assert (first[:, 0] == first[:, 1]).mean() == pytest.approx(1 / 8, abs=0.03)


def test_segments_must_divide_the_latents():
    with pytest.raises(ValueError, match="6 latents do not make 4 equal segments"):
        hybrid_codes(np.zeros((2, 6)), 1, np.random.default_rng(0), segments=4)
