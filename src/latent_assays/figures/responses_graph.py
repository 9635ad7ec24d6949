"""The causal graph of paper `responses`' Fig. 6d, from its stored nodes and edges."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes

__all__ = ["draw_graph", "node_labels"]

CLEAR = 0.4  # between nodes on a page of side 2


def draw_graph(
    axes: Axes,
    matrix: Mapping[str, np.ndarray],
    conditioned: np.ndarray | None = None,
    factor_names: Sequence[str] = (),
) -> None:
    """Draw the active latents and who answers whom; darker edges are stronger responses.

    Args:
        axes: where to draw.
        matrix: `matrix` (D,D), `nodes` (V,), `edges` (E,2), `edge_mutual` (E,).
        conditioned: (K,D) conditioned response matrix, to name a latent's factor.
        factor_names: K names.
    """
    import networkx

    axes.set_axis_off()
    size = 260 if conditioned is None else 800
    graph = networkx.DiGraph()
    graph.add_nodes_from(matrix["nodes"].tolist())
    for (source, target), mutual in zip(matrix["edges"], matrix["edge_mutual"], strict=True):
        weight = float(matrix["matrix"][source, target]) ** 2
        graph.add_edge(int(source), int(target), weight=weight, mutual=bool(mutual))
    if not graph:
        axes.text(0.5, 0.5, "no latent is active", ha="center", transform=axes.transAxes)
        return
    positions = _positions(graph)
    edges = sorted(graph.edges(data=True), key=lambda edge: edge[2]["weight"])
    strongest = max((edge[2]["weight"] for edge in edges), default=1.0)
    networkx.draw_networkx_edges(
        graph,
        positions,
        ax=axes,
        edgelist=[edge[:2] for edge in edges],
        edge_color=[edge[2]["weight"] for edge in edges],
        edge_cmap=_greys(),
        edge_vmin=0,
        edge_vmax=strongest,
        width=[0.5 + 1.5 * edge[2]["weight"] / strongest for edge in edges],
        arrowsize=9,
        node_size=size,
        connectionstyle="arc3,rad=0.12",
    )
    networkx.draw_networkx_nodes(
        graph,
        positions,
        ax=axes,
        node_size=size,
        node_color="#cfe3f7",
        edgecolors="0.3",
        linewidths=0.7,
    )
    labels = node_labels(list(graph), conditioned, factor_names)
    networkx.draw_networkx_labels(graph, positions, labels, font_size=5, ax=axes)
    axes.margins(0.14)


def node_labels(
    nodes: Sequence[int], conditioned: np.ndarray | None, factor_names: Sequence[str]
) -> dict[int, str]:
    """Number of each latent and, below it, the factor to which it responds most."""
    if conditioned is None:
        return {node: str(node) for node in nodes}
    return {
        node: f"{node}\n" + "\n".join(factor_names[conditioned[:, node].argmax()].split())
        for node in nodes
    }


def _greys():
    """White to black without the palest tones, so that the weakest edge can be seen."""
    from matplotlib import colormaps
    from matplotlib.colors import ListedColormap

    return ListedColormap(colormaps["Greys"](np.linspace(0.15, 1, 256)))


def _positions(graph) -> dict[int, np.ndarray]:
    """Planar positions, as in the paper, unless edges must cross or nodes would hide each other."""
    import networkx

    if networkx.check_planarity(graph)[0]:
        positions = networkx.planar_layout(graph)
        places = np.array(list(positions.values()))
        distances = np.linalg.norm(places[:, None] - places[None], axis=-1)
        if (distances[~np.eye(len(places), dtype=bool)] > CLEAR).all():
            return positions
    return networkx.circular_layout(graph)
