"""The assays of a run: what one process measures, from which codes, and the numbers it leaves.

An assay is a function of `encode`, `decode` and arrays that returns numbers (what claims and tables
read) and arrays (what figures draw). Of the codes of a run, `coded`, it reads `mean` (N,D), `std`
(N,D) where the posterior has one, `factors` (N,K), `factor_names` and `factor_sizes`.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from latent_assays.errors import UserError
from latent_assays.responses.cds import causal_disentanglement_score
from latent_assays.responses.conditioned import conditioned_response_matrix, grid_order
from latent_assays.responses.function import Decode, Encode
from latent_assays.responses.graph import response_graph
from latent_assays.responses.maps import (
    ResponseMap,
    plane_codes,
    response_map,
    select_latents,
    value_at,
)
from latent_assays.responses.matrix import response_matrix
from latent_assays.responses.paths import (
    cluster_ends,
    manifold_path,
    path_numbers,
    straight_path,
    subsample,
)
from latent_assays.results import Number, number

__all__ = ["Assayed", "as_shown", "assay_map", "assay_matrix", "map_numbers", "path_arrays"]

SHOWN_CODES = 2048  # posterior means that go with a map, as in the authors' notebook
NO_CDS = "no latent responds, or only one factor varies"


class Assayed(NamedTuple):
    """What an assay gives.

    Attributes:
        numbers: by name.
        arrays: by name.
    """

    numbers: dict[str, Number]
    arrays: dict[str, Any]


def assay_matrix(
    encode: Encode,
    decode: Decode,
    coded: Mapping[str, Any],
    settings: Mapping[str, Any],
    progress: bool = False,
) -> Assayed:
    """Latent response matrix with its graph, conditioned response matrix, and CDS.

    Without a prior, interventions come from the codes. Where the rows are no grid of factors there
    is no conditioned matrix, and the scores are None with the reason.

    Args:
        encode: images (B,...) -> posterior means (B,D).
        decode: codes (B,D) float32 -> images (B,...).
        coded: codes of the run.
        settings: `samples`, `activity`, `graph`, `traversals`, `interventions` and `reading`.
        progress: show it on a terminal.

    Returns:
        arrays `matrix` and `standard_error` (D,D), `nodes` (V,) and `edges` (E,2) of the graph,
        `posterior_variance` (D,) of a stochastic encoder, and of a grid `conditioned` and
        `conditioned_error` (K,D), `factor_names` (K,); numbers `cds`, `cds_rescaled`,
        `cds_masked`, and of a stochastic encoder `inactive_response` and `informative_response`,
        M_jj of the latents of which `activity` says so.
    """
    codes = None if "std" in coded else coded["mean"]
    result = response_matrix(
        encode,
        decode,
        coded["mean"].shape[1],
        samples=settings["samples"],
        codes=codes,
        progress=progress,
    )
    graph = response_graph(result.matrix, **settings["graph"])
    arrays = {
        **vars(result),
        "nodes": np.array(graph.nodes, np.int64),
        "edges": np.array(graph.edges, np.int64).reshape(-1, 2),
    }
    own, numbers = result.matrix.diagonal(), {}
    if codes is None:
        variance = (coded["std"].astype(np.float64) ** 2).mean(axis=0)
        inactive = variance >= settings["activity"]["inactive"]
        informative = variance <= settings["activity"]["informative"]
        arrays["posterior_variance"] = variance
        numbers["inactive_response"] = number(own[inactive], "")
        numbers["informative_response"] = number(own[informative], "")
    scores, conditioned = _conditioned(encode, decode, coded, own, settings, progress)
    return Assayed(numbers | scores, arrays | conditioned)


def _conditioned(
    encode: Encode,
    decode: Decode,
    coded: Mapping[str, Any],
    own: np.ndarray,
    settings: Mapping[str, Any],
    progress: bool,
) -> tuple[dict[str, Number], dict[str, Any]]:
    # Of the classes of a factor these rows may have only one.
    varying = (coded["factor_sizes"] > 1) & (np.ptp(coded["factors"], axis=0) > 0)
    names = ("cds", "cds_rescaled", "cds_masked")
    try:
        if not varying.any():
            raise UserError("no factor with classes varies")
        order, sizes = grid_order(coded["factors"][:, varying])
    except UserError as lack:
        reason = f"there is no conditioned response matrix: {lack}"
        return {name: Number(value=None, reason=reason) for name in names}, {}
    result = conditioned_response_matrix(
        encode,
        decode,
        coded["mean"][order],
        sizes,
        traversals=settings["traversals"],
        interventions=settings["interventions"],
        reading=settings["reading"],
        progress=progress,
    )
    scores = causal_disentanglement_score(result.matrix, own)
    return {name: number(scores[name], NO_CDS) for name in names}, {
        "conditioned": result.matrix,
        "conditioned_error": result.standard_error,
        "factor_names": coded["factor_names"][varying],
    }


def assay_map(
    encode: Encode,
    decode: Decode,
    coded: Mapping[str, Any],
    settings: Mapping[str, Any],
    matrix: np.ndarray,
    progress: bool = False,
) -> Assayed:
    """Response map of the pair that the matrix selects, and two paths between two of its clusters.

    The other latents are those of the code nearest to the mean of all codes.

    Args:
        encode: images (B,...) -> posterior means (B,D).
        decode: codes (B,D) float32 -> images (B,C,H,W).
        coded: codes of the run.
        settings: `map` and `path`.
        matrix: (D,D) latent response matrix.
        progress: show it on a terminal.

    Returns:
        arrays of `ResponseMap`, the numbers of `map_numbers`, `coupling`, `rule`, `codes` (P,2),
        `tile_axis` (T,), `tiles` (T,T,H,W,C), `ends` (2,2), `ends_rule`, and of each path
        `curved` and `straight` what `path_arrays` gives and `NAME_images` (Q,H,W,C); numbers as
        in `map_numbers` and `path_arrays`.
    """
    chosen, mean = settings["map"], coded["mean"]
    selection = select_latents(matrix, chosen["active"])
    base = mean[np.linalg.norm(mean - mean.mean(axis=0), axis=1).argmin()]
    response = response_map(
        encode,
        decode,
        base,
        selection.latents,
        extent=chosen["extent"],
        points=chosen["points"],
        spacing=chosen["spacing"],
        progress=progress,
    )
    plane = mean[:, list(selection.latents)]
    rows = np.random.default_rng(0).permutation(len(plane))[:SHOWN_CODES]
    # Their outer edges are those of the map.
    edges = np.linspace(-chosen["extent"], chosen["extent"], chosen["tiles"] + 1)
    tiles = (edges[1:] + edges[:-1]) / 2
    positions = np.stack(np.meshgrid(tiles, tiles, indexing="ij"), axis=-1)
    codes = plane_codes(positions.reshape(-1, 2), base, selection.latents)
    images = as_shown(decode(codes.astype(np.float32)))
    arrays = {
        **vars(response),
        "coupling": selection.coupling,
        "rule": selection.rule,
        "codes": plane[rows],
        "tile_axis": tiles,
        "tiles": images.reshape(*positions.shape[:2], *images.shape[1:]),
    }
    numbers = map_numbers(response, plane)
    arrays |= {name: np.array(entry["value"], np.float64) for name, entry in numbers.items()}
    ends = cluster_ends(plane[rows], response.axis[-1])
    paths = {
        "curved": manifold_path(
            response,
            *ends.positions,
            settings["path"]["landscape"],
            settings["path"]["temperature"],
        ),
        "straight": straight_path(*ends.positions, settings["path"]["points"]),
    }
    arrays |= {"ends": ends.positions, "ends_rule": ends.rule}
    for name, path in paths.items():
        found, more = path_arrays(name, path, response, plane)
        shown = subsample(path, settings["path"]["points"])
        shown = plane_codes(shown, base, selection.latents)
        more[f"{name}_images"] = as_shown(decode(shown.astype(np.float32)))
        numbers, arrays = numbers | found, arrays | more
    return Assayed(numbers, arrays)


def map_numbers(response: ResponseMap, plane: np.ndarray) -> dict[str, Number]:
    """Shares of a map, and of the codes (N,2) on its plane.

    Returns:
        `negative_divergence` and `positive_curvature` of the map's nodes, and
        `codes_at_positive_curvature` of the codes within it.
    """
    curvature = value_at(response.curvature, response.axis, plane)
    shares = {
        "negative_divergence": (response.divergence < 0).mean(),
        "positive_curvature": (response.curvature > 0).mean(),
        "codes_at_positive_curvature": (
            (curvature[np.isfinite(curvature)] > 0).mean()
            if np.isfinite(curvature).any()
            else np.nan
        ),
    }
    return {name: number(share, "no code lies on the map") for name, share in shares.items()}


def path_arrays(
    name: str, path: np.ndarray, response: ResponseMap, plane: np.ndarray
) -> tuple[dict[str, Number], dict[str, Any]]:
    """Numbers and arrays of one path (P,2) on a map, each named after it; see `PathNumbers`."""
    found = vars(path_numbers(path, response, plane))
    numbers = {
        f"{name}_{key}": number(value, "the path leaves the map")
        for key, value in found.items()
        if np.ndim(value) == 0
    }
    return numbers, {name: path, **{f"{name}_{key}": value for key, value in found.items()}}


def as_shown(images: np.ndarray) -> np.ndarray:
    """Decoded (B,C,H,W) as (B,H,W,C): images in [0,1] as bytes, vectors as they are."""
    if images.shape[2:] == (1, 1):
        return images.transpose(0, 2, 3, 1)
    return np.rint(255 * images.clip(0, 1)).astype(np.uint8).transpose(0, 2, 3, 1)
