"""The causal graph of paper `responses`' Fig. 6d, from its stored nodes and edges."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes

__all__ = ["draw_graph", "node_labels", "parents_sentence"]

CLEAR = 0.4  # between nodes on a page of side 2
NAMED = 6  # parents or pairs that a footnote names, at most


def draw_graph(
    axes: Axes,
    matrix: Mapping[str, np.ndarray],
    conditioned: np.ndarray | None = None,
    factor_names: Sequence[str] = (),
) -> None:
    """Draw the active latents and who answers whom; darker edges are stronger responses.

    Two latents that answer each other are joined by one line with two heads.

    Args:
        axes: where to draw.
        matrix: `matrix` (D,D), `nodes` (V,), `edges` (E,2).
        conditioned: (K,D) conditioned response matrix, to name a latent's factor.
        factor_names: K names.
    """
    import networkx

    axes.set_axis_off()
    size = 260 if conditioned is None else 1000
    graph = _graph(matrix)
    if not graph:
        axes.text(0.5, 0.5, "no latent is active", ha="center", transform=axes.transAxes)
        return
    positions = _positions(graph)
    one_way, both_ways = _lines(graph)
    strongest = max((weight for *_, weight in one_way + both_ways), default=1.0)
    for lines, style in ((one_way, "-|>"), (both_ways, "<|-|>")):
        weights = [weight for *_, weight in lines]
        networkx.draw_networkx_edges(
            graph,
            positions,
            ax=axes,
            edgelist=[line[:2] for line in lines],
            edge_color=weights,
            edge_cmap=_greys(),
            edge_vmin=0,
            edge_vmax=strongest,
            width=[0.6 + 1.4 * weight / strongest for weight in weights],
            arrowstyle=style,
            arrowsize=9,
            node_size=size,
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


def parents_sentence(matrix: Mapping[str, np.ndarray]) -> str:
    """Parents and children by number, and pairs that answer each other; strongest first."""
    one_way, both_ways = _lines(_graph(matrix))
    children: dict[int, list[str]] = {}
    for parent, child, _ in reversed(one_way):
        children.setdefault(parent, []).append(str(child))
    parents = [f"{parent} is a parent of {_listed(found)}" for parent, found in children.items()]
    pairs = [f"{first} and {second}" for first, second, _ in reversed(both_ways)]
    sentence = f"Graph: {_first(parents, '; ') or 'no active latent is a parent of another'}."
    return f"{sentence} Joined both ways: {_first(pairs, ', ')}." if pairs else sentence


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


def _graph(matrix: Mapping[str, np.ndarray]):
    import networkx

    graph = networkx.DiGraph()
    graph.add_nodes_from(matrix["nodes"].tolist())
    for source, target in matrix["edges"].tolist():
        graph.add_edge(source, target, weight=float(matrix["matrix"][source, target]) ** 2)
    return graph


def _lines(graph) -> tuple[list[tuple[int, int, float]], list[tuple[int, int, float]]]:
    """Edges one way, and pairs joined both ways with the larger weight; weak lines first."""
    one_way, both_ways = [], []
    for source, target, weight in graph.edges(data="weight"):
        if not graph.has_edge(target, source):
            one_way.append((source, target, weight))
        elif source < target:
            both_ways.append((source, target, max(weight, graph.edges[target, source]["weight"])))
    return tuple(sorted(lines, key=lambda line: line[2]) for lines in (one_way, both_ways))


def _listed(words: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def _first(phrases: Sequence[str], between: str) -> str:
    more = len(phrases) - NAMED
    return between.join(phrases[:NAMED]) + (f"{between}and {more} more" if more > 0 else "")


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
