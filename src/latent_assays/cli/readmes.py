"""`readmes`: the tables that READMEs take from the configuration and the papers' catalogues."""

from pathlib import Path
from typing import Annotated

import typer

BEGIN, END = "<!-- table -->\n", "<!-- /table -->"


def run(
    project: Annotated[Path, typer.Argument(help="Folder of the Snakefile.")] = Path(),
) -> None:
    """Write the table of all keys of the configuration, and each room's of its figures."""
    from latent_assays.config.load import load_config, load_schema
    from latent_assays.papers.catalogue import rooms
    from latent_assays.papers.overview import overview
    from latent_assays.schema_table import schema_table

    _replace(project / "rules/schemas/README.md", schema_table(load_schema(project)))
    config = load_config(project)
    for paper, room in rooms().items():
        _replace(room / "README.md", overview(config, paper))


def _replace(path: Path, table: str) -> None:
    """Put a table between the marks of a Markdown file."""
    from latent_assays.errors import UserError
    from latent_assays.store import write_text

    text = path.read_text(encoding="utf-8")
    if text.count(BEGIN) != 1 or text.count(END) != 1:
        raise UserError(
            f"{path}: the table goes between {BEGIN.strip()} and {END.strip()}, once each"
        )
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    write_text(path, f"{before}{BEGIN}{table}{END}{after}")
