"""The cloud and its segments have different principal axes."""

import numpy as np
import pytest

from latent_assays.datasets import open_source
from latent_assays.datasets.rendered.segments import (
    ANGLE,
    CELL,
    LENGTH,
    SPREAD,
    WIDTH,
    segments,
)


def main_axis(points):
    """Angle of the first principal component, and the ratio of the two standard deviations."""
    values, vectors = np.linalg.eigh(np.cov(points.T))
    return np.arctan2(vectors[1, 1], vectors[0, 1]) % np.pi, np.sqrt(values[1] / values[0])


def test_the_cloud_is_longest_near_the_first_axis():
    angle, ratio = main_axis(segments(20_000).points)
    assert min(angle, np.pi - angle) < 0.12
    assert ratio == pytest.approx(SPREAD[0] / SPREAD[1], rel=0.1)


def test_the_segments_lie_half_way_between_the_principal_axes():
    drawn = segments(20_000)
    angle, ratio = main_axis(drawn.points - drawn.centres)
    assert angle == pytest.approx(ANGLE, abs=0.001)
    assert ratio == pytest.approx(LENGTH / WIDTH, rel=0.1)
    for samples in (5000, 20_000):
        apart = (ANGLE - main_axis(segments(samples).points)[0]) % (np.pi / 2)
        assert np.degrees(apart) == pytest.approx(45, abs=2)


def test_points_stay_on_their_segments_and_segments_apart():
    drawn = segments()
    assert np.linalg.norm(drawn.points - drawn.centres, axis=1).max() < LENGTH / 2 + WIDTH
    centres = np.unique(drawn.centres, axis=0)
    distances = np.linalg.norm(centres[:, None] - centres[None], axis=-1)
    least = distances[~np.eye(len(centres), dtype=bool)].min()
    assert least == pytest.approx(np.hypot(CELL[0] / 2, CELL[1]), rel=1e-5)


def test_the_place_along_a_segment_is_that_of_the_point():
    drawn = segments(500)
    direction = np.array([np.cos(ANGLE), np.sin(ANGLE)])
    found = (drawn.points - drawn.centres) @ direction / (LENGTH / 2)
    np.testing.assert_allclose(found, drawn.along, atol=1e-5)
    assert np.abs(drawn.along).max() <= 1


def test_a_point_moves_by_no_more_than_its_cell_is_squeezed():
    """The points are the cloud again, but for what is squeezed out of each cell."""
    drawn = segments(2000, seed=3)
    cloud = np.random.default_rng(3).normal(size=(2000, 2)) * SPREAD
    limit = np.hypot((CELL[0] - LENGTH) / 2, (CELL[1] - WIDTH) / 2)
    assert np.linalg.norm(drawn.points - cloud, axis=1).max() <= limit + 1e-5


def test_a_seed_repeats_and_another_does_not():
    assert np.array_equal(segments(50, 1).points, segments(50, 1).points)
    assert not np.array_equal(segments(50, 1).points, segments(50, 2).points)


def test_the_dataset_is_the_drawn_points_with_their_segments():
    source, drawn = open_source("segments", "rendered", 1, {}), segments(5000, 0)
    rows = np.arange(len(source))
    assert source.images(rows).dtype == source.factors(rows).dtype == np.float32
    np.testing.assert_array_equal(source.images(rows), drawn.points[:, None, None, :])
    np.testing.assert_array_equal(source.factors(rows)[:, :2], drawn.centres)
    np.testing.assert_array_equal(source.factors(rows)[:, 2], drawn.along)
