"""What the report of a scale shows, from catalogues and configuration: for rules, as plain data.

The subcommand gets it as JSON, so that a change of a title, a figure or a study writes the page
anew, and an edit of a catalogue that changes none of them does not.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from latent_assays.config.names import Config
from latent_assays.config.studies import runs_of
from latent_assays.papers.catalogue import (
    Chosen,
    Input,
    Numbers,
    OfRun,
    Table,
    figures_of,
    paper_of,
    rooms,
    run_of,
)
from latent_assays.places import Run, run_folder, run_path

__all__ = ["contents_of", "files_of", "runs_explored"]

ASSAYS = ("matrix", "map")
RUN_FILES = {"model": "model.safetensors", "config": "config.json", "run": "run.json"}


def contents_of(
    config: Config,
    scale: str,
    tables: Collection[str],
    sheets: Mapping[str, tuple[str, str]],
    about_sheets: str,
) -> dict[str, Any]:
    """All that the page shows of a scale.

    Args:
        config: checked, with the user's own files laid over it.
        scale: `mini`, `desk` or `paper`.
        tables: PAPER/TABLE of those that compare something at the scale.
        sheets: (dataset, variant) of each contact sheet, by name.
        about_sheets: what all contact sheets show, reStructuredText.

    Returns:
        `scale`; `papers`, by slug: `title`, `authors`, `arxiv`, `figures`, `tables`, `claims`
        (whether there are any) and `explorers`; `sheets` and `about_sheets`.
    """
    return {
        "scale": scale,
        "papers": {slug: _paper(config, scale, slug, tables) for slug in rooms()},
        "sheets": {name: list(pair) for name, pair in sheets.items()},
        "about_sheets": about_sheets,
    }


def files_of(contents: Mapping[str, Any]) -> list[str]:
    """The files that the page is made of, each once."""
    results = f"results/{contents['scale']}"
    files = [f"{results}/figures/datasets/{name}.png" for name in contents["sheets"]]
    for slug, paper in contents["papers"].items():
        for figure in paper["figures"]:
            files.append(f"{results}/figures/{slug}/{figure['name']}.png")
            files += [f"{results}/collected/{slug}/{study}.csv" for study in figure["studies"]]
        for table in paper["tables"]:
            files += [f"{results}/tables/{slug}/{table['name']}.{kind}" for kind in ("csv", "html")]
            files.append(f"{results}/collected/{table['collected']}.csv")
        if paper["claims"]:
            files += [f"{results}/claims/{slug}.csv", f"{results}/collected/{slug}.csv"]
        for explorer in paper["explorers"]:
            files += explorer["files"].values()
    return list(dict.fromkeys(files))


def runs_explored(config: Config, scale: str) -> list[Run]:
    """The runs whose network the page holds."""
    return [run for slug in rooms() for run in _explored(config, scale, slug)]


def _paper(config: Config, scale: str, slug: str, tables: Collection[str]) -> dict[str, Any]:
    paper = paper_of(slug)
    return {
        "title": paper.title,
        "authors": paper.authors,
        "arxiv": paper.arxiv,
        "figures": [
            {
                "name": name,
                "label": f"{figure.label}, {dataset}" if dataset else figure.label,
                "shows": figure.shows,
                "caption": figure.module or figure.name,
                "studies": _studies(figure.inputs.values()),
                "choices": _choices(figure.inputs.values()),
            }
            for name, (figure, dataset) in figures_of(config, slug).items()
        ],
        "tables": [_table(slug, one) for one in paper.tables if f"{slug}/{one.name}" in tables],
        "claims": (rooms()[slug] / "claims.yaml").is_file(),
        "explorers": [
            _explorer(config, scale, slug, run) for run in _explored(config, scale, slug)
        ],
    }


def _table(slug: str, table: Table) -> dict[str, Any]:
    alone = table.studies if len(table.studies) == 1 else ()
    return {
        "name": table.name,
        "label": table.label,
        "shows": table.shows,
        "caption": table.name,
        "studies": [*table.studies, *_studies(table.inputs.values())],
        "collected": "/".join([slug, *alone]),
    }


def _studies(inputs: Collection[Input]) -> list[str]:
    return list(dict.fromkeys(one.study for one in inputs if isinstance(one, Numbers)))


def _choices(inputs: Collection[Input]) -> list[str]:
    return list(dict.fromkeys(one.choice for one in inputs if isinstance(one, Chosen)))


def _explored(config: Config, scale: str, slug: str) -> list[Run]:
    """The explorers' runs that are trained in any case, for a study or a figure."""
    trained = {*runs_of(config, scale, slug)}
    trained |= {run for run, _ in _drawn(config, scale, slug)}
    wanted = [run_of(config, scale, slug, entry) for entry in paper_of(slug).explorers]
    return [run for run in wanted if run in trained]


def _drawn(config: Config, scale: str, slug: str) -> Iterator[tuple[Run, OfRun]]:
    """What figures draw of runs."""
    for figure, dataset in figures_of(config, slug).values():
        for entry in figure.inputs.values():
            if isinstance(entry, OfRun):
                yield run_of(config, scale, slug, entry, dataset), entry


def _explorer(config: Config, scale: str, slug: str, run: Run) -> dict[str, Any]:
    """The files of a run that an explorer is made of; of assays those that a figure draws."""
    folder = run_folder(scale, run)
    drawn = {(one, entry.stage + entry.suffix) for one, entry in _drawn(config, scale, slug)}
    assays = [name for name in ASSAYS if (run, f"responses/{name}.npz") in drawn]
    return {
        "run": list(run),
        "files": {
            **{name: f"{folder}/{file}" for name, file in RUN_FILES.items()},
            "codes": run_path(scale, "codes", run, ".npz"),
            "images": f"results/{scale}/datasets/{run.dataset}/{run.variant}.h5",
            **{name: run_path(scale, f"responses/{name}", run, ".npz") for name in assays},
        },
    }
