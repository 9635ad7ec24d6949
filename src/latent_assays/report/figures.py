"""A figure on the page: picture, caption, files, command, and the runs behind it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup

from latent_assays.report.captions import caption_of, first_sentence, html_of
from latent_assays.report.pictures import Picture, read_picture
from latent_assays.report.runs import (
    Behind,
    Compared,
    read_collected,
    runs_compared,
    runs_drawn,
)

__all__ = ["FORMATS", "ShownFigure", "rebuild", "shown_figure", "shown_sheet"]

FORMATS = ("pdf", "svg", "png")


@dataclass(frozen=True)
class ShownFigure:
    """A figure for the page.

    Attributes:
        anchor: its place on the page.
        label: what people call it.
        shows: in a few words.
        picture: the figure.
        alt: what it shows, for those who do not see it.
        caption: as HTML; empty for a contact sheet, since all have the same.
        files: links relative to the page, by format.
        command: that rebuilds it.
        runs: that it draws.
        compared: runs of the studies whose numbers it draws.
        collected: links to these numbers, by study.
        choices: links to the choices that it rests on, by name.
    """

    anchor: str
    label: str
    shows: str
    picture: Picture
    alt: str
    caption: Markup
    files: dict[str, str]
    command: str
    runs: list[Behind]
    compared: list[Compared]
    collected: dict[str, str]
    choices: dict[str, str]


def shown_figure(results: Path, scale: str, paper: str, entry: Mapping[str, Any]) -> ShownFigure:
    """A figure of a paper, from its file.

    Args:
        results: folder of the scale.
        scale: its name, for the command.
        paper: slug.
        entry: of `asked.contents_of`.

    Raises:
        UserError: a file is missing or damaged.
    """
    place = f"figures/{paper}/{entry['name']}"
    picture = read_picture(results / f"{place}.png")
    text = caption_of(paper, entry["caption"])
    alt = first_sentence(text)
    if entry["caption"] != entry["name"]:  # several figures have this caption
        alt = f"{entry['label']}. {alt}"
    studies = {study: f"collected/{paper}/{study}.csv" for study in entry["studies"]}
    compared = [
        one
        for study, file in studies.items()
        for one in runs_compared(read_collected(results / file), [study])
    ]
    return ShownFigure(
        anchor=f"{paper}-{entry['name']}",
        label=entry["label"],
        shows=entry["shows"],
        picture=picture,
        alt=alt,
        caption=html_of(text),
        files={kind: f"../{place}.{kind}" for kind in FORMATS},
        command=rebuild(scale, f"{place}.pdf"),
        runs=runs_drawn(picture.made),
        compared=compared,
        collected={study: f"../{file}" for study, file in studies.items()},
        choices={name: f"../choices/{name}/" for name in entry["choices"]},
    )


def shown_sheet(
    results: Path, scale: str, name: str, dataset: str, variant: str, about: str
) -> ShownFigure:
    """The contact sheet of an image set.

    Args:
        results: folder of the scale.
        scale: its name, for the command.
        name: of the sheet's file.
        dataset: of the image set.
        variant: of the image set.
        about: what all sheets show, reStructuredText.

    Raises:
        UserError: the file is missing or damaged.
    """
    place = f"figures/datasets/{name}"
    label = f"{dataset}, {variant}"
    return ShownFigure(
        anchor=f"datasets-{name}",
        label=label,
        shows="what the image set looks like",
        picture=read_picture(results / f"{place}.png"),
        alt=f"{label}. {first_sentence(about)}",
        caption=Markup(""),
        files={kind: f"../{place}.{kind}" for kind in FORMATS},
        command=rebuild(scale, f"{place}.pdf"),
        runs=[],
        compared=[],
        collected={},
        choices={},
    )


def rebuild(scale: str, place: str) -> str:
    """The command that makes a file again where it is missing or out of date."""
    return f"snakemake --cores 8 results/{scale}/{place}"
