import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from latent_assays.distances.frechet import frechet_distance, kernel_distance


def frechet_oracle(first, second):
    """The definition in float64, with symmetric square roots by eigh."""
    first, second = first.astype(np.float64), second.astype(np.float64)
    one, two = np.cov(first, rowvar=False), np.cov(second, rowvar=False)
    values, vectors = np.linalg.eigh(one)
    root = (vectors * np.sqrt(values.clip(0))) @ vectors.T
    cross = np.sqrt(np.linalg.eigvalsh(root @ two @ root).clip(0)).sum()
    apart = first.mean(axis=0) - second.mean(axis=0)
    return apart @ apart + np.trace(one) + np.trace(two) - 2 * cross


def kernel_oracle(first, second):
    """The unbiased squared discrepancy over all pairs."""
    first, second = first.astype(np.float64), second.astype(np.float64)

    def mean_kernel(a, b):
        values = (a @ b.T / a.shape[1] + 1) ** 3
        if a is not b:
            return values.mean()
        return (values.sum() - np.trace(values)) / (len(a) * (len(a) - 1))

    return mean_kernel(first, first) + mean_kernel(second, second) - 2 * mean_kernel(first, second)


def draw(seed, n, d=8, scale=1.0, shift=0.0):
    mixing = np.random.default_rng(99).normal(size=(d, d))
    return (np.random.default_rng(seed).normal(size=(n, d)) @ mixing * scale + shift).astype(
        np.float32
    )


def spread_of(features):
    """tr S."""
    return features.astype(np.float64).var(axis=0, ddof=1).sum()


@pytest.mark.parametrize(("n", "d"), [(500, 8), (60, 40), (20, 40), (10, 60)])
def test_the_frechet_distance_agrees_with_the_definition(n, d):
    first, second = draw(0, n, d), draw(1, n + 5, d, scale=1.3, shift=0.2)
    expected = frechet_oracle(first, second)
    assert frechet_distance(first, second) == pytest.approx(expected, rel=1e-5)


def test_the_distance_of_two_normals_with_known_covariances():
    """Diagonal ones: the sum of squared differences of means and of standard deviations."""
    one = np.array([[3.0, 0], [-3, 0], [0, 4], [0, -4]]) * np.sqrt(3 / 2)  # deviations 3 and 4
    other = np.array([[5.0, 0], [-5, 0], [0, 1], [0, -1]]) * np.sqrt(3 / 2) + [2, 0]
    found = frechet_distance(one, other)
    assert found == pytest.approx(2**2 + (3 - 5) ** 2 + (4 - 1) ** 2)


def test_features_that_do_not_vary_are_as_far_as_their_mean_and_the_others_spread():
    features = draw(0, 300)
    still = np.full((20, 8), 0.5)
    spread = features.astype(np.float64).var(axis=0, ddof=1).sum()
    apart = np.square(features.astype(np.float64).mean(axis=0) - 0.5).sum()
    assert frechet_distance(features, still) == pytest.approx(apart + spread)


def test_a_set_has_no_distance_from_itself():
    features = draw(0, 300)
    assert abs(frechet_distance(features, features)) < 1e-6 * spread_of(features)


def test_a_shift_costs_its_square_and_a_scale_its_share_of_the_spread():
    features = draw(0, 400)
    shifted = features.astype(np.float64) + 3
    assert frechet_distance(features, shifted) == pytest.approx(9 * 8, rel=1e-6)
    centred = features - features.mean(axis=0, dtype=np.float64)
    # (1 - a)² tr S for zero means
    found = frechet_distance(centred, 0.5 * centred)
    assert found == pytest.approx(0.25 * spread_of(features), rel=1e-6)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 1000), st.integers(5, 40), st.floats(0.5, 2))
def test_the_frechet_distance_is_symmetric_and_not_negative(seed, n, scale):
    first, second = draw(seed, n), draw(seed + 1, 30, scale=scale)
    there = frechet_distance(first, second)
    back = frechet_distance(second, first)
    assert there > 0
    assert there == pytest.approx(back, rel=1e-4)


def test_the_kernel_distance_of_all_images_agrees_with_the_definition():
    first, second = draw(0, 120), draw(1, 120, scale=1.4)
    found = kernel_distance(first, second)
    assert found.mean == pytest.approx(kernel_oracle(first, second), rel=1e-9)
    assert found[1:] == (None, 1, 120, 0)


def test_the_kernel_distance_over_subsets_estimates_that_of_all_images():
    first, second = draw(0, 1500), draw(1, 1500, scale=1.4)
    found = kernel_distance(first, second)
    assert (found.subsets, found.subset_size) == (20, 1000)
    assert abs(found.mean - kernel_oracle(first, second)) < 3 * found.std


def test_the_kernel_distance_has_no_bias_where_the_frechet_distance_has():
    """Sets of one distribution with fewer samples than dimensions."""
    pairs = [(draw(2 * i, 30, 40), draw(2 * i + 1, 30, 40)) for i in range(40)]
    kernel = [kernel_distance(a, b).mean for a, b in pairs]
    standard_error = np.std(kernel, ddof=1) / np.sqrt(len(kernel))
    assert abs(np.mean(kernel)) < 3 * standard_error
    frechet = [frechet_distance(a, b) for a, b in pairs[:5]]
    few = np.mean(frechet)
    many = frechet_distance(draw(0, 3000, 40), draw(1, 3000, 40))
    assert few > 20 * many


def test_the_seed_decides_the_subsets():
    first, second = draw(0, 1200), draw(1, 1200, scale=1.1)
    once = kernel_distance(first, second, seed=1)
    assert kernel_distance(first, second, seed=1) == once
    assert kernel_distance(first, second, seed=2).mean != once.mean


@pytest.mark.parametrize("features", [np.zeros((1, 4)), np.zeros(4)])
def test_less_than_two_rows_are_refused(features):
    with pytest.raises(ValueError, match="n >= 2"):
        frechet_distance(features, np.ones((5, 4)))
