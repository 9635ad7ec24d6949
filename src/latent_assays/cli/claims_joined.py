"""`claims-joined`: the judged claims of all papers in one table."""

from pathlib import Path
from typing import Annotated

import typer


def run(
    judged: Annotated[list[Path], typer.Argument(help="Judged claims, a CSV of each paper.")],
    output: Annotated[Path, typer.Option(help="CSV to write.")],
) -> None:
    """Join the judged claims of several papers, in the order given."""
    import pandas as pd

    from latent_assays.cli.inputs import read_table
    from latent_assays.store import atomic_path

    with atomic_path(output) as partial:
        pd.concat(map(read_table, judged)).to_csv(partial, index=False)
