"""Interpolation along the latent manifold, and numbers that compare it with a straight line."""

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from latent_assays.errors import UserError
from latent_assays.responses.maps import ResponseMap, mean_curvature, value_at

__all__ = [
    "PathEnds",
    "PathNumbers",
    "cheapest_path",
    "cluster_ends",
    "landscape",
    "manifold_path",
    "path_numbers",
    "rows_inside",
    "straight_path",
    "subsample",
]

# Share of the codes within a bandwidth of mean shift, and that a cluster must hold to be an end.
TWENTIETH = 0.05


@dataclass(frozen=True)
class PathEnds:
    """Where paths begin and end.

    Attributes:
        positions: (2,2), an end a row.
        rule: in words, why there.
    """

    positions: np.ndarray
    rule: str


@dataclass(frozen=True)
class PathNumbers:
    """What a path passes through; `vars(result)` is ready for an npz.

    Attributes:
        curvature: (P,) mean curvature H at every position; NaN outside the map.
        distance: (P,) distance to the nearest code on the plane of the map's two latents.
        mean_curvature: mean of `curvature` over equal lengths of the path.
        mean_distance: mean of `distance` over equal lengths of the path.
        largest_distance: largest `distance`.
        length: of the path, in latent units.
    """

    curvature: np.ndarray
    distance: np.ndarray
    mean_curvature: float
    mean_distance: float
    largest_distance: float
    length: float


def landscape(field: np.ndarray, kind: str = "curvature", temperature: float = 0.1) -> np.ndarray:
    """Cost (G,G) of standing at each node of a response map.

    Args:
        field: (G,G,2) response field u.
        kind: `curvature` for exp(-2H/T) over its sum, cheap where the curvature is high, or
            `squared_response` for |u|^2, as drawn for the double helix.
        temperature: T. As in the released code it goes with H by grid steps (`spacing="index"`),
            whatever the map's spacing. In latent units it is T over the step, so that the same T is
            3.7 for the double helix (150 points from -2 to 2) and 1.6 for images (64 points): the
            path of the helix minds curvature less.

    Raises:
        UserError: an argument is not allowed.
    """
    if kind == "squared_response":
        return (field**2).sum(axis=-1)
    if kind != "curvature":
        raise UserError(f"landscape {kind!r} must be 'curvature' or 'squared_response'")
    if temperature <= 0:
        raise UserError(f"temperature = {temperature} must be positive")
    exponent = -2 * mean_curvature(field) / temperature
    cost = np.exp(exponent - exponent.max())
    return cost / cost.sum()


def cheapest_path(cost: np.ndarray, start: tuple[int, int], end: tuple[int, int]) -> np.ndarray:
    """Dijkstra's shortest path between nodes of a 4-neighbour grid.

    Args:
        cost: (G,G') >= 0; a step costs what the node it enters costs, and no length term.
        start: first node.
        end: last node.

    Returns:
        (L,2) integer nodes, both ends included.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    nodes = np.arange(cost.size).reshape(cost.shape)
    one = np.concatenate([nodes[:-1].ravel(), nodes[:, :-1].ravel()])
    other = np.concatenate([nodes[1:].ravel(), nodes[:, 1:].ravel()])
    leave, enter = np.concatenate([one, other]), np.concatenate([other, one])
    # An edge of weight 0 counts as missing in a sparse graph.
    weight = np.maximum(cost.ravel()[enter], np.finfo(np.float64).tiny)
    graph = csr_array((weight, (leave, enter)), shape=(cost.size, cost.size))
    first, last = (int(nodes[tuple(node)]) for node in (start, end))
    predecessors = dijkstra(graph, indices=first, return_predecessors=True)[1]
    path = [last]
    while path[-1] != first:
        path.append(int(predecessors[path[-1]]))
    return np.stack(np.unravel_index(path[::-1], cost.shape), axis=1)


def manifold_path(
    response: ResponseMap,
    start: np.ndarray,
    end: np.ndarray,
    kind: str = "curvature",
    temperature: float = 0.1,
) -> np.ndarray:
    """Path between two points of a response map that stays where its landscape is low.

    Args:
        response: the map.
        start: (2,) position on it; the path starts at the nearest node.
        end: (2,).
        kind: see `landscape`.
        temperature: see `landscape`.

    Returns:
        (L,2) positions, from node to node; `subsample` thins them.

    Raises:
        UserError: an end lies outside the map.
    """
    nodes = [_nearest_node(response.axis, end_point) for end_point in (start, end)]
    path = cheapest_path(landscape(response.field, kind, temperature), *nodes)
    return response.axis[path]


def straight_path(start: np.ndarray, end: np.ndarray, points: int = 60) -> np.ndarray:
    """Straight line (P,2) between two positions (2,), evenly spaced, both ends included."""
    return np.linspace(start, end, points)


def subsample(path: np.ndarray, points: int = 60) -> np.ndarray:
    """At most `points` positions of a path (L,2), evenly by index, both ends included."""
    chosen = np.linspace(0, len(path) - 1, min(points, len(path))).round().astype(int)
    return path[chosen]


def path_numbers(path: np.ndarray, response: ResponseMap, codes: np.ndarray) -> PathNumbers:
    """Curvature along a path and its distance from the codes.

    Means are over the length of the path, so that paths of different spacing compare.

    Args:
        path: (P,2) positions, at least 2.
        response: the map that the path was found on.
        codes: (N,2) posterior means along the two latents of the map.
    """
    from scipy.spatial import cKDTree

    curvature = value_at(response.curvature, response.axis, path)
    distance = cKDTree(codes).query(path)[0]
    steps = np.linalg.norm(np.diff(path, axis=0), axis=1)
    return PathNumbers(
        curvature=curvature,
        distance=distance,
        mean_curvature=_mean_along(curvature, steps),
        mean_distance=_mean_along(distance, steps),
        largest_distance=float(distance.max()),
        length=float(steps.sum()),
    )


def cluster_ends(codes: np.ndarray, extent: float = 2.0) -> PathEnds:
    """Centres of two clusters of the codes on a map.

    As in the released code, clusters are those of mean shift; which two it took is not known. Here
    it is those farthest apart of the clusters that hold at least a twentieth of the codes. The
    bandwidth is scikit-learn's estimate from the nearest twentieth of the codes: its default,
    three tenths, takes most maps for one cluster. If there is only one all the same, KMeans splits
    the codes in two.

    Args:
        codes: (N,2) posterior means along the two latents of a map.
        extent: of the map; codes outside are left out.

    Raises:
        UserError: there are no two different codes on the map.
    """
    from sklearn.cluster import KMeans, MeanShift, estimate_bandwidth

    inside = np.asarray(codes, np.float64)[rows_inside(codes, extent)]
    bandwidth = estimate_bandwidth(inside, quantile=TWENTIETH, random_state=0)
    if bandwidth > 0:
        found = MeanShift(bandwidth=bandwidth, bin_seeding=True).fit(inside)
        large = np.bincount(found.labels_) >= TWENTIETH * len(inside)
        pairs = list(combinations(found.cluster_centers_[large], 2))
        if pairs:
            apart = [np.linalg.norm(first - second) for first, second in pairs]
            rule = (
                "of the clusters (mean shift) of the codes on this map that hold at least"
                f" {TWENTIETH:.0%} of them, the centres of the two farthest apart"
            )
            return PathEnds(np.stack(pairs[int(np.argmax(apart))]), rule)
    halves = KMeans(2, n_init=10, random_state=0).fit(inside)
    rule = "the centres of two halves (KMeans) of the codes on this map, which form one cluster"
    return PathEnds(halves.cluster_centers_, rule)


def rows_inside(codes: np.ndarray, extent: float) -> np.ndarray:
    """Rows of the codes within a map, on which there must be two different ones."""
    inside = np.flatnonzero((np.abs(codes) <= extent).all(axis=1))
    distinct = len(np.unique(codes[inside], axis=0))
    if distinct < 2:
        raise UserError(
            f"a path needs two different codes within ±{extent}, and there are {distinct}"
        )
    return inside


def _mean_along(values: np.ndarray, steps: np.ndarray) -> float:
    """Mean (trapezoids) of values (P,) at positions that lie `steps` (P-1,) apart."""
    length = steps.sum()
    if length == 0:
        return float(values.mean())
    return float(((values[1:] + values[:-1]) / 2 * steps).sum() / length)


def _nearest_node(axis: np.ndarray, position: np.ndarray) -> tuple[int, int]:
    if not ((position >= axis[0]) & (position <= axis[-1])).all():
        raise UserError(
            f"path end {np.round(position, 3).tolist()} lies outside the map from {axis[0]:g} to "
            f"{axis[-1]:g}: choose another end or a larger extent"
        )
    return tuple(int(np.abs(axis - value).argmin()) for value in position)
