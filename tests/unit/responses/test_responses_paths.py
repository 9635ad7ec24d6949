import numpy as np
import pytest

from latent_assays.errors import UserError
from latent_assays.responses.maps import response_map
from latent_assays.responses.paths import (
    cheapest_path,
    cluster_ends,
    landscape,
    manifold_path,
    path_numbers,
    straight_path,
    subsample,
)


def identity(codes):
    return codes


def to_circle(codes):
    return codes / (np.linalg.norm(codes, axis=1, keepdims=True) + 1e-9)


ANGLES = np.linspace(0, 2 * np.pi, 400, endpoint=False)
CIRCLE = np.stack([np.cos(ANGLES), np.sin(ANGLES)], axis=1)
CIRCLE_MAP = response_map(to_circle, identity, np.zeros(2), (0, 1), points=101)


@pytest.mark.parametrize("kind", ["curvature", "squared_response"])
def test_path_follows_a_circle_where_the_straight_line_crosses_it(kind):
    start, end = np.array([1.0, 0.0]), np.array([-1.0, 0.1])
    curved = manifold_path(CIRCLE_MAP, start, end, kind)
    step = CIRCLE_MAP.axis[1] - CIRCLE_MAP.axis[0]
    radius = np.linalg.norm(curved, axis=1)
    np.testing.assert_allclose(radius, 1, atol=2 * step)
    np.testing.assert_allclose(curved[0], start, atol=step)
    np.testing.assert_allclose(curved[-1], end, atol=step)
    along = path_numbers(curved, CIRCLE_MAP, CIRCLE)
    across = path_numbers(straight_path(start, end), CIRCLE_MAP, CIRCLE)
    assert along.mean_curvature > across.mean_curvature + 1
    assert along.largest_distance < 2 * step
    assert across.largest_distance > 0.9
    assert along.mean_distance < across.mean_distance


def test_dijkstra_against_every_path_of_a_small_grid():
    cost = np.random.default_rng(0).random((3, 3))

    def every_path(node, seen):
        if node == (2, 2):
            yield [node]
            return
        for move in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            step = (node[0] + move[0], node[1] + move[1])
            if min(step) >= 0 and max(step) <= 2 and step not in seen:
                for rest in every_path(step, seen | {step}):
                    yield [node, *rest]

    paths = list(every_path((0, 0), {(0, 0)}))
    totals = [sum(cost[node] for node in path[1:]) for path in paths]
    assert len(paths) == 12
    found = [tuple(node) for node in cheapest_path(cost, (0, 0), (2, 2)).tolist()]
    assert found == paths[int(np.argmin(totals))]


def test_a_step_costs_what_the_entered_node_costs():
    cost = np.array([[100.0, 1.0, 1.0], [5.0, 0.0, 1.0]])
    path = cheapest_path(cost, (0, 0), (0, 2))
    assert path.tolist() == [[0, 0], [0, 1], [0, 2]]
    assert cheapest_path(cost, (0, 0), (0, 0)).tolist() == [[0, 0]]


def test_nodes_that_cost_nothing_are_still_joined():
    assert len(cheapest_path(np.zeros((4, 5)), (0, 0), (3, 4))) == 8


def test_landscape_is_a_softmax_of_index_curvature_whatever_the_spacing():
    index = response_map(to_circle, identity, np.zeros(2), (0, 1), points=101, spacing="index")
    weights = np.exp(-2 * index.curvature / 0.1)
    np.testing.assert_allclose(landscape(CIRCLE_MAP.field), weights / weights.sum())
    assert landscape(CIRCLE_MAP.field, "squared_response")[50, 50] == pytest.approx(0, abs=1e-12)


def test_numbers_do_not_depend_on_how_densely_a_path_is_sampled():
    start, end = np.array([-1.5, 0.3]), np.array([1.5, -0.4])
    coarse = path_numbers(straight_path(start, end, 400), CIRCLE_MAP, CIRCLE)
    line = straight_path(start, end, 1600)
    uneven = np.concatenate([line[:800:2], line[800:]])
    fine = path_numbers(uneven, CIRCLE_MAP, CIRCLE)
    assert coarse.mean_curvature == pytest.approx(fine.mean_curvature, rel=0.01)
    assert coarse.mean_distance == pytest.approx(fine.mean_distance, rel=0.01)
    assert coarse.length == pytest.approx(np.linalg.norm(end - start))
    assert fine.length == pytest.approx(np.linalg.norm(end - start))


def test_subsample_keeps_both_ends():
    path = np.arange(20).reshape(10, 2)
    thin = subsample(path, 4)
    assert thin.tolist() == [[0, 1], [6, 7], [12, 13], [18, 19]]
    np.testing.assert_array_equal(subsample(path, 60), path)


CENTRES = np.array([[-1.2, 0.0], [0.0, 0.4], [1.3, 0.0]])


def clouds(centres, each=100, spread=0.05):
    random = np.random.default_rng(0)
    return np.concatenate([random.normal(centre, spread, (each, 2)) for centre in centres])


def test_ends_are_the_clusters_farthest_apart():
    ends = cluster_ends(clouds(CENTRES))
    np.testing.assert_allclose(sorted(ends.positions.tolist()), CENTRES[[0, 2]], atol=0.05)
    assert "mean shift" in ends.rule


def test_few_stray_codes_and_codes_outside_the_map_are_no_cluster():
    stray = np.concatenate([clouds(CENTRES), [[-1.9, 1.9]] * 3, [[9.0, 9.0]] * 90])
    ends = cluster_ends(stray)
    np.testing.assert_allclose(sorted(ends.positions.tolist()), CENTRES[[0, 2]], atol=0.05)


def test_one_cluster_is_split_and_the_rule_says_so():
    ends = cluster_ends(np.repeat([[0.0, 0.0], [0.1, 0.0]], [50, 1], axis=0))
    assert sorted(ends.positions[:, 0]) == pytest.approx([0, 0.1])
    assert "one cluster" in ends.rule


def test_faults():
    with pytest.raises(UserError, match="outside the map"):
        manifold_path(CIRCLE_MAP, np.array([2.5, 0]), np.array([0.0, 0]))
    with pytest.raises(UserError, match="'curvature' or 'squared_response'"):
        landscape(CIRCLE_MAP.field, "height")
    with pytest.raises(UserError, match="positive"):
        landscape(CIRCLE_MAP.field, temperature=0)
    with pytest.raises(UserError, match="two different codes"):
        cluster_ends(np.zeros((5, 2)))
