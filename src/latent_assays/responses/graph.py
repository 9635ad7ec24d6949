"""The causal graph that a latent response matrix stands for."""

from collections.abc import Sequence
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from latent_assays.errors import UserError

if TYPE_CHECKING:
    import networkx

__all__ = ["relatives", "response_graph"]


def response_graph(
    matrix: np.ndarray,
    *,
    active: float = 0.354,
    mutual: float = 0.1,
    one_way: float = 0.1,
    names: Sequence[str] | None = None,
) -> "networkx.DiGraph":
    """Directed graph of the active latents.

    An edge j -> k says that replacing latent j makes latent k respond. A pair is joined in both
    directions if both of its entries exceed `mutual`, as two latents that embed one periodic
    variable are; otherwise in the direction whose entry exceeds `one_way`, if any. By default every
    entry above 0.1 is an edge. The authors' notebook took `active` 0.5, `mutual` 0.1 and `one_way`
    0.5 for a matrix without the factor 1/2, which is 0.354, 0.071 and 0.354 here.

    Args:
        matrix: (D,D) latent response matrix M (eq. 8).
        active: a latent is a node if its M_jj is larger.
        mutual: see above.
        one_way: see above.
        names: D names; z0, z1, ... by default.

    Returns:
        a networkx DiGraph; nodes are latents with `name` and `response` (M_jj), edges have
        `weight` (M_jk).

    Raises:
        UserError: the matrix is not square or the names are not D.
    """
    import networkx

    matrix = np.asarray(matrix, np.float64)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
        raise UserError(f"a latent response matrix is (D,D), not {matrix.shape}")
    names = [f"z{latent}" for latent in range(len(matrix))] if names is None else list(names)
    if len(names) != len(matrix):
        raise UserError(f"{len(names)} names were given for {len(matrix)} latents")
    graph = networkx.DiGraph()
    for latent in np.flatnonzero(matrix.diagonal() > active).tolist():
        graph.add_node(latent, name=names[latent], response=float(matrix[latent, latent]))
    for j, k in combinations(list(graph), 2):
        both = min(matrix[j, k], matrix[k, j]) > mutual
        for source, target in ((j, k), (k, j)):
            if both or matrix[source, target] > one_way:
                graph.add_edge(source, target, weight=float(matrix[source, target]))
    return graph


def relatives(graph: "networkx.DiGraph") -> dict[str, dict[str, list[str]]]:
    """Parents, children and partners of every latent by name.

    Partners are joined in both directions: they should be read as one variable, not as a cause
    and its effect.

    Returns:
        name -> {`parents`, `children`, `partners`}, each the strongest edge first.
    """

    def named(weights: dict[int, float]) -> list[str]:
        strongest = sorted(weights, key=lambda other: -weights[other])
        return [graph.nodes[other]["name"] for other in strongest]

    result = {}
    for latent, node in graph.nodes.items():
        parents, children, partners = {}, {}, {}
        for other, edge in graph.pred[latent].items():
            if not graph.has_edge(latent, other):
                parents[other] = edge["weight"]
        for other, edge in graph.succ[latent].items():
            (partners if graph.has_edge(other, latent) else children)[other] = edge["weight"]
        result[node["name"]] = {
            "parents": named(parents),
            "children": named(children),
            "partners": named(partners),
        }
    return result
