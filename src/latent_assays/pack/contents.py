"""Which files go into the pack: those of the runs that the papers' studies compare, and the tables.

Places in the pack are the paths below `results/{scale}`.
"""

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from latent_assays.places import Run, measured_files, run_folder, run_path

__all__ = ["OF_RUN", "PackedRun", "packed_files", "packed_runs", "place_of"]

OF_RUN = ("model.safetensors", "config.json", "run.json")
"""What is packed of a run's folder."""

OF_TABLE = (".csv", ".md", ".tex")


@dataclass
class PackedRun:
    """What is packed of one run.

    Attributes:
        studies: `paper/study` of each that compares it.
        codes: places of its codes: of its own images, then of others that it was scored on.
        numbers: places of the JSON of its measures.
    """

    studies: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)


def packed_runs(papers: Mapping[str, Any], scale: str) -> dict[Run, PackedRun]:
    """The runs of the papers' studies, sorted.

    Args:
        papers: slug -> `plan`, see `places.measured_files`, and more that is not read here.
        scale: `mini`, `desk` or `paper`.
    """
    found: dict[Run, PackedRun] = {}
    for slug, paper in papers.items():
        for name, study in paper["plan"].items():
            for run in _runs_of(study):
                packed = found.setdefault(run, PackedRun())
                _add(packed.studies, f"{slug}/{name}")
                _add(packed.codes, place_of(run_path(scale, "codes", run, ".npz"), scale))
        for columns, path in measured_files(paper["plan"], scale):
            if columns["model"] is not None:
                run = Run(*(columns[key] for key in ("set", "variant", "model", "seed")))
                place = place_of(path, scale)
                _add(found[run].numbers, place)
                if place.startswith("scores/"):
                    _add(found[run].codes, _codes_of(place))
    return dict(sorted(found.items()))


def packed_files(papers: Mapping[str, Any], scale: str) -> dict[str, str]:
    """Place in the pack -> path, of all results that are packed; sorted by place.

    Args:
        papers: slug -> `plan`, see `packed_runs`; `tables`, names; and `claims`, whether it has
            some.
        scale: `mini`, `desk` or `paper`.
    """
    runs = packed_runs(papers, scale)
    places = [
        *(place_of(f"{run_folder(scale, run)}/{name}", scale) for run in runs for name in OF_RUN),
        *(place for packed in runs.values() for place in (*packed.codes, *packed.numbers)),
        *(place for slug, paper in papers.items() for place in _of_paper(slug, paper, scale)),
    ]
    if any(paper["claims"] for paper in papers.values()):
        places.append("claims.csv")
    return {place: f"results/{scale}/{place}" for place in sorted(set(places))}


def place_of(path: str, scale: str) -> str:
    """Where a result of a scale lies in the pack."""
    return path.removeprefix(f"results/{scale}/")


def _runs_of(study: Mapping[str, Any]) -> Iterable[Run]:
    sets, seeds = study["datasets"].values(), range(study["seeds"])
    return map(Run._make, itertools.product(sets, study["variants"], study["models"], seeds))


def _of_paper(slug: str, paper: Mapping[str, Any], scale: str) -> list[str]:
    """Collected numbers, tables, claims, and the numbers of image sets."""
    measured = (path for _, path in measured_files(paper["plan"], scale))
    return [
        *(place_of(path, scale) for path in measured),
        f"collected/{slug}.csv",
        *(f"tables/{slug}/{name}{suffix}" for name in paper["tables"] for suffix in OF_TABLE),
        *([f"claims/{slug}.csv"] if paper["claims"] else []),
    ]


def _codes_of(scores: str) -> str:
    return scores.replace("scores/", "codes/", 1).removesuffix(".json") + ".npz"


def _add(places: list[str], place: str) -> None:
    if place not in places:
        places.append(place)
