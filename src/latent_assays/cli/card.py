"""`card`: the explorer of one run as an HTML file."""

from pathlib import Path
from typing import Annotated

import typer


def run(
    run: Annotated[Path, typer.Option(help="Folder of the run.")],
    codes: Annotated[Path, typer.Option(help="Codes of the run.")],
    images: Annotated[Path, typer.Option(help="Image set that was encoded.")],
    output: Annotated[Path, typer.Option(help="HTML file to write.")],
    matrix: Annotated[
        Path | None, typer.Option(help="npz of the run's matrix; else the page computes one.")
    ] = None,
    map: Annotated[
        Path | None, typer.Option(help="npz of the run's map, which the page then shows first.")
    ] = None,
) -> None:
    """Write one file in which a reader moves latents, and sees the image and what responds.

    It holds the network with weights in half precision and needs no server and no labels. A network
    of your own will do if it is made of layers that the page computes.
    """
    from latent_assays import provenance
    from latent_assays.explorer.contents import explorer_of
    from latent_assays.explorer.page import card
    from latent_assays.models.weights import load_model
    from latent_assays.store import read_arrays, read_image_set, read_json, write_text

    network, _ = load_model(run)
    trained = read_json(run / "run.json")
    explorer = explorer_of(
        network,
        read_image_set(images),
        read_arrays(codes),
        title=f"{trained['model']} on {trained['dataset']['title']}",
        sources=provenance.run_sentences(trained),
        matrix=None if matrix is None else read_arrays(matrix),
        response_map=None if map is None else read_arrays(map),
    )
    commit = provenance.describe()["commit"] or "unknown (no git checkout)"
    write_text(output, card(explorer, f"Written by Latent Assays, commit {commit}."))
