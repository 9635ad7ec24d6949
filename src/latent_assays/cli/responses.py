"""`responses`: intervene on latents, decode, re-encode, and store what responded."""

from pathlib import Path
from typing import Annotated

import typer


def run(
    assay: Annotated[
        str, typer.Option(help="matrix (response and conditioned matrices) or map (with paths).")
    ],
    run: Annotated[Path, typer.Option(help="Folder of the run.")],
    codes: Annotated[Path, typer.Option(help="Codes of the run.")],
    settings: Annotated[
        str,
        typer.Option(
            help="JSON with keys of `responses` in the configuration. matrix: samples, graph, "
            "activity, traversals, interventions, reading; map: map, path."
        ),
    ],
    output: Annotated[Path, typer.Option(help="npz to write; its numbers go beside it as JSON.")],
    given: Annotated[
        Path | None,
        typer.Argument(help="For map: npz of the run's matrix, which selects the latents."),
    ] = None,
) -> None:
    """Measure how latents respond to interventions, and map where the latent space flows to."""
    from latent_assays import provenance
    from latent_assays.cli.inputs import read_settings
    from latent_assays.errors import UserError
    from latent_assays.models.callables import encode_decode
    from latent_assays.models.weights import load_model
    from latent_assays.responses.assays import assay_map, assay_matrix
    from latent_assays.results import write_numbers
    from latent_assays.store import read_arrays, write_arrays

    chosen, coded = read_settings(settings), read_arrays(codes)
    functions = encode_decode(load_model(run)[0])
    if assay == "matrix":
        numbers, arrays = assay_matrix(*functions, coded, chosen, progress=True)
    elif assay == "map" and given is not None:
        matrix = read_arrays(given)["matrix"]
        numbers, arrays = assay_map(*functions, coded, chosen, matrix, progress=True)
    elif assay == "map":
        raise UserError("assay map builds on matrix: give the npz of matrix as argument")
    else:
        raise UserError(f"{assay!r} is not an assay; the assays are matrix, map")
    made = provenance.describe(assay=assay, settings=chosen, **provenance.origin_of(coded))
    write_arrays(output, arrays | {"provenance": provenance.to_array(made)})
    write_numbers(output.with_suffix(".json"), numbers, made)
