"""`targets`: what the papers show, and the path that rebuilds each of it."""

from pathlib import Path
from typing import Annotated

import typer


def run(
    project: Annotated[Path, typer.Argument(help="Folder of the Snakefile.")] = Path(),
) -> None:
    """List figures, tables and claims: path, what it shows, and trainings at scale `paper`."""
    from latent_assays.config.load import load_config
    from latent_assays.papers.catalogue import paper_of
    from latent_assays.papers.overview import overview
    from latent_assays.places import rooms

    config = load_config(project)
    for paper in rooms():
        print(f"{paper}: {paper_of(paper).title}\n\n{overview(config, paper)}")
    print("A contact sheet of each image set: `figures/datasets/DATASET-VARIANT.pdf`")
