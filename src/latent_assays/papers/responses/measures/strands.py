"""Paths between the codes of the double helix: do they jump from one strand to the other?

Section 4 of the paper, Fig. 3.
"""

from collections.abc import Mapping
from itertools import combinations
from typing import Any

import numpy as np

from latent_assays.datasets.rendered.double_helix import nearest_strand
from latent_assays.errors import UserError
from latent_assays.responses.assays import Assayed, path_arrays
from latent_assays.responses.function import Decode
from latent_assays.responses.maps import ResponseMap, map_of
from latent_assays.responses.paths import manifold_path, rows_inside, straight_path
from latent_assays.results import number
from latent_assays.store import ImageSet

__all__ = ["candidate_ends", "count_jumps", "ends_across_strands", "measure"]

CLUSTERS = 20  # codes that may be an end, spread over the map


def measure(
    decode: Decode,
    coded: Mapping[str, Any],
    response: Mapping[str, Any],
    images: ImageSet,
    settings: Mapping[str, Any],
) -> Assayed:
    """Two paths between two codes of one strand, and how often all such paths change strands.

    Shown are the two codes on one strand whose straight line lies longest beside the other's.

    Args:
        decode: codes (B,2) float32 -> points (B,3,1,1).
        coded: codes of the run, with the factor `strand`.
        response: the run's response map.
        images: the points (N,1,1,3).
        settings: `path`.

    Returns:
        numbers `jumps_where_straight_jumps` of the curved path, one for each pair of ends whose
        straight line jumps, and of both paths those of `path_arrays`, called `strand_NAME_...`;
        arrays `points` and `reconstructions` (N,3), `ends` (2,2), and of both paths those of
        `path_arrays`, `NAME_points` (P,3) and `NAME_jumps`.
    """
    codes, path = coded["mean"], settings["path"]
    field = map_of(response)
    strand = coded["factors"][:, list(coded["factor_names"]).index("strand")].astype(np.int64)
    candidates = candidate_ends(codes, field.axis[-1])
    ends = codes[ends_across_strands(codes, candidates, strand)]
    arrays = {
        "points": images.images.reshape(len(codes), 3),
        "reconstructions": _points(decode, codes),
        "ends": ends,
    }
    jumps = _jumps_of_all(decode, codes[candidates], strand[candidates], field, path)
    numbers = {"jumps_where_straight_jumps": number(jumps, "")}
    for name, positions in _paths(field, ends, path).items():
        found, more = path_arrays(name, positions, field, codes)
        points = _points(decode, positions)
        numbers |= {f"strand_{key}": value for key, value in found.items()}
        arrays |= {**more, f"{name}_points": points, f"{name}_jumps": _jumps(points)}
    return Assayed(numbers, arrays)


def _paths(
    response: ResponseMap, ends: np.ndarray, path: Mapping[str, Any]
) -> dict[str, np.ndarray]:
    return {
        "curved": manifold_path(response, *ends, path["landscape"], path["temperature"]),
        "straight": straight_path(*ends, path["points"]),
    }


def _jumps_of_all(
    decode: Decode,
    ends: np.ndarray,
    strand: np.ndarray,
    response: ResponseMap,
    path: Mapping[str, Any],
) -> np.ndarray:
    """Jumps of the curved path between those ends on one strand whose straight line jumps."""
    found = []
    for first, last in combinations(range(len(ends)), 2):
        if strand[first] == strand[last]:
            both = _paths(response, ends[[first, last]], path)
            if _jumps(_points(decode, both["straight"])) > 0:
                found.append(_jumps(_points(decode, both["curved"])))
    return np.array(found)


def _jumps(points: np.ndarray) -> int:
    return count_jumps(nearest_strand(points))


def _points(decode: Decode, codes: np.ndarray) -> np.ndarray:
    """Decoded points (P,3) of codes (P,2)."""
    return decode(np.asarray(codes, np.float32)).reshape(len(codes), 3)


def count_jumps(labels: np.ndarray) -> int:
    """How often consecutive labels (P,) differ: jumps between strands along a decoded path."""
    return int(np.count_nonzero(np.diff(labels)))


def candidate_ends(
    codes: np.ndarray, extent: float = 2.0, clusters: int = CLUSTERS, seed: int = 10
) -> np.ndarray:
    """Codes spread over a map: those nearest to the KMeans centres.

    Args:
        codes: (N,2) posterior means along the two latents of a map.
        extent: of the map; codes outside are left out.
        clusters: how many, at most the number of distinct codes.
        seed: of KMeans.

    Returns:
        ascending rows of `codes`, no more than `clusters`.

    Raises:
        UserError: there are no two different codes on the map.
    """
    from scipy.spatial import cKDTree
    from sklearn.cluster import KMeans

    codes = np.asarray(codes, np.float64)
    inside = rows_inside(codes, extent)
    distinct = len(np.unique(codes[inside], axis=0))
    kmeans = KMeans(min(clusters, distinct), n_init=10, random_state=seed).fit(codes[inside])
    nearest = cKDTree(codes[inside]).query(kmeans.cluster_centers_)[1]
    return np.unique(inside[nearest])


def ends_across_strands(
    codes: np.ndarray, candidates: np.ndarray, strand: np.ndarray
) -> np.ndarray:
    """Two candidates on one strand whose straight line lies longest beside codes of another.

    Args:
        codes: (N,2) posterior means along the two latents of a map.
        candidates: rows of `codes`, see `candidate_ends`.
        strand: (N,) integers.

    Returns:
        (2,) rows of `codes`.

    Raises:
        UserError: no two candidates lie on one strand.
    """
    from scipy.spatial import cKDTree

    pairs = np.asarray(list(combinations(candidates, 2)))
    pairs = pairs[strand[pairs[:, 0]] == strand[pairs[:, 1]]]
    if len(pairs) == 0:
        raise UserError(f"no two of the {len(candidates)} candidate ends lie on one strand")
    lines = np.stack([straight_path(*codes[pair]) for pair in pairs])
    beside = strand[cKDTree(codes).query(lines)[1]]
    return pairs[np.argmax((beside != strand[pairs[:, :1]]).mean(axis=1))]
