"""`config-table`: the README's table of configuration keys."""

from pathlib import Path
from typing import Annotated

import typer

BEGIN, END = "<!-- config-table -->\n", "<!-- /config-table -->"


def run(
    schema: Annotated[Path, typer.Option(help="The schema.")] = Path(
        "rules/schemas/config.schema.yaml"
    ),
    into: Annotated[Path, typer.Option(help="Markdown file whose table is replaced.")] = Path(
        "README.md"
    ),
) -> None:
    """Write every key of config.yaml as a table into the README."""
    from latent_assays.config import load_schema
    from latent_assays.errors import UserError
    from latent_assays.schema_table import schema_table
    from latent_assays.store import write_text

    text = into.read_text(encoding="utf-8")
    if text.count(BEGIN) != 1 or text.count(END) != 1:
        raise UserError(
            f"{into}: the table goes between {BEGIN.strip()} and {END.strip()}, once each"
        )
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    table = schema_table(load_schema(schema))
    write_text(into, f"{before}{BEGIN}{table}{END}{after}")
