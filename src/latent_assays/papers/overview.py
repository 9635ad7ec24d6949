"""A room's figures and tables as a Markdown table: path, what it shows, and what it trains."""

from typing import Any

from latent_assays.config.names import Config
from latent_assays.config.studies import runs_behind, runs_behind_images, runs_of, studies_of
from latent_assays.papers.catalogue import Figure, Images, figures_of, paper_of, rooms, run_of
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
            _of_inputs(config, paper, figure, dataset),
        )
        for name, (figure, dataset) in figures_of(config, paper).items()
    ]
    rows += [
        (
            f"`tables/{paper}/{table.name}.csv`",
            f"{table.label}: {table.shows}",
            _of_studies(config, paper, table.studies),
        )
        for table in entries.tables
    ]
    if (rooms()[paper] / "claims.yaml").is_file():
        every = _of_studies(config, paper, studies_of(config, paper))
        rows.append((f"`claims/{paper}.csv`", "which of its sentences the numbers support", every))
    lines = [HEAD, ("---",) * len(HEAD), *((path, shows, len(runs)) for path, shows, runs in rows)]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines) + "\n"


def _of_inputs(config: Config, paper: str, figure: Figure, dataset: str) -> set[Run]:
    found: set[Run] = set()
    for entry in figure.inputs.values():
        if isinstance(entry, Images):
            of = entry.dataset.format(dataset=dataset)
            found |= runs_behind_images(config, SCALE, of, entry.variant)
        else:
            found |= runs_behind(config, SCALE, run_of(config, paper, entry, dataset))
    return found


def _of_studies(config: Config, paper: str, studies: Any) -> set[Run]:
    runs = [run for study in studies for run in runs_of(config, SCALE, paper, study)]
    return {behind for run in runs for behind in runs_behind(config, SCALE, run)}
