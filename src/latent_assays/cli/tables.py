"""`tables`: write one table of a paper."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from latent_assays.tables.comparison import Table

HTML = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{name}</title><style>
body {{ font: 14px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem }}
table {{ border-collapse: collapse; margin: 1rem 0; font-variant-numeric: tabular-nums }}
table {{ border-bottom: 1.5px solid #333; white-space: nowrap }}
thead tr:first-child th {{ border-top: 1.5px solid #333 }}
thead tr:last-child th {{ border-bottom: 1px solid #333 }}
th, td {{ padding: .25rem .6rem; text-align: left; vertical-align: top; font-weight: normal }}
p.source {{ color: #666; font-size: 13px; margin: .2rem 0 }}
</style></head><body>
<p>{caption}</p>
{table}
{sources}
</body></html>
"""


def run(
    name: Annotated[str, typer.Argument(help="Paper and table, such as responses/tab1.")],
    inputs: Annotated[
        list[str], typer.Option("--input", help="NAME=FILE for each argument of the table.")
    ],
    output: Annotated[Path, typer.Option(help="CSV to write; md, tex and html go beside it.")],
) -> None:
    """Write one table of a paper: tidy CSV, and Markdown, LaTeX and HTML for reading."""
    from latent_assays.cli.inputs import check_names, read_inputs, room_module, sources_of
    from latent_assays.store import atomic_path, write_text

    build, given = room_module("table", name).build, read_inputs(inputs)
    check_names(build, given)
    sources, _ = sources_of({"collected": given["collected"]})
    table = build(**given)
    with atomic_path(output) as partial:
        table.tidy.to_csv(partial, index=False)
    write_text(output.with_suffix(".md"), _markdown(table, sources))
    write_text(output.with_suffix(".tex"), _latex(name, table, sources))
    write_text(output.with_suffix(".html"), _html(name, table, sources))


def _flat(table: "Table"):
    """The shown table with one line of column names and the row names as columns."""
    flat = table.shown.copy()
    flat.columns = [", ".join(parts) for parts in flat.columns]
    return flat.reset_index()


def _markdown(table: "Table", sources: list[str]) -> str:
    flat = _flat(table)
    lines = [flat.columns, ["---"] * len(flat.columns), *flat.itertuples(index=False)]
    rows = "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)
    return "\n\n".join([table.caption, rows, *sources]) + "\n"


def _latex(name: str, table: "Table", sources: list[str]) -> str:
    """A table environment that says which packages it needs."""
    escaped = str.maketrans({c: f"\\{c}" for c in "%&_#$"} | {"β": r"$\beta$", "±": r"$\pm$"})
    shown = table.shown.map(lambda cell: cell.translate(escaped).replace("–", "--"))
    for axis in (0, 1):
        shown = shown.rename(lambda part: str(part).translate(escaped), axis=axis)
    latex = shown.to_latex(
        caption=" ".join([table.caption, *sources]).translate(escaped),
        label="tab:" + name.replace("/", "-"),
        multicolumn_format="l",
    )
    # pandas rules off every group of rows, the last one too, where the table ends with a rule.
    without = re.sub(r"(\\cline\{[\d-]+\}\s)+(?=\\bottomrule)", "", latex)
    return "% Needs \\usepackage{booktabs} and \\usepackage{multirow}.\n" + without


def _html(name: str, table: "Table", sources: list[str]) -> str:
    from html import escape

    notes = "\n".join(f'<p class="source">{escape(source)}</p>' for source in sources)
    return HTML.format(
        name=name, caption=escape(table.caption), table=table.shown.to_html(border=0), sources=notes
    )
