"""`image-measures`: what one paper alone measures of an image set."""

from pathlib import Path
from typing import Annotated

import typer


def run(
    name: Annotated[str, typer.Argument(help="Paper and measure, such as perturbations/variance.")],
    images: Annotated[Path, typer.Option(help="Image set.")],
    output: Annotated[Path, typer.Option(help="npz to write; its numbers go beside it as JSON.")],
) -> None:
    """Take a measure of an image set: numbers as JSON, and arrays for figures."""
    import json

    from latent_assays import provenance
    from latent_assays.cli.inputs import room_module
    from latent_assays.results import write_numbers
    from latent_assays.store import read_image_set, write_arrays

    data = read_image_set(images)
    numbers, arrays = room_module("image_measure", name).measure(data)
    told = {key: data.attributes[key] for key in ("dataset", "variant", "source", "selection")}
    made = provenance.describe(
        measure=name, images={**told, "made": json.loads(data.attributes["provenance"])}
    )
    write_arrays(output, arrays | {"provenance": provenance.to_array(made)})
    write_numbers(output.with_suffix(".json"), numbers, made)
