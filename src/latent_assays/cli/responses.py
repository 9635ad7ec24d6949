"""`responses`: intervene on latents, decode, re-encode, and store what responded."""

from pathlib import Path
from typing import Annotated

import typer


def run(
    assay: Annotated[str, typer.Option(help="matrix or conditioned.")],
    run: Annotated[Path, typer.Option(help="Folder of the run.")],
    codes: Annotated[Path, typer.Option(help="Codes of the run.")],
    settings: Annotated[str, typer.Option(help="JSON: samples, traversals, interventions.")],
    output: Annotated[Path, typer.Option(help="npz to write.")],
) -> None:
    """Measure how latents respond to interventions on a latent."""
    import json

    from latent_assays import provenance
    from latent_assays.errors import UserError
    from latent_assays.models.callables import encode_decode
    from latent_assays.models.weights import load_model
    from latent_assays.store import read_arrays, write_arrays

    assays = {"matrix": _matrix, "conditioned": _conditioned}
    if assay not in assays:
        raise UserError(f"{assay!r} is not an assay; the assays are {', '.join(assays)}")
    network, _ = load_model(run)
    chosen, given = json.loads(settings), read_arrays(codes)
    arrays = assays[assay](*encode_decode(network), given, chosen)
    made = provenance.describe(run=provenance.from_arrays(given)["run"], settings=chosen)
    write_arrays(output, arrays | {"provenance": provenance.to_array(made)})


def _matrix(encode, decode, given, chosen) -> dict:
    """Latent response matrix; without a prior, interventions are drawn from the codes."""
    from latent_assays.responses import response_matrix

    codes = None if "std" in given else given["mean"]
    result = response_matrix(
        encode, decode, given["mean"].shape[1], samples=chosen["samples"], codes=codes
    )
    return vars(result)


def _conditioned(encode, decode, given, chosen) -> dict:
    """Conditioned response matrix over the factors that vary, and its disentanglement score."""
    from latent_assays.responses import (
        causal_disentanglement_score,
        conditioned_response_matrix,
        grid_order,
    )

    varying = given["factor_sizes"] > 1
    order, sizes = grid_order(given["factors"][:, varying])
    result = conditioned_response_matrix(
        encode,
        decode,
        given["mean"][order],
        sizes,
        traversals=chosen["traversals"],
        interventions=chosen["interventions"],
        reading=chosen["reading"],
    )
    return {
        **vars(result),
        **causal_disentanglement_score(result.matrix),
        "factor_names": given["factor_names"][varying],
    }
