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
    mutual: float = 0.071,
    one_way: float = 0.354,
    names: Sequence[str] | None = None,
) -> "networkx.DiGraph":
    """Directed graph of the active latents.

    An edge j -> k says that replacing latent j makes latent k respond. A pair is joined in both
    directions if both of its entries exceed `mutual`, as two latents that embed one periodic
    variable are; otherwise in the direction whose entry exceeds `one_way`, if any. The defaults
    are those of the authors' notebook (0.5, 0.1, 0.5) over sqrt 2, since it drew them for a matrix
    without the factor 1/2. With `mutual` equal to `one_way` every entry above it is an edge.

    Args:
        matrix: (D,D) latent response matrix M (eq. 8).
        active: a latent is a node if its M_jj is larger.
        mutual: see above.
        one_way: see above.
        names: D names; z0, z1, ... by default.

    Returns:
        a networkx DiGraph; nodes are latents with `name` and `response` (M_jj), edges have
        `weight` (M_jk) and `mutual` (bool).

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
        both = min(matrix[j, k], matrix[k, j]) > min(mutual, one_way)
        for source, target in ((j, k), (k, j)):
            if both or matrix[source, target] > one_way:
                weight = float(matrix[source, target])
                graph.add_edge(source, target, weight=weight, mutual=bool(both))
    return graph


def relatives(graph: "networkx.DiGraph") -> dict[str, dict[str, list[str]]]:
    """Parents, children and partners of every latent by name.

    Partners are joined in both directions: they should be read as one variable, not as a cause
    and its effect.

    Returns:
        name -> {`parents`, `children`, `partners`}, each the strongest edge first.
    """

    def named(edges, end: int) -> list[str]:
        strongest = sorted(edges, key=lambda edge: -edge[2]["weight"])
        return [graph.nodes[edge[end]]["name"] for edge in strongest]

    result = {}
    for latent, node in graph.nodes.items():
        incoming = graph.in_edges(latent, data=True)
        outgoing = graph.out_edges(latent, data=True)
        result[node["name"]] = {
            "parents": named((edge for edge in incoming if not edge[2]["mutual"]), 0),
            "children": named((edge for edge in outgoing if not edge[2]["mutual"]), 1),
            "partners": named((edge for edge in outgoing if edge[2]["mutual"]), 1),
        }
    return result
