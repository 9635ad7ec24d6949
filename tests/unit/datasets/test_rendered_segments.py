"""The cloud and its segments have different principal axes."""

import numpy as np

from latent_assays.datasets import open_source
from latent_assays.datasets.rendered.segments import ANGLE, LENGTH, WIDTH, segments


def main_axis(points):
    """Angle of the first principal component, and the ratio of the two standard deviations."""
    values, vectors = np.linalg.eigh(np.cov(points.T))
    return np.arctan2(vectors[1, 1], vectors[0, 1]) % np.pi, np.sqrt(values[1] / values[0])


def test_the_cloud_is_longest_along_the_first_axis():
    angle, ratio = main_axis(segments(20_000).points)
    assert min(angle, np.pi - angle) < 0.06
    assert 1.8 < ratio < 2.2


def test_the_segments_lie_at_their_own_angle():
    drawn = segments(20_000)
    angle, ratio = main_axis(drawn.points - drawn.centres)
    assert abs(angle - ANGLE) < 0.02
    assert abs(ratio - LENGTH / WIDTH) < 0.3


def test_points_stay_on_their_segments_and_segments_apart():
    drawn = segments()
    assert np.linalg.norm(drawn.points - drawn.centres, axis=1).max() < LENGTH / 2 + WIDTH
    centres = np.unique(drawn.centres, axis=0)
    distances = np.linalg.norm(centres[:, None] - centres[None], axis=-1)
    assert distances[~np.eye(len(centres), dtype=bool)].min() > WIDTH


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
