"""All trainings of a scale, with the papers that they are for."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from latent_assays.config.names import Config, kind_of_dataset
from latent_assays.config.resolve import dataset_settings, model_settings, set_of
from latent_assays.config.studies import Kind, candidates_of, runs_behind, runs_of
from latent_assays.errors import UserError
from latent_assays.papers.catalogue import Chosen, OfRun, figures_of, run_of
from latent_assays.places import Run

__all__ = ["Training", "count_images", "image_shape", "runs_of_paper", "trainings"]

# Of sets that are no grid and are read from files, which need not be here yet.
IMAGES = {"celeba": 202_599, "rfd": 1_000_000, "mnist": 70_000, "fashion_mnist": 70_000}


@dataclass(frozen=True)
class Training:
    """Trainings that differ in nothing but the seed.

    Attributes:
        kind: dataset, variant and model.
        papers: slugs of those that need it.
        seeds: how many there are.
        settings: flat settings of the model.
        image_shape: (C,H,W).
        images: of the dataset; a variant may leave some out.
        before: what must be trained before it.
    """

    kind: Kind
    papers: tuple[str, ...]
    seeds: int
    settings: Mapping[str, Any]
    image_shape: tuple[int, int, int]
    images: int
    before: frozenset[Kind]


def trainings(config: Config, scale: str) -> list[Training]:
    """All trainings that figures, tables and claims of a scale rest on, by their kinds."""
    needed: dict[Run, list[str]] = {}
    for paper in config["papers"]:
        for run in runs_of_paper(config, scale, paper):
            needed.setdefault(run, []).append(paper)
    by_kind: dict[Kind, dict[Run, list[str]]] = {}
    for run in sorted(needed):
        by_kind.setdefault(Kind(*run[:3]), {})[run] = needed[run]
    found = []
    for kind, runs in by_kind.items():
        behind = {Kind(*other[:3]) for run in runs for other in runs_behind(config, scale, run)}
        found.append(
            Training(
                kind=kind,
                papers=tuple(sorted({paper for papers in runs.values() for paper in papers})),
                seeds=len(runs),
                settings=model_settings(config, scale, kind.dataset, kind.model),
                image_shape=image_shape(config, scale, kind.dataset),
                images=count_images(config, scale, kind.dataset),
                before=frozenset(behind - {kind}),
            )
        )
    return found


def runs_of_paper(config: Config, scale: str, paper: str) -> set[Run]:
    """The runs that a paper compares or shows, and all that must be trained before them."""
    wanted = set(runs_of(config, scale, paper))
    for figure, dataset in figures_of(config, paper).values():
        for entry in figure.inputs.values():
            if isinstance(entry, OfRun):
                wanted.add(run_of(config, scale, paper, entry, dataset))
            elif isinstance(entry, Chosen):
                of = set_of(config, scale, paper, entry.dataset)
                wanted |= set(candidates_of(config, scale, entry.choice, of))
    return {behind for run in wanted for behind in runs_behind(config, scale, run)}


def image_shape(config: Config, scale: str, dataset: str) -> tuple[int, int, int]:
    """(C,H,W) of a dataset's images at a scale.

    Raises:
        UserError: the dataset is one of the user's own, whose file alone says so.
    """
    spec, settings = _facts(config, scale, dataset)
    side = settings.get("resolution", spec.resolution)
    return spec.channels, side, side


def count_images(config: Config, scale: str, dataset: str) -> int:
    """How many images a dataset has at a scale.

    Raises:
        UserError: as `image_shape`.
    """
    from latent_assays.datasets import open_source

    spec, settings = _facts(config, scale, dataset)
    kind = kind_of_dataset(config, dataset)
    if spec.grid:
        keep = settings.get("keep", {})
        sizes = zip(spec.factor_names, spec.factor_sizes, strict=True)
        return math.prod(len(keep[name]) if name in keep else size for name, size in sizes)
    if settings["source"] == "downloaded":
        count = IMAGES[kind]
    else:
        count = len(open_source(kind, "rendered", image_shape(config, scale, dataset)[1], {}))
    return min(count, settings.get("limit", count))


def _facts(config: Config, scale: str, dataset: str) -> tuple[Any, dict[str, Any]]:
    from latent_assays.datasets import spec_of

    settings = dataset_settings(config, scale, dataset)
    if settings["source"] == "own":
        raise UserError(
            f"datasets.{dataset}: a plan knows no sizes of datasets of your own; leave it out of"
            " the papers' studies"
        )
    return spec_of(kind_of_dataset(config, dataset), settings["source"]), settings
