"""A room's figures and tables as a Markdown table: path, what it shows, and what it trains."""

from collections.abc import Iterable
from itertools import product
from typing import Any

from latent_assays.config.names import Config
from latent_assays.config.resolve import set_of
from latent_assays.config.studies import (
    candidates_of,
    runs_behind,
    runs_behind_images,
    runs_of,
    studies_of,
    variants_of,
)
from latent_assays.papers.catalogue import (
    Chosen,
    Images,
    Input,
    Numbers,
    OfRun,
    figures_of,
    paper_of,
    rooms,
    run_of,
)
from latent_assays.places import Run

__all__ = ["overview"]

SCALE = "paper"
HEAD = ("path under `results/{scale}/`", "shows", f"trainings at `{SCALE}`")


def overview(config: Config, paper: str) -> str:
    """One row a figure or table of the paper's catalogue, and its claims last."""
    entries = paper_of(paper)
    rows = [
        (
            f"`figures/{paper}/{name}.pdf`",
            f"{figure.label}: {figure.shows}",
            _of_inputs(config, paper, figure.inputs.values(), dataset),
        )
        for name, (figure, dataset) in figures_of(config, paper).items()
    ]
    rows += [
        (
            f"`tables/{paper}/{table.name}.csv`",
            f"{table.label}: {table.shows}",
            _of_studies(config, paper, table.studies)
            | _of_inputs(config, paper, table.inputs.values()),
        )
        for table in entries.tables
    ]
    if (rooms()[paper] / "claims.yaml").is_file():
        every = _of_studies(config, paper, studies_of(config, paper))
        rows.append((f"`claims/{paper}.csv`", "which of its sentences the numbers support", every))
    lines = [HEAD, ("---",) * len(HEAD), *((path, shows, len(runs)) for path, shows, runs in rows)]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines) + "\n"


def _of_inputs(config: Config, paper: str, entries: Iterable[Input], dataset: str = "") -> set[Run]:
    found: set[Run] = set()
    for entry in entries:
        if isinstance(entry, Images):
            of = set_of(config, SCALE, paper, entry.dataset.format(dataset=dataset))
            found |= runs_behind_images(config, SCALE, of, entry.variant)
        elif isinstance(entry, OfRun):
            found |= runs_behind(config, SCALE, run_of(config, SCALE, paper, entry, dataset))
        elif isinstance(entry, Numbers):
            found |= _of_studies(config, paper, [entry.study])
        elif isinstance(entry, Chosen):
            of = set_of(config, SCALE, paper, entry.dataset)
            found |= set(candidates_of(config, SCALE, entry.choice, of))
    return found


def _of_studies(config: Config, paper: str, studies: Any) -> set[Run]:
    runs = [run for study in studies for run in runs_of(config, SCALE, paper, study)]
    found = {behind for run in runs for behind in runs_behind(config, SCALE, run)}
    for study in (studies_of(config, paper, SCALE)[name] for name in studies):
        if study.get("image_measures"):
            for dataset, variant in product(study["datasets"], variants_of(config, study)):
                of = set_of(config, SCALE, paper, dataset)
                found |= runs_behind_images(config, SCALE, of, variant)
    return found
