import numpy as np
import pytest

from latent_assays.datasets import SPECS, open_source
from latent_assays.datasets.rendered.double_helix import (
    double_helix,
    nearest_strand,
    strand_points,
)
from latent_assays.errors import UserError


def test_strands_lie_opposite_each_other_on_a_cylinder():
    height = np.linspace(-1, 1, 21)
    first, second = strand_points(height, 0), strand_points(height, 1)
    np.testing.assert_allclose(np.hypot(first[:, 0], first[:, 1]), 1)
    np.testing.assert_allclose(first[:, :2], -second[:, :2], atol=1e-12)
    np.testing.assert_array_equal(first[:, 2], height)


@pytest.mark.parametrize(
    ("height", "strand", "point"),
    [(0, 0, [1, 0, 0]), (0, 1, [-1, 0, 0]), (0.5, 0, [0, 1, 0.5]), (-1, 0, [-1, 0, -1])],
)
def test_known_points(height, strand, point):
    found = strand_points(np.array([height]), np.array([strand]))
    np.testing.assert_allclose(found, [point], atol=1e-12)


def test_labels_and_noise_have_their_distributions():
    helix = double_helix(20_000, seed=3)
    assert helix.points.shape == (20_000, 3)
    assert helix.points.dtype == np.float32
    residual = helix.points - strand_points(helix.height, helix.strand)
    np.testing.assert_allclose(residual.std(axis=0), 0.1, rtol=0.03)
    np.testing.assert_allclose(residual.mean(axis=0), 0, atol=0.004)
    assert abs(helix.strand.mean() - 0.5) < 0.02
    assert np.abs(helix.height).max() <= 1
    assert abs(helix.height.std() - 1 / np.sqrt(3)) < 0.01


def test_seed_decides_everything():
    np.testing.assert_array_equal(double_helix(10, seed=1).points, double_helix(10, seed=1).points)
    assert not np.array_equal(double_helix(10, seed=1).points, double_helix(10, seed=2).points)


def test_nearest_strand_recovers_the_strand_of_clean_points_and_nearly_all_noisy_ones():
    clean = double_helix(500, noise=0)
    np.testing.assert_array_equal(nearest_strand(clean.points), clean.strand)
    noisy = double_helix(2000)
    assert (nearest_strand(noisy.points) == noisy.strand).mean() > 0.99


def test_the_dataset_is_the_formula_bit_for_bit():
    source, drawn = open_source("double_helix", "rendered", 1, {}), double_helix(1024, 0.1, 0)
    rows = np.arange(len(source))
    points = source.images(rows)
    assert points.dtype == np.float32
    np.testing.assert_array_equal(points, drawn.points[:, None, None, :])
    factors = source.factors(rows)
    assert factors.dtype == np.float32
    np.testing.assert_array_equal(factors, np.stack([drawn.height, drawn.strand], axis=1))
    assert SPECS["double_helix"].factor_names == ("height", "strand")
    np.testing.assert_array_equal(source.images(np.array([7, 2])), points[[7, 2]])


def test_points_have_no_resolution():
    with pytest.raises(UserError, match="double_helix: resolution 32 must be one of 1"):
        open_source("double_helix", "rendered", 32, {})
