"""Jumps between the strands of the double helix, on autoencoders whose paths are known."""

from itertools import combinations, product

import numpy as np
import pytest

from latent_assays.datasets.rendered.double_helix import (
    double_helix,
    nearest_strand,
    strand_points,
)
from latent_assays.errors import UserError
from latent_assays.papers.responses.measures.strands import (
    candidate_ends,
    count_jumps,
    ends_across_strands,
    measure,
)
from latent_assays.responses.maps import response_map
from latent_assays.responses.paths import straight_path
from latent_assays.split import draw_split
from latent_assays.store import ImageSet

SETTINGS = {"path": {"landscape": "curvature", "temperature": 0.1, "points": 60}}
SWEEP = 3 * np.pi / 4  # angle of a code whose height is 1
RADII = np.array([1.5, 0.5])  # of the arcs on which the codes of both strands lie
ANGLES = np.linspace(0, 2 * np.pi, 400, endpoint=False)
CIRCLE = np.stack([np.cos(ANGLES), np.sin(ANGLES)], axis=1)


def encode_arcs(images):
    """Height is an angle, and each strand an arc of its own radius."""
    points = images.reshape(len(images), 3)
    angle, radius = SWEEP * points[:, 2], RADII[nearest_strand(points)]
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)


def decode_arcs(codes):
    height = (np.arctan2(codes[:, 1], codes[:, 0]) / SWEEP).clip(-1, 1)
    inner = np.linalg.norm(codes, axis=1) < RADII.mean()
    return strand_points(height, inner).reshape(-1, 3, 1, 1)


def encode_linear(images):
    """The projection on the first and the last coordinate."""
    return images.reshape(len(images), 3)[:, [0, 2]]


def decode_linear(codes):
    return np.insert(codes, 1, 0, axis=1).reshape(-1, 3, 1, 1)


def measured(encode, decode):
    """The points without noise, their codes, and what is measured of them."""
    helix = double_helix(400, noise=0)
    points = helix.points.reshape(-1, 1, 1, 3)
    factors = np.stack([helix.height, helix.strand], axis=1)
    names = ("height", "strand")
    coded = {"mean": encode(points), "factors": factors, "factor_names": np.array(names)}
    field = response_map(encode, decode, np.zeros(2), (0, 1), points=61)
    data = ImageSet(points, factors, draw_split(len(points)), names, (0, 2), {}, scale=1.0)
    return helix, coded["mean"], measure(decode, coded, vars(field), data, SETTINGS)


@pytest.fixture(scope="module")
def arcs():
    return measured(encode_arcs, decode_arcs)


def test_a_path_along_an_arc_keeps_to_its_strand_where_the_straight_line_jumps_twice(arcs):
    """Lines between codes of the outer arc cross the inner one, whose codes are beside."""
    _, _, (numbers, arrays) = arcs
    assert arrays["straight_jumps"] == 2
    assert arrays["curved_jumps"] == 0
    assert np.linalg.norm(arrays["ends"], axis=1) == pytest.approx([RADII[0]] * 2, rel=1e-5)
    np.testing.assert_allclose(arrays["straight"][[0, -1]], arrays["ends"])
    jumps = numbers["jumps_where_straight_jumps"]
    assert len(jumps["value"]) > 10
    assert set(jumps["value"]) == {0}
    assert jumps["reason"] is None
    along, across = (
        numbers[f"strand_{path}_largest_distance"]["value"] for path in ("curved", "straight")
    )
    assert along < 0.1
    assert across > 0.25, "halfway between the arcs, or within the inner one"


def test_points_and_paths_are_those_of_the_helix(arcs):
    helix, _, (_, arrays) = arcs
    np.testing.assert_array_equal(arrays["points"], helix.points)
    np.testing.assert_allclose(arrays["reconstructions"], helix.points, atol=1e-5)
    for name in ("curved", "straight"):
        positions, points = arrays[name], arrays[f"{name}_points"]
        assert points.shape == (len(positions), 3)
        np.testing.assert_allclose(encode_arcs(points)[0], positions[0], atol=0.05)
        assert arrays[f"{name}_jumps"] == count_jumps(nearest_strand(points))


def test_numbers_of_a_linear_autoencoder_are_those_of_an_identity():
    """h(z) = z: no map curves, and whether a line jumps is where it lies among the strands."""
    helix, codes, (numbers, arrays) = measured(encode_linear, decode_linear)
    np.testing.assert_allclose(arrays["reconstructions"], helix.points * [1, 0, 1], atol=1e-6)
    ends = arrays["ends"]
    for path in ("curved", "straight"):
        assert numbers[f"strand_{path}_mean_curvature"] == {"value": 0, "reason": None}
    apart = np.abs(np.diff(ends, axis=0)).ravel()
    straight = numbers["strand_straight_length"]["value"]
    assert straight == pytest.approx(np.linalg.norm(apart))
    curved = numbers["strand_curved_length"]["value"]
    assert curved == pytest.approx(apart.sum(), abs=2 * 4 / 60), "along the grid, at its steps"

    candidates = candidate_ends(codes)
    jumping = [
        pair
        for pair in map(list, combinations(candidates, 2))
        if len(set(helix.strand[pair])) == 1
        and count_jumps(nearest_strand(decode_linear(straight_path(*codes[pair])).reshape(-1, 3)))
    ]
    assert len(numbers["jumps_where_straight_jumps"]["value"]) == len(jumping) > 0


def test_count_jumps():
    assert count_jumps(np.array([0, 0, 1, 1, 0, 0])) == 2
    assert count_jumps(np.array([1, 1])) == 0


def test_ends_lie_on_one_strand_and_a_line_between_them_crosses_another():
    rows = np.repeat([-1.0, 0.0, 1.0], 50)
    codes = np.stack([np.tile(np.linspace(-1, 1, 50), 3), rows], axis=1)
    labels = (rows == 0).astype(int)
    first, second = ends_across_strands(codes, np.arange(len(codes)), labels)
    assert labels[first] == labels[second] == 0
    assert codes[first, 1] == -codes[second, 1]


def test_candidates_lie_inside_the_map_and_spread_over_the_codes():
    outside = np.concatenate([CIRCLE, [[9.0, 9.0], [9.1, -9.0]]])
    candidates = candidate_ends(outside)
    assert (candidates < len(CIRCLE)).all()
    assert len(candidates) == 20
    gaps = np.diff(np.sort(ANGLES[candidates]))
    assert gaps.max() < 0.6
    np.testing.assert_array_equal(candidates, candidate_ends(outside))
    assert candidate_ends(np.array([[0.0, 0], [1, 1], [1, 1]])).tolist()[0] == 0


def test_faults():
    with pytest.raises(UserError, match="two different codes"):
        candidate_ends(np.zeros((5, 2)))
    corners = np.array(list(product([-1.0, 1.0], repeat=2)))
    with pytest.raises(UserError, match="no two of the 4"):
        ends_across_strands(corners, np.arange(4), np.arange(4))
