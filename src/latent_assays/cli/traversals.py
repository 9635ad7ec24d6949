"""`traversals`: move each latent of a run over its values, and decode."""

from pathlib import Path
from typing import Annotated

import typer


def run(
    run: Annotated[Path, typer.Option(help="Folder of the run.")],
    codes: Annotated[Path, typer.Option(help="Codes of the run.")],
    images: Annotated[Path, typer.Option(help="Image set that was encoded.")],
    output: Annotated[Path, typer.Option(help="npz to write.")],
    steps: Annotated[int, typer.Option(min=2, help="Values that each latent takes.")] = 8,
    rows: Annotated[
        int, typer.Option(min=1, help="How many test images it is done with, drawn at random.")
    ] = 3,
    device: Annotated[str, typer.Option(help="auto, cpu or cuda.")] = "auto",
) -> None:
    """Decode each latent at even steps from its least to its largest value in training images.

    The other latents stay those of a test image. Of R test images, D latents and S steps the npz
    has `images` (R,D,S,H,W,C) uint8, `values` (D,S), `effect` (D,), the mean squared change of a
    pixel, `segment` (D,), equal for latents that enter the decoder together, `rows` (R,) and
    `original` (R,H,W,C), the test images.
    """
    from latent_assays import provenance
    from latent_assays.distances.pixels import as_bytes
    from latent_assays.opened import open_run, rows_to_show
    from latent_assays.store import write_arrays
    from latent_assays.traversals import segments_of, traverse

    opened = open_run(run, codes, images, device)
    mean, data = opened.mean, opened.data
    held = rows_to_show(data, rows)
    made = traverse(opened.decode, mean[data.rows_of("train")], mean[held], steps)
    arrays = {
        "images": as_bytes(made.images, data.scale, data.offset),
        "values": made.values,
        "effect": made.effect,
        "segment": segments_of(opened.settings, mean.shape[1]),
        "rows": held,
        "original": as_bytes(data.images[held], data.scale, data.offset),
        "provenance": provenance.to_array(provenance.describe(steps=steps, **opened.origin)),
    }
    write_arrays(output, arrays)
