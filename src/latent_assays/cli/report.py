"""`report`: all that a scale rebuilt, on one page."""

from pathlib import Path
from typing import Annotated

import typer


def run(
    contents: Annotated[
        str,
        typer.Option(help="JSON: papers with their figures, tables, claims and explorers; sheets."),
    ],
    output: Annotated[Path, typer.Option(help="HTML file to write.")],
    project: Annotated[Path, typer.Option(help="Folder of the Snakefile.")] = Path(),
) -> None:
    """Write one HTML file that holds all figures, tables and claims, and asks for nothing.

    It reads what lies in `results/SCALE` below the working directory. Its links are relative, so
    that the folder may be moved.
    """
    from latent_assays.cli.inputs import read_settings
    from latent_assays.report.page import report
    from latent_assays.store import write_text

    asked = read_settings(contents)
    results = Path("results") / asked["scale"]
    write_text(output, report(asked, results, project))
