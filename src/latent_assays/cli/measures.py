"""`measures`: what one paper alone measures of a run."""

from pathlib import Path
from typing import Annotated, Any

import typer


def run(
    name: Annotated[str, typer.Argument(help="Paper and measure, such as responses/credit.")],
    inputs: Annotated[
        list[str], typer.Option("--input", help="NAME=FILE for each argument of the measure.")
    ],
    output: Annotated[Path, typer.Option(help="npz to write; its numbers go beside it as JSON.")],
    run: Annotated[
        Path | None, typer.Option(help="Folder of the run, if the measure asks its network.")
    ] = None,
    settings: Annotated[
        str, typer.Option(help="JSON: keys of `responses` in the configuration, if it takes any.")
    ] = "{}",
) -> None:
    """Take a measure of a paper's own: numbers as JSON, and arrays for its figures."""
    from latent_assays import provenance
    from latent_assays.cli.inputs import check_names, read_inputs, read_settings, room_module
    from latent_assays.results import write_numbers
    from latent_assays.store import write_arrays

    measure = room_module("measure", name).measure
    given: dict[str, Any] = read_inputs(inputs)
    origin = _origin(given)
    if run is not None:
        given |= _network(run, measure)
    if chosen := read_settings(settings):
        given["settings"] = chosen
    check_names(measure, given)
    numbers, arrays = measure(**given)
    made = provenance.describe(measure=name, settings=chosen, **origin)
    write_arrays(output, arrays | {"provenance": provenance.to_array(made)})
    write_numbers(output.with_suffix(".json"), numbers, made)


def _origin(given: dict[str, Any]) -> dict[str, Any]:
    """The run that the inputs are of."""
    from latent_assays import provenance
    from latent_assays.errors import UserError

    for value in given.values():
        if isinstance(value, dict) and (origin := provenance.origin_of(value)):
            return origin
    raise UserError("--input: none of the files has the provenance of a run")


def _network(run: Path, measure: Any) -> dict[str, Any]:
    """Those of `network`, `encode` and `decode` that the measure takes."""
    import inspect

    from latent_assays.models.callables import encode_decode
    from latent_assays.models.weights import load_model

    network, _ = load_model(run)
    encode, decode = encode_decode(network)
    offered = {"network": network, "encode": encode, "decode": decode}
    taken = inspect.signature(measure).parameters
    return {name: offered[name] for name in offered if name in taken}
