"""Where things lie: the papers' rooms, and the scheme of all paths that name a run."""

import itertools
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

__all__ = [
    "OF_IMAGES",
    "ON",
    "OWN",
    "PLACES",
    "RUN",
    "Run",
    "measured_files",
    "rooms",
    "run_folder",
    "run_path",
]

RUN = "{dataset}/{variant}/{model}/seed{seed}"
ON = "/on-{variant}"
"""What follows the run where it was measured on another variant than it was trained on."""

OWN = "measures"
"""The stage of papers' own measures of runs."""

OF_IMAGES = "image_measures"
"""The stage of papers' own measures of image sets."""

PLACES = {
    **dict.fromkeys(
        (
            *("datasets", "references", "runs", "codes"),
            *("scores", "distances", "traversals", "samples"),
        ),
        3,
    ),
    **dict.fromkeys(("responses", "choices"), 4),
    OWN: 5,
    OF_IMAGES: 5,
}
"""Stage -> the place of the dataset in results/SCALE/STAGE/...; for most, variant, model and seed
follow it."""


class Run(NamedTuple):
    """A training: one model on one image set, from one seed."""

    dataset: str
    variant: str
    model: str
    seed: int


@cache
def rooms() -> dict[str, Path]:
    """Folder of every paper, by slug: those of `papers/` that hold a `paper.py`."""
    folder = Path(__file__).parent / "papers"
    return {path.parent.name: path.parent for path in sorted(folder.glob("*/paper.py"))}


def run_folder(scale: str, run: Run) -> str:
    """The folder of a run's weights and records."""
    return run_path(scale, "runs", run, "")


def run_path(scale: str, stage: str, run: Run, suffix: str, on: str | None = None) -> str:
    """The file that a stage makes of one run.

    Args:
        scale: `mini`, `desk` or `paper`.
        stage: with the kind where it has some, such as `responses/map`.
        run: the training.
        suffix: with its dot, or what follows the run's folder.
        on: the variant that it is measured on; None, as the run's own, for its own images.
    """
    elsewhere = ON.format(variant=on) if on not in (None, run.variant) else ""
    return f"results/{scale}/{stage}/{RUN.format(**run._asdict())}{elsewhere}{suffix}"


def measured_files(plan: Mapping[str, Any], scale: str) -> Iterator[tuple[dict[str, Any], str]]:
    """(columns, JSON) of every measure of every run and image set that studies compare.

    Args:
        plan: study -> `datasets` (as the paper names it -> that of the scale), `variants` and
            `models` (name -> swept settings), `seeds` (how many), `on` (variants, None for the
            run's own), `measures` and `image_measures` (stages).
        scale: `mini`, `desk` or `paper`.

    Returns:
        columns are `study`, those of the run, its `dataset` as the paper names it, `set` (that of
        the scale), `on` (the variant it was measured on), and one for each setting that is swept.
        Where an image set was measured, `model` and `seed` are None.
    """
    for name, study in plan.items():
        sets = list(itertools.product(study["datasets"].items(), study["variants"].items()))
        runs = itertools.product(
            sets, study["models"].items(), range(study["seeds"]), study["on"], study["measures"]
        )
        for ((dataset, given), (variant, changed)), (model, swept), seed, on, stage in runs:
            run = Run(given, variant, model, seed)
            place = {**run._asdict(), "dataset": dataset, "set": given, "on": on or variant}
            path = run_path(scale, stage, run, ".json", on)
            yield {"study": name, **place, **changed, **swept}, path
        for ((dataset, given), (variant, changed)), stage in itertools.product(
            sets, study["image_measures"]
        ):
            place = {"dataset": dataset, "set": given, "variant": variant, "on": variant}
            path = f"results/{scale}/{stage}/{given}/{variant}.json"
            yield {"study": name, **place, "model": None, "seed": None, **changed}, path
