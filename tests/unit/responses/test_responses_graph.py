import numpy as np
import pytest

from latent_assays.errors import UserError
from latent_assays.responses.graph import relatives, response_graph

MATRIX = np.diag([1.0, 0.9, 0.8, 0.7, 0.1])
MATRIX[0, 1], MATRIX[1, 0] = 0.3, 0.08
MATRIX[2, 3] = 0.5  # one way
MATRIX[0, 3] = 0.3  # too weak for one way
MATRIX[4, 0] = 0.9  # from an inactive latent
MATRIX[2, 0], MATRIX[0, 2] = 0.6, 0.02


RELEASED = {"active": 0.354, "mutual": 0.071, "one_way": 0.354}


def test_nodes_are_the_active_latents():
    graph = response_graph(MATRIX)
    assert set(graph.nodes) == {0, 1, 2, 3}
    assert graph.nodes[1] == {"name": "z1", "response": 0.9}


@pytest.mark.parametrize(
    ("back", "expected"), [(0.08, {(0, 1)}), (0.25, {(0, 1), (1, 0)}), (0.1, {(0, 1)})]
)
def test_an_entry_above_a_tenth_is_an_edge_of_its_own(back, expected):
    graph = response_graph(np.array([[1, 0.3], [back, 1]]))
    assert set(graph.edges) == expected
    assert graph.edges[0, 1] == {"weight": 0.3}


def test_active_latents_only_are_joined():
    assert set(response_graph(MATRIX).edges) == {(0, 1), (2, 3), (0, 3), (2, 0)}


def test_released_rule():
    graph = response_graph(MATRIX, **RELEASED)
    assert set(graph.edges) == {(0, 1), (1, 0), (2, 3), (2, 0)}
    assert graph.edges[1, 0]["weight"] == 0.08


def test_two_strong_entries_are_both_edges_whatever_the_thresholds():
    graph = response_graph(np.array([[1, 0.5], [0.6, 1]]), mutual=0.9, one_way=0.4)
    assert set(graph.edges) == {(0, 1), (1, 0)}


def test_relatives_are_named_and_ordered_by_weight():
    names = ["hue", "hue'", "scale", "shape", "dead"]
    family = relatives(response_graph(MATRIX, names=names, **RELEASED))
    assert family["scale"] == {"parents": [], "children": ["hue", "shape"], "partners": []}
    assert family["shape"] == {"parents": ["scale"], "children": [], "partners": []}
    assert family["hue"] == {"parents": ["scale"], "children": [], "partners": ["hue'"]}
    assert "dead" not in family


def test_identity_has_no_edges():
    graph = response_graph(np.eye(3))
    assert len(graph) == 3
    assert not graph.edges


def test_faults():
    with pytest.raises(UserError, match=r"\(D,D\)"):
        response_graph(np.zeros((2, 3)))
    with pytest.raises(UserError, match="1 names were given for 2"):
        response_graph(np.eye(2), names=["a"])
