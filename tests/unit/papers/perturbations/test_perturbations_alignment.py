"""Angles between latents and axes: encoders that are formulas of the points."""

import numpy as np
import pytest

from latent_assays.datasets.rendered.segments import ANGLE, segments
from latent_assays.errors import UserError
from latent_assays.papers.perturbations.measures.alignment import FEWEST, measure
from latent_assays.split import draw_split
from latent_assays.store import ImageSet

DRAWN = segments(4000)
FACTORS = np.column_stack([DRAWN.centres, DRAWN.along])
NAMES = ("centre_x", "centre_y", "along")
BETA = 0.02


def image_set():
    attributes = {"title": "the segments"}
    points = DRAWN.points[:, None, None]
    return ImageSet(
        points, FACTORS, draw_split(4000), NAMES, (0, 0, 0), attributes, scale=1.0, offset=0.0
    )


def principal_axes():
    """Standard deviations and axes, the largest first, a row each."""
    values, vectors = np.linalg.eigh(np.cov(DRAWN.points.T.astype(float)))
    return np.sqrt(values[::-1]), vectors.T[::-1]


def turned(degrees):
    """Two axes, a row each, turned from the principal ones."""
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([[c, s], [-s, c]]) @ principal_axes()[1]


def codes(mean, std):
    std = np.broadcast_to(np.asarray(std, np.float32), mean.shape)
    return {"mean": mean.astype(np.float32), "std": std, "factors": FACTORS.astype(np.float32)}


def linear(degrees=0.0):
    """A linear VAE's codes: each latent with variance 1, and as noisy as its axis is short."""
    spread = np.std(DRAWN.points @ turned(degrees).T, axis=0)
    return codes(DRAWN.points @ turned(degrees).T / spread, np.sqrt(BETA / 2) / spread)


def between():
    """Degrees between principal axes and segments, 0 to 45."""
    axis = principal_axes()[1][0]
    apart = np.degrees(ANGLE - np.arctan2(axis[1], axis[0])) % 90
    return min(apart, 90 - apart)


def angles(coded):
    found = measure(coded, image_set()).numbers
    return [found[f"angle_to_{name}"]["value"] for name in ("principal_axes", "segments")]


def test_the_optimum_of_a_linear_vae_has_the_principal_axes():
    found = angles(linear())
    assert found == pytest.approx([0, between()], abs=0.1)
    assert between() > 40


@pytest.mark.parametrize("degrees", [10, 30, -20, 60, 90])
def test_turned_latents_are_as_far_as_they_are_turned(degrees):
    expected = abs(degrees) if abs(degrees) <= 45 else 90 - abs(degrees)
    assert angles(linear(degrees))[0] == pytest.approx(expected, abs=0.1)


def test_latents_along_and_across_the_segments_are_aligned_with_them():
    axis = np.arctan2(*principal_axes()[1][0][::-1])
    found = angles(linear(np.degrees(ANGLE - axis)))
    assert found == pytest.approx([between(), 0], abs=0.1)


def test_a_latent_for_the_segment_and_one_for_the_place_in_it_are_aligned_with_segments():
    """As a decoder with steps would have it, which no linear map can see."""
    centres, place = np.unique(DRAWN.centres, axis=0, return_inverse=True)
    order = np.argsort(centres @ [1.0, 0.3])
    mean = np.column_stack([np.argsort(order)[place.ravel()] / 5, DRAWN.along])
    assert angles(codes(mean, [0.1, 0.05]))[1] == pytest.approx(0, abs=1e-3)


def test_information_decides_and_not_the_size_of_the_codes():
    """A latent that moves less along the segments, but is so much less noisy, has it all."""
    mean = np.column_stack([DRAWN.along, 0.1 * DRAWN.along])
    assert angles(codes(mean, [0.1, 0.1]))[1] == pytest.approx(np.degrees(np.arctan(0.1)))
    assert angles(codes(mean, [0.1, 0.0001]))[1] == pytest.approx(np.degrees(np.arctan(0.01)))


def test_both_principal_axes_in_one_latent_are_not_aligned():
    mean = np.column_stack([DRAWN.points @ principal_axes()[1].sum(axis=0), np.zeros(4000)])
    assert angles(codes(mean, 0.1))[0] == pytest.approx(45, abs=0.1)


def test_segments_count_by_their_points_and_small_ones_do_not():
    coded = linear()
    far = np.unique(DRAWN.centres, axis=0, return_inverse=True)[1].ravel()
    small = np.flatnonzero(np.bincount(far) < FEWEST)
    assert len(small), "there is no small segment to leave out"
    before = angles(coded)[1]
    rows = np.isin(far, small)
    coded["mean"] = coded["mean"].copy()
    coded["mean"][rows, 0] = coded["mean"][rows, 0].mean()
    assert angles(coded)[1] == before


def test_arrays_are_codes_in_units_of_noise_and_directions_of_length_1():
    coded = linear(20)
    arrays = measure(coded, image_set()).arrays
    expected = (coded["mean"] - coded["mean"].mean(axis=0)) / coded["std"][0]
    np.testing.assert_allclose(arrays["codes"], expected, atol=1e-3)
    c, s = np.cos(np.radians(20)), np.sin(np.radians(20))
    np.testing.assert_allclose(np.abs(arrays["principal"]), [[c, s], [s, c]], atol=1e-3)
    axis = arrays["principal"][0]
    apart = np.degrees(np.arccos(abs(axis @ arrays["segments"])))
    assert min(apart, 90 - apart) == pytest.approx(between(), abs=0.1)


def test_collapsed_codes_are_null_with_a_reason():
    found = measure(codes(np.zeros((4000, 2)), 1.0), image_set())
    for entry in found.numbers.values():
        assert entry["value"] is None
        assert entry["reason"].startswith("the codes do not change along")
    assert np.isnan(found.arrays["segments"]).all()


def test_points_with_a_segment_each_have_no_angle_to_segments():
    coded = linear()
    coded["factors"] = np.random.default_rng(0).random((4000, 3))
    found = measure(coded, image_set())
    assert found.numbers["angle_to_segments"]["value"] is None
    assert found.numbers["angle_to_principal_axes"]["value"] == pytest.approx(0, abs=0.1)
    assert np.isnan(found.arrays["segments"]).all()


def test_other_runs_are_refused_in_one_sentence():
    coded = linear()
    with pytest.raises(UserError, match="needs two latents, and the run has 3"):
        measure({**coded, "mean": np.zeros((4000, 3))}, image_set())
    del coded["std"]
    with pytest.raises(UserError, match="needs posterior deviations: measure a VAE"):
        measure(coded, image_set())
