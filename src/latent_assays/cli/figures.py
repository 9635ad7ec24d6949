"""`figures`: draw one figure of a paper."""

from pathlib import Path
from typing import Annotated

import typer


def run(
    name: Annotated[str, typer.Argument(help="Paper and figure, such as responses/fig6.")],
    inputs: Annotated[
        list[str], typer.Option("--input", help="NAME=FILE for each argument of the figure.")
    ],
    output: Annotated[Path, typer.Option(help="PDF to write; SVG and PNG go beside it.")],
) -> None:
    """Draw one figure of a paper as PDF, SVG and PNG that say what they were drawn from."""
    import io
    import json

    from latent_assays import provenance
    from latent_assays.cli.inputs import check_names, read_inputs, room_module, sources_of
    from latent_assays.figures.style import paper_style
    from latent_assays.store import atomic_path

    draw, given = room_module("figure", name).draw, read_inputs(inputs)
    check_names(draw, given)
    sources, facts = sources_of(given)
    made = json.dumps(provenance.describe(figure=name, inputs=facts), ensure_ascii=False)
    with paper_style():
        figure = draw(**given, sources=sources)
        figure.draw_without_rendering()
        figure.set_layout_engine("none")  # laid out now, once for all three files
        metadata = {
            ".pdf": {"Title": name, "Subject": "\n".join(sources), "Keywords": made},
            ".svg": {"Title": name, "Description": "\n".join(sources), "Source": made},
            ".png": {"Title": name, "Description": "\n".join(sources), "Source": made},
        }
        for suffix, entries in metadata.items():
            dated = {"CreationDate": None} if suffix == ".pdf" else {}
            dated = {"Date": None} if suffix == ".svg" else dated
            # In memory first: on a full disk matplotlib ends in an error of its own.
            drawn = io.BytesIO()
            figure.savefig(drawn, format=suffix[1:], metadata={**entries, **dated})
            with atomic_path(output.with_suffix(suffix)) as partial:
                partial.write_bytes(drawn.getbuffer())
