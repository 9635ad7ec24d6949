import numpy as np
import pytest

from latent_assays.errors import UserError
from latent_assays.responses.graph import relatives, response_graph

MATRIX = np.diag([1.0, 0.9, 0.8, 0.7, 0.1])
MATRIX[0, 1], MATRIX[1, 0] = 0.3, 0.08  # both above 0.071
MATRIX[2, 3] = 0.5  # one way
MATRIX[0, 3] = 0.3  # too weak for one way
MATRIX[4, 0] = 0.9  # from an inactive latent
MATRIX[2, 0], MATRIX[0, 2] = 0.6, 0.02


def edges(graph):
    return {(j, k): data["mutual"] for j, k, data in graph.edges(data=True)}


def test_nodes_are_the_active_latents():
    graph = response_graph(MATRIX)
    assert set(graph.nodes) == {0, 1, 2, 3}
    assert graph.nodes[1] == {"name": "z1", "response": 0.9}


def test_released_rule():
    graph = response_graph(MATRIX)
    assert edges(graph) == {(0, 1): True, (1, 0): True, (2, 3): False, (2, 0): False}
    assert graph.edges[2, 3]["weight"] == 0.5
    assert graph.edges[1, 0]["weight"] == 0.08


def test_equal_thresholds_are_a_plain_cut():
    graph = response_graph(MATRIX, mutual=0.1, one_way=0.1)
    assert edges(graph) == {(0, 1): False, (2, 3): False, (0, 3): False, (2, 0): False}


def test_two_strong_entries_are_mutual_whatever_the_thresholds():
    graph = response_graph(np.array([[1, 0.5], [0.6, 1]]), mutual=0.9, one_way=0.4)
    assert edges(graph) == {(0, 1): True, (1, 0): True}


def test_relatives_are_named_and_ordered_by_weight():
    names = ["hue", "hue'", "scale", "shape", "dead"]
    family = relatives(response_graph(MATRIX, names=names))
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
