"""Response matrix, maps and paths of the scripts are those of the package."""

import json

import numpy as np
import pytest

from latent_assays.responses.maps import divergence, mean_curvature, response_map, value_at
from latent_assays.responses.matrix import draw_interventions, response_matrix
from latent_assays.responses.paths import (
    cheapest_path,
    landscape,
    manifold_path,
    path_numbers,
    straight_path,
)

pytestmark = pytest.mark.xdist_group("explorer")

POINTS = 13
# A response that is not linear, in both languages: h(z) = sin(A z) + B z.
A = np.array([[1.2, 0.4, 0.0], [-0.3, 0.8, 0.5], [0.2, -0.6, 0.9]])
B = np.array([[0.3, 0.0, 0.1], [0.0, 0.2, 0.0], [-0.2, 0.1, 0.4]])
RESPOND = (
    f"((A, B) => (z) => A.map((row, k) => Math.sin(row.reduce((s, a, j) => s + a * z[j], 0))"
    f" + B[k].reduce((s, b, j) => s + b * z[j], 0)))({A.tolist()}, {B.tolist()})"
)


def decode(codes):
    return codes


def encode(codes):
    return np.sin(codes @ A.T) + codes @ B.T


@pytest.fixture(scope="module")
def mapped():
    base = np.array([0.3, -0.2, 0.7])
    return response_map(encode, decode, base, (2, 0), extent=2.0, points=POINTS)


@pytest.fixture(scope="module")
def field():
    """A field that no symmetry helps, larger than a map of the page at first."""
    return np.random.default_rng(3).standard_normal((POINTS, POINTS, 2))


def flat(array):
    return json.dumps(np.asarray(array, np.float64).ravel().tolist())


def test_the_matrix_of_the_same_interventions(javascript):
    base, replacement = draw_interventions(3, 40, seed=5)
    expected = response_matrix(encode, decode, 3, samples=40, seed=5)
    found = javascript(
        f"(() => {{ const matrix = new ResponseMatrix({RESPOND}, 3);"
        f"const bases = {base.tolist()}, others = {replacement.tolist()};"
        "bases.forEach((base, i) => matrix.intervene(base, others[i]));"
        "const { matrix: m, error } = matrix.result(); return [[...m], [...error]]; })()"
    )
    np.testing.assert_allclose(found[0], expected.matrix.ravel(), atol=1e-6)
    np.testing.assert_allclose(found[1], expected.standard_error.ravel(), atol=1e-6)


def test_draws_from_the_prior_are_standard_normal(javascript):
    found = javascript(
        "(() => { const uniform = uniformDraws(0); return Array.from({ length: 4000 }, () => {"
        "const { base, replacement } = drawIntervention(2, uniform, null);"
        "return [...base, ...replacement]; }); })()"
    )
    draws = np.array(found)
    np.testing.assert_allclose(draws.mean(axis=0), 0, atol=0.07)
    np.testing.assert_allclose(np.cov(draws.T), np.eye(4), atol=0.1)


def test_draws_from_codes_are_rows_and_replacements_are_each_of_a_row_of_their_own(javascript):
    codes = np.arange(12).reshape(4, 3)  # a value says of which row and which latent it is
    found = javascript(
        f"(() => {{ const uniform = uniformDraws(1); const codes = {flat(codes)};"
        "return Array.from({ length: 200 }, () => drawIntervention(3, uniform, codes))"
        ".map(({ base, replacement }) => [[...base], [...replacement]]); })()"
    )
    bases, others = np.array(found).transpose(1, 0, 2)
    assert {tuple(row) for row in bases} == {tuple(map(float, row)) for row in codes}
    assert (others % 3 == np.arange(3)).all()
    assert (others // 3 != others[:, :1] // 3).any(axis=1).mean() > 0.5


def test_a_map_grows_finer_to_that_of_the_package(javascript):
    base = np.array([0.3, -0.2, 0.7])
    found = javascript(
        f"(() => {{ const reports = []; const network = {{ decode: (z) => z, encode: {RESPOND} }};"
        f"JOBS.map(network, {{ base: {base.tolist()}, latents: [2, 0], extent: 2 }},"
        "({ points, field }) => reports.push([points, [...field]])); return reports; })()"
    )
    assert [points for points, _ in found] == [5, 9, 17, 33, 65]
    for points, ours in found:
        theirs = response_map(encode, decode, base, (2, 0), extent=2.0, points=points)
        np.testing.assert_allclose(ours, theirs.field.ravel(), atol=1e-5)


def test_curvature_and_divergence(javascript, field):
    for step in (1.0, 0.25):
        curvature = javascript(f"[...curvatureOf({flat(field)}, {POINTS}, {step})]")
        np.testing.assert_allclose(curvature, mean_curvature(field, step).ravel(), atol=1e-9)
        found = javascript(f"[...divergenceOf({flat(field)}, {POINTS}, {step})]")
        np.testing.assert_allclose(found, divergence(field, step).ravel(), atol=1e-9)


def test_values_between_nodes(javascript, mapped):
    places = np.random.default_rng(0).uniform(-2.2, 2.2, (60, 2))
    places[:3] = [[-2, 2], [2, -2], [2, 2]]
    found = javascript(
        f"{places.tolist()}.map((place) =>"
        f" valueAt({flat(mapped.curvature)}, axisOf({POINTS}, 2), place))"
    )
    found = [np.nan if value is None else value for value in found]
    np.testing.assert_allclose(found, value_at(mapped.curvature, mapped.axis, places), atol=1e-9)


def test_the_landscape(javascript, field):
    found = javascript(f"[...landscapeOf({flat(field)}, {POINTS}, 0.1)]")
    np.testing.assert_allclose(found, landscape(field).ravel(), rtol=1e-6, atol=1e-300)


def test_the_cheapest_path(javascript):
    """Random costs have no two paths alike; some are 0, as where a landscape underflows."""
    generator = np.random.default_rng(1)
    for _ in range(5):
        cost = generator.random((POINTS, POINTS)) ** 3
        start, end = generator.integers(POINTS, size=(2, 2))
        expected = cheapest_path(cost, tuple(start), tuple(end)) @ [POINTS, 1]
        nodes = np.array([start, end]) @ [POINTS, 1]
        found = javascript(f"cheapestPath({flat(cost)}, {POINTS}, {nodes[0]}, {nodes[1]})")
        assert found == expected.tolist()
    free = np.zeros((POINTS, POINTS))
    path = javascript(f"cheapestPath({flat(free)}, {POINTS}, 0, {POINTS**2 - 1})")
    assert len(path) == 2 * POINTS - 1, "where all is free, the fewest steps"


def test_paths_and_what_they_pass(javascript, mapped):
    ends = np.array([[-1.4, 0.9], [1.7, -1.2]])
    codes = np.random.default_rng(2).uniform(-2, 2, (30, 2))
    paths = {"curved": manifold_path(mapped, *ends), "straight": straight_path(*ends, 60)}
    found = javascript(
        f"(() => {{ const map = {{ axis: axisOf({POINTS}, 2), field: {flat(mapped.field)},"
        f" curvature: {flat(mapped.curvature)} }}; const ends = {ends.tolist()};"
        "const paths = { curved: manifoldPath(map, ...ends, 0.1),"
        " straight: straightPath(...ends, 60) };"
        "return Object.fromEntries(Object.entries(paths).map(([name, path]) =>"
        f" [name, [path, pathNumbers(path, map, {codes.tolist()})]])); }})()"
    )
    for name, expected in paths.items():
        path, numbers = found[name]
        np.testing.assert_allclose(path, expected, atol=1e-9)
        passed = path_numbers(expected, mapped, codes)
        np.testing.assert_allclose(
            [numbers["length"], numbers["curvature"], numbers["distance"]],
            [passed.length, passed.mean_curvature, passed.mean_distance],
            atol=1e-9,
        )


def test_a_place_along_a_path_is_by_length(javascript):
    path = [[0, 0], [0, 0], [3, 0], [3, 1]]
    found = javascript(f"[0, 0.5, 0.75, 1].map((share) => placeAlong({path}, share))")
    np.testing.assert_allclose(found, [[0, 0], [2, 0], [3, 0], [3, 1]], atol=1e-12)
    assert javascript("placeAlong([[1, 2], [1, 2]], 0.5)") == [1, 2]
