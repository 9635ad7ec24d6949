"""What a paper shows, as data: figures, tables and measures of its own, and what each is made of.

A room is a folder of this package that holds a `paper.py` with a `PAPER`. The rules read it; no
subcommand does. The name of a figure is the name of its module (`figures/fig4.py`), of its caption
(`captions/fig4.rst`) and of its file (`results/{scale}/figures/{paper}/fig4.pdf`); so it is with
tables and measures.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from typing import Any

from latent_assays.config.resolve import set_of
from latent_assays.errors import UserError
from latent_assays.places import OWN, Run, rooms

__all__ = [
    "OF_OWN_IMAGES",
    "Chosen",
    "Figure",
    "Images",
    "Input",
    "Measure",
    "Numbers",
    "OfRun",
    "Paper",
    "Published",
    "Table",
    "caption_of",
    "figures_of",
    "of_choice",
    "of_images",
    "of_numbers",
    "of_published",
    "of_run",
    "paper_of",
    "rooms",
    "run_of",
    "stage_of",
]


OF_OWN_IMAGES = "own/"
"""What a measure needs begins with it if it is of the images that the run was trained on."""


@dataclass(frozen=True)
class OfRun:
    """What a stage made of one run.

    Attributes:
        stage: with its kind, such as `responses/map`; a measure of the paper's own by its name.
        dataset: that the run was trained on.
        model: of the run; None for the one that `papers.NAME.shown` names for the dataset.
        variant: that the run was trained on.
        seed: of the run.
        suffix: of the file.
    """

    stage: str
    dataset: str
    model: str | None
    variant: str
    seed: int
    suffix: str


@dataclass(frozen=True)
class Images:
    """An image set.

    Attributes:
        dataset: its name.
        variant: `original` or the name of a variant.
    """

    dataset: str
    variant: str


@dataclass(frozen=True)
class Numbers:
    """The collected numbers of a study, a data frame.

    Attributes:
        study: its name.
    """

    study: str


@dataclass(frozen=True)
class Published:
    """What the paper printed: the room's `published/{name}.csv`, a data frame.

    Attributes:
        name: of the file.
    """

    name: str


@dataclass(frozen=True)
class Chosen:
    """What a choice came to.

    Attributes:
        choice: its name.
        dataset: on which it was made.
    """

    choice: str
    dataset: str


Input = OfRun | Images | Numbers | Published | Chosen


@dataclass(frozen=True)
class Figure:
    """A figure: `figures/{module}.py` draws it from its inputs.

    Attributes:
        name: of the file; `{dataset}` stands for each dataset of the study `each`.
        shows: in a few words.
        inputs: argument of `draw` -> what it is given.
        module: of `figures/` and of `captions/`; the name if not given.
        each: a study, if the name has `{dataset}`.
    """

    name: str
    shows: str
    inputs: Mapping[str, Input]
    module: str = ""
    each: str = ""

    @property
    def label(self) -> str:
        """What people call it, such as `Fig. 4`."""
        found = re.fullmatch(r"fig(\d+\w*)", self.name)
        return f"Fig. {found[1]}" if found else (self.module or self.name).capitalize()


@dataclass(frozen=True)
class Table:
    """A table: `tables/{name}.py` makes it from the paper's collected numbers.

    Attributes:
        name: of its files and its module.
        shows: in a few words.
        studies: whose numbers it shows; if it is one, the table waits for no other.
        inputs: argument of `build` -> what it is given besides `collected` and, where the room has
            `published/{name}.csv`, `published`.
        obtained: whether it is given `obtained`, the numbers that the room keeps of a run at scale
            `desk` (`obtained/desk.csv`).
    """

    name: str
    shows: str
    studies: tuple[str, ...]
    inputs: Mapping[str, Input] = field(default_factory=dict)
    obtained: bool = False

    @property
    def label(self) -> str:
        """What people call it, such as `Table 1`."""
        found = re.fullmatch(r"tab(\d+\w*)", self.name)
        return f"Table {found[1]}" if found else self.name.capitalize()


@dataclass(frozen=True)
class Measure:
    """A measure of the paper's own: `measures/{name}.py` takes it of a run.

    Attributes:
        name: of its module.
        needs: argument of `measure` -> the stage whose file of the same run it is given; a stage
            that ends with `.json` or `.npz` says which of the two, npz if it does not. One that
            begins with `own/` is of the images that the run was trained on, also where it is
            measured on others.
        network: whether `measure` is given `network`, or `encode` and `decode`, as it takes them.
        settings: keys under `responses` in the configuration that it takes as `settings`.
    """

    name: str
    needs: Mapping[str, str]
    network: bool = False
    settings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Paper:
    """A paper.

    Attributes:
        title: its title.
        authors: who wrote it, and where it appeared.
        arxiv: its number.
        figures: in the paper's order.
        tables: in the paper's order.
        measures: of its own, of runs.
        image_measures: of its own, of image sets: `image_measures/{name}.py`.
        explorers: runs whose network the report lets a reader move, each `of_run("runs", ...)`;
            those that no figure and no study asks for at a scale are left out there.
    """

    title: str
    authors: str
    arxiv: str
    figures: list[Figure] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    measures: list[Measure] = field(default_factory=list)
    image_measures: list[str] = field(default_factory=list)
    explorers: list[OfRun] = field(default_factory=list)


def of_run(
    stage: str,
    dataset: str,
    model: str | None = None,
    variant: str = "original",
    seed: int = 0,
    suffix: str = ".npz",
) -> OfRun:
    """What a stage made of one run, seed 0 of the model that the paper shows by default."""
    return OfRun(stage, dataset, model, variant, seed, suffix)


def of_images(dataset: str, variant: str = "original") -> Images:
    """An image set."""
    return Images(dataset, variant)


def of_numbers(study: str) -> Numbers:
    """The collected numbers of a study."""
    return Numbers(study)


def of_published(name: str) -> Published:
    """Numbers that the paper printed."""
    return Published(name)


def of_choice(choice: str, dataset: str) -> Chosen:
    """What a choice came to on one dataset."""
    return Chosen(choice, dataset)


@cache
def paper_of(slug: str) -> Paper:
    """The catalogue of a paper."""
    return import_module(f"latent_assays.papers.{slug}.paper").PAPER


def figures_of(config: Mapping[str, Any], slug: str) -> dict[str, tuple[Figure, str]]:
    """A paper's figures by the name of their files: the entry, and the name's dataset or ""."""
    found = {}
    for figure in paper_of(slug).figures:
        studies = config["papers"][slug]["studies"]
        for dataset in studies[figure.each]["datasets"] if figure.each else [""]:
            found[figure.name.format(dataset=dataset)] = figure, dataset
    return found


def run_of(
    config: Mapping[str, Any], scale: str, slug: str, entry: OfRun, dataset: str = ""
) -> Run:
    """The run that a figure's input is of.

    Args:
        config: the configuration, whose `shown` names the model if the entry does not.
        scale: that says which set stands for the dataset.
        slug: of the paper.
        entry: the input.
        dataset: what `{dataset}` stands for in it.

    Raises:
        UserError: no model is shown for the dataset.
    """
    of = entry.dataset.format(dataset=dataset)
    model = entry.model or config["papers"][slug].get("shown", {}).get(of)
    if model is None:
        raise UserError(f"papers.{slug}.shown: {of} is missing, and a figure shows its model")
    return Run(set_of(config, scale, slug, of), entry.variant, model, entry.seed)


def stage_of(slug: str, name: str) -> str:
    """The stage of a measure, the folder of its results; a paper's own lie below `measures`."""
    own = {measure.name for measure in paper_of(slug).measures}
    return f"{OWN}/{slug}/{name}" if name in own else name


def caption_of(slug: str, module: str) -> str:
    """The caption of a paper's figure or table, reStructuredText."""
    return (rooms()[slug] / f"captions/{module}.rst").read_text(encoding="utf-8")
