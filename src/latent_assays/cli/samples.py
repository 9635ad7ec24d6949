"""`samples`: what a run reconstructs and generates, as images to look at."""

from pathlib import Path
from typing import Annotated

import typer


def run(
    run: Annotated[Path, typer.Option(help="Folder of the run.")],
    codes: Annotated[Path, typer.Option(help="Codes of the run.")],
    images: Annotated[Path, typer.Option(help="Image set that was encoded.")],
    output: Annotated[Path, typer.Option(help="npz to write.")],
    rows: Annotated[
        int,
        typer.Option(min=1, help="Test images to reconstruct, drawn at random; as many are made."),
    ] = 24,
    device: Annotated[str, typer.Option(help="auto, cpu or cuda.")] = "auto",
) -> None:
    """Reconstruct test images, and generate others: hybrids of codes, and draws from the prior.

    The npz has bytes (n,H,W,C): `original` and `reconstruction`, with their `rows` (n,); `hybrid`,
    each latent (or segment) from one of 128 training images; `prior`, or the reason `no_prior`; and
    `quarters` (Q,n,H,W,C), the first test image with one quarter of its latents made hybrid,
    `quarter` (D,) being that of each latent.
    """
    from latent_assays import provenance
    from latent_assays.opened import open_run, rows_to_show
    from latent_assays.samples import samples_of
    from latent_assays.store import write_arrays

    opened = open_run(run, codes, images, device)
    chosen = rows_to_show(opened.data, rows)
    made = samples_of(opened.decode, opened.mean, opened.data, chosen, rows, opened.settings)
    told = provenance.to_array(provenance.describe(**opened.origin))
    write_arrays(output, made | {"rows": chosen, "provenance": told})
