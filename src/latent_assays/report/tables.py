"""A table on the page: as the paper has it, beside what was published, and its noise floor."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup

from latent_assays.report.captions import caption_of, html_of
from latent_assays.report.comparison import Beside, compared
from latent_assays.report.figures import rebuild
from latent_assays.report.grids import Grid, read_grid
from latent_assays.report.noise import Floor, floors
from latent_assays.report.runs import Compared, read_collected, runs_compared

__all__ = ["FORMATS", "ShownTable", "shown_table"]

FORMATS = ("csv", "md", "tex", "html")


@dataclass(frozen=True)
class ShownTable:
    """A table for the page.

    Attributes:
        anchor: its place on the page.
        label: what people call it.
        shows: in a few words.
        caption: as HTML.
        grid: the table as the paper lays it out.
        beside: its published numbers beside ours.
        floors: the noise of each number that it shows.
        files: links relative to the page, by format.
        command: that rebuilds it.
        runs: that it compares.
        collected: link to the numbers that it was made from.
    """

    anchor: str
    label: str
    shows: str
    caption: Markup
    grid: Grid
    beside: list[Beside]
    floors: list[Floor]
    files: dict[str, str]
    command: str
    runs: list[Compared]
    collected: str


def shown_table(results: Path, scale: str, paper: str, entry: Mapping[str, Any]) -> ShownTable:
    """A table of a paper, from its files and from the numbers that it was made from.

    Args:
        results: folder of the scale.
        scale: its name, for the command.
        paper: slug.
        entry: of `asked.contents_of`.

    Raises:
        UserError: a file is missing or damaged.
    """
    place = f"tables/{paper}/{entry['name']}"
    tidy = read_collected(results / f"{place}.csv")
    collected = read_collected(results / f"collected/{entry['collected']}.csv")
    return ShownTable(
        anchor=f"{paper}-{entry['name']}",
        label=entry["label"],
        shows=entry["shows"],
        caption=html_of(caption_of(paper, entry["caption"])),
        grid=read_grid(results / f"{place}.html"),
        beside=compared(tidy),
        floors=floors(
            collected, tidy["number"].unique(), entry["studies"], tidy["dataset"].unique()
        ),
        files={kind: f"../{place}.{kind}" for kind in FORMATS},
        command=rebuild(scale, f"{place}.csv"),
        runs=runs_compared(collected, entry["studies"]),
        collected=f"../collected/{entry['collected']}.csv",
    )
