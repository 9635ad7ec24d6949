"""`downloads`: bring a dataset's original files here, verified."""

from pathlib import Path
from typing import Annotated

import typer


def run(
    dataset: Annotated[str, typer.Argument(help="Name of the dataset.")],
    output: Annotated[
        Path, typer.Option(help="JSON record to write; the files go to the folder beside it.")
    ],
    sources: Annotated[Path, typer.Option(help="Table of files, checksums and sources.")],
    folder: Annotated[
        Path | None,
        typer.Option(help="Your own folder with the files; used instead of any download."),
    ] = None,
) -> None:
    """Download a dataset's original files, or take yours, and verify them."""
    from latent_assays.datasets.downloads import fetch_all, record_path
    from latent_assays.store import read_json, write_json

    paths = fetch_all(dataset, output.with_suffix("").absolute(), folder, sources)
    records = {name: read_json(record_path(path)) for name, path in paths.items()}
    write_json(output, {"files": records})
