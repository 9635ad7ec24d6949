"""`config-table`: the README's table of configuration keys."""

from pathlib import Path
from typing import Annotated

import typer


def run(
    schema: Annotated[Path, typer.Option(help="The schema.")] = Path(
        "rules/schemas/config.schema.yaml"
    ),
) -> None:
    """Print every key of config.yaml as a Markdown table."""
    from latent_assays.config import load_schema
    from latent_assays.schema_table import schema_table

    print(schema_table(load_schema(schema)), end="")
