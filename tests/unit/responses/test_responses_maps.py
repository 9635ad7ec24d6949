import json
from pathlib import Path

import numpy as np
import pytest

from latent_assays.errors import UserError
from latent_assays.responses.maps import (
    divergence,
    mean_curvature,
    plane_codes,
    response_map,
    select_latents,
    value_at,
)

GOLDEN = json.loads((Path(__file__).parents[2] / "golden/latent_response.json").read_text())["maps"]


def identity(codes):
    return codes


def contract(factor):
    return lambda codes: factor * codes


def test_golden_curvature_of_a_contraction():
    case = GOLDEN["to_origin"]
    found = response_map(contract(case["c"]), identity, np.zeros(2), (0, 1), points=201, extent=3)
    values = value_at(found.curvature, found.axis, np.array(case["at"]))
    np.testing.assert_allclose(values, case["H"], atol=2e-3)


def test_contraction_in_closed_form():
    found = response_map(contract(0.3), identity, np.zeros(2), (0, 1), points=200)
    x, y = np.meshgrid(found.axis, found.axis, indexing="ij")
    radius = np.hypot(x, y)
    far = (radius > 0.5) & (np.abs(x) < 1.95) & (np.abs(y) < 1.95)
    np.testing.assert_allclose(found.magnitude, 0.7 * radius, atol=1e-6)
    np.testing.assert_allclose(found.divergence, -1.4, atol=1e-4)
    np.testing.assert_allclose(found.curvature[far], 1 / (2 * radius[far]), atol=2e-3)


def test_expansion_has_the_opposite_sign():
    found = response_map(contract(1.5), identity, np.zeros(2), (0, 1))
    assert (found.divergence > 0).all()
    assert (found.curvature < 0).all()


def test_a_line_that_attracts_has_its_curvature_on_it():
    """h projects on the line y = 0; u/|u| flips sign across it, H is 0 elsewhere."""
    found = response_map(lambda z: z * [1, 0], identity, np.zeros(2), (0, 1), points=65)
    on_line = np.abs(found.axis) < 1.5 * (found.axis[1] - found.axis[0])
    assert (found.curvature[:, on_line] > 1).all()
    np.testing.assert_allclose(found.curvature[:, ~on_line], 0, atol=1e-4)


def test_index_spacing_is_true_spacing_times_the_step():
    true = response_map(np.tanh, identity, np.zeros(2), (0, 1), points=33)
    index = response_map(np.tanh, identity, np.zeros(2), (0, 1), points=33, spacing="index")
    step = 4 / 32
    np.testing.assert_allclose(index.divergence, true.divergence * step)
    np.testing.assert_allclose(index.curvature, true.curvature * step)


def test_fixed_points_do_not_divide_by_zero():
    found = response_map(identity, identity, np.zeros(3), (2, 0), points=8)
    np.testing.assert_array_equal(found.field, found.field * 0)
    np.testing.assert_array_equal(found.curvature, 0)


def test_first_axis_is_the_first_latent_and_the_others_stay_at_the_base():
    seen = []

    def decode(codes):
        seen.append(codes)
        return codes

    base = np.array([0.1, 0.2, 0.3, 0.4])
    found = response_map(lambda z: z + z[:, [1]], decode, base, (3, 1), points=5, batch=6)
    seen = np.concatenate(seen)
    np.testing.assert_allclose(seen[:, [0, 2]], [[0.1, 0.3]] * 25, rtol=1e-6)
    np.testing.assert_allclose(seen.reshape(5, 5, 4)[:, 0, 3], found.axis, rtol=1e-6)
    np.testing.assert_allclose(seen.reshape(5, 5, 4)[0, :, 1], found.axis, rtol=1e-6)
    np.testing.assert_allclose(found.field[0, :, 0], found.axis, atol=1e-6)  # u = z_1 everywhere


def test_divergence_and_curvature_converge_on_a_curved_field():
    axis = np.linspace(0.5, 1.5, 101)
    x, y = np.meshgrid(axis, axis, indexing="ij")
    field = np.stack([x**2 * y, np.sin(y)], axis=-1)
    inner = (slice(1, -1), slice(1, -1))
    step = axis[1] - axis[0]
    np.testing.assert_allclose(
        divergence(field, step)[inner], (2 * x * y + np.cos(y))[inner], atol=1e-4
    )
    circle = np.stack([-y, x], axis=-1)  # a rotation: unit field without divergence
    np.testing.assert_allclose(mean_curvature(circle, step)[inner], 0, atol=1e-4)


def test_value_at_is_bilinear_and_unknown_outside():
    axis = np.linspace(-1, 1, 3)
    x, y = np.meshgrid(axis, axis, indexing="ij")
    positions = np.array([[0.5, -0.25], [1.0, 1.0], [1.1, 0.0]])
    np.testing.assert_allclose(value_at(2 * x - y, axis, positions), [1.25, 1.0, np.nan])


def test_plane_codes():
    codes = plane_codes(np.array([[1.0, 2.0]]), np.array([7.0, 8.0, 9.0]), (2, 0))
    np.testing.assert_array_equal(codes, [[2, 8, 1]])


def test_the_pair_that_responds_most_to_each_other_is_selected():
    matrix = np.diag([0.9, 0.8, 0.9, 0.2])
    matrix[0, 1], matrix[1, 0] = 0.9, 0.1  # one way
    matrix[1, 2], matrix[2, 1] = 0.3, 0.4
    matrix[0, 3] = matrix[3, 0] = 0.8  # latent 3 is not active
    selection = select_latents(matrix)
    assert selection.latents == (1, 2)
    assert selection.coupling == 0.3
    assert "M_jj > 0.5" in selection.rule


def test_too_few_active_latents_fall_back_and_say_so():
    selection = select_latents(np.diag([0.1, 0.9, 0.2]))
    assert selection.latents == (1, 2)
    assert "fewer than two" in selection.rule
    with pytest.raises(UserError, match="two latents"):
        select_latents(np.eye(1))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"latents": (0, 0)}, "two different"),
        ({"latents": (0, 2)}, "two different"),
        ({"points": 1}, "at least 2"),
        ({"extent": 0}, "positive"),
        ({"spacing": "unit"}, "'true' or 'index'"),
    ],
)
def test_faults(change, message):
    arguments = {"base": np.zeros(2), "latents": (0, 1)} | change
    with pytest.raises(UserError, match=message):
        response_map(identity, identity, **arguments)
