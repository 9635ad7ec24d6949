"""`claims`: which sentences of a paper its collected numbers support."""

from pathlib import Path
from typing import Annotated

import typer


def run(
    collected: Annotated[Path, typer.Argument(help="Collected numbers of the paper.")],
    paper: Annotated[str, typer.Option(help="Slug of the paper.")],
    claims: Annotated[Path, typer.Option(help="YAML with its claims.")],
    output: Annotated[Path, typer.Option(help="CSV to write.")],
) -> None:
    """Judge every claim: estimate with interval, and whether it holds, fails or is undecided."""
    from latent_assays.claims import judge, parse_claims
    from latent_assays.cli.inputs import read_table
    from latent_assays.store import atomic_path, read_yaml

    listed = parse_claims(read_yaml(claims))
    judged = judge(listed, read_table(collected), paper)
    with atomic_path(output) as partial:
        judged.to_csv(partial, index=False)
