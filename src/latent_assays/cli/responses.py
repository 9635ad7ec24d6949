"""`responses`: intervene on latents, decode, re-encode, and store what responded.

The assays of a run build on each other: `matrix` comes first, `conditioned` and `map` are given
it, `path` is given the `map`.
"""

from pathlib import Path
from typing import Annotated

import typer

SHOWN_CODES = 2048  # posterior means that go with a map, as in the authors' notebook


def run(
    assay: Annotated[str, typer.Option(help="matrix, conditioned, map or path.")],
    run: Annotated[Path, typer.Option(help="Folder of the run.")],
    codes: Annotated[Path, typer.Option(help="Codes of the run.")],
    settings: Annotated[
        str,
        typer.Option(
            help="JSON with keys of `responses` in the configuration. matrix: samples, graph, "
            "activity; conditioned: traversals, interventions, reading; map: map; path: path."
        ),
    ],
    output: Annotated[Path, typer.Option(help="npz to write.")],
    given: Annotated[
        Path | None,
        typer.Argument(
            help="npz that the assay builds on: of matrix for conditioned and map, of map for path;"
            " none for matrix."
        ),
    ] = None,
) -> None:
    """Measure how latents respond to interventions, and map where the latent space flows to."""
    import json

    from latent_assays import provenance
    from latent_assays.errors import UserError
    from latent_assays.models.callables import encode_decode
    from latent_assays.models.weights import load_model
    from latent_assays.store import read_arrays, write_arrays

    if assay not in ASSAYS:
        raise UserError(f"{assay!r} is not an assay; the assays are {', '.join(ASSAYS)}")
    measure, earlier = ASSAYS[assay]
    if earlier and given is None:
        raise UserError(f"assay {assay} builds on {earlier}: give the npz of {earlier} as argument")
    network, _ = load_model(run)
    chosen, coded = json.loads(settings), read_arrays(codes)
    before = read_arrays(given) if earlier else {}
    arrays = measure(*encode_decode(network), coded, before, chosen)
    trained = provenance.from_arrays(coded)["run"]
    made = provenance.describe(assay=assay, run=trained, settings=chosen)
    write_arrays(output, arrays | {"provenance": provenance.to_array(made)})


def _matrix(encode, decode, coded, _, chosen) -> dict:
    """Latent response matrix and its graph; without a prior, interventions come from the codes."""
    import numpy as np

    from latent_assays.responses import response_graph, response_matrix

    codes = None if "std" in coded else coded["mean"]
    result = response_matrix(
        encode, decode, coded["mean"].shape[1], samples=chosen["samples"], codes=codes
    )
    graph = response_graph(result.matrix, **chosen["graph"])
    arrays = {
        **vars(result),
        "nodes": np.array(graph.nodes, np.int64),
        "edges": np.array(graph.edges, np.int64).reshape(-1, 2),
    }
    if codes is None:
        variance = (coded["std"].astype(np.float64) ** 2).mean(axis=0)
        own = result.matrix.diagonal()
        arrays |= {
            "posterior_variance": variance,
            "inactive_response": own[variance >= chosen["activity"]["inactive"]],
            "informative_response": own[variance <= chosen["activity"]["informative"]],
        }
    return arrays


def _conditioned(encode, decode, coded, before, chosen) -> dict:
    """Conditioned response matrix over the factors that vary, and its disentanglement score."""
    from latent_assays.responses import (
        causal_disentanglement_score,
        conditioned_response_matrix,
        grid_order,
    )

    varying = coded["factor_sizes"] > 1
    order, sizes = grid_order(coded["factors"][:, varying])
    result = conditioned_response_matrix(
        encode,
        decode,
        coded["mean"][order],
        sizes,
        traversals=chosen["traversals"],
        interventions=chosen["interventions"],
        reading=chosen["reading"],
    )
    return {
        **vars(result),
        **causal_disentanglement_score(result.matrix, before["matrix"].diagonal()),
        "factor_names": coded["factor_names"][varying],
    }


def _map(encode, decode, coded, before, chosen) -> dict:
    """Response map of the pair that the matrix selects, codes and reconstructions on its plane.

    The other latents are those of the code nearest to the mean of all codes.
    """
    import numpy as np

    from latent_assays.responses import plane_codes, response_map, select_latents, value_at

    settings, mean = chosen["map"], coded["mean"]
    selection = select_latents(before["matrix"], settings["active"])
    base = mean[np.linalg.norm(mean - mean.mean(axis=0), axis=1).argmin()]
    response = response_map(
        encode,
        decode,
        base,
        selection.latents,
        extent=settings["extent"],
        points=settings["points"],
        spacing=settings["spacing"],
    )
    plane = mean[:, list(selection.latents)]
    curvature = value_at(response.curvature, response.axis, plane)
    rows = np.random.default_rng(0).permutation(len(plane))[:SHOWN_CODES]
    # Their outer edges are those of the map.
    edges = np.linspace(-settings["extent"], settings["extent"], settings["tiles"] + 1)
    tiles = (edges[1:] + edges[:-1]) / 2
    positions = np.stack(np.meshgrid(tiles, tiles, indexing="ij"), axis=-1)
    codes = plane_codes(positions.reshape(-1, 2), base, selection.latents)
    images = _pixels(decode(codes.astype(np.float32)))
    return {
        **vars(response),
        "coupling": selection.coupling,
        "rule": selection.rule,
        "codes": plane[rows],
        "tile_axis": tiles,
        "tiles": images.reshape(*positions.shape[:2], *images.shape[1:]),
        "negative_divergence": (response.divergence < 0).mean(),
        "positive_curvature": (response.curvature > 0).mean(),
        "codes_at_positive_curvature": (curvature[np.isfinite(curvature)] > 0).mean(),
    }


def _path(_, decode, coded, before, chosen) -> dict:
    """Curved and straight path between two clusters on the map, and what they decode to."""
    from dataclasses import fields

    import numpy as np

    from latent_assays.responses import (
        ResponseMap,
        cluster_ends,
        manifold_path,
        path_numbers,
        plane_codes,
        straight_path,
        subsample,
    )

    settings, latents = chosen["path"], before["latents"]
    response = ResponseMap(**{field.name: before[field.name] for field in fields(ResponseMap)})
    chosen_ends = cluster_ends(before["codes"], response.axis[-1])
    ends = chosen_ends.positions
    curved = manifold_path(response, *ends, settings["landscape"], settings["temperature"])
    paths = {"curved": curved, "straight": straight_path(*ends, settings["points"])}
    arrays = {"ends": ends, "ends_rule": chosen_ends.rule, "latents": latents}
    for name, path in paths.items():
        numbers = path_numbers(path, response, coded["mean"][:, latents])
        shown = plane_codes(subsample(path, settings["points"]), before["base"], latents)
        arrays |= {
            name: path,
            **{f"{name}_{key}": value for key, value in vars(numbers).items()},
            f"{name}_images": _pixels(decode(shown.astype(np.float32))),
        }
    return arrays


def _pixels(images):
    """Images (B,C,H,W) in [0,1] as (B,H,W,C) uint8."""
    import numpy as np

    return np.rint(255 * images.clip(0, 1)).astype(np.uint8).transpose(0, 2, 3, 1)


# assay -> how it is measured, and the assay whose npz it is given
ASSAYS = {
    "matrix": (_matrix, None),
    "conditioned": (_conditioned, "matrix"),
    "map": (_map, "matrix"),
    "path": (_path, "map"),
}
