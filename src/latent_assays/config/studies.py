"""Which runs the papers' studies compare, what measures them, and what all that trains.

A study is a product of datasets, variants, models and seeds, and the measures that its runs get.
"""

import itertools
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from latent_assays.config.names import ORIGINAL, Config, find, names_under
from latent_assays.config.resolve import (
    choice_settings,
    image_sets,
    model_settings,
    set_of,
    variant_settings,
)
from latent_assays.errors import UserError
from latent_assays.places import OF_IMAGES, OWN, Run

__all__ = [
    "Kind",
    "candidate_kinds",
    "candidates_of",
    "collected_plan",
    "image_measures_of",
    "measures_of",
    "models_of",
    "parts_of",
    "runs_behind",
    "runs_behind_images",
    "runs_of",
    "scores_of",
    "sets_used",
    "studies_of",
    "trained",
    "variants_of",
]


class Kind(NamedTuple):
    """What a training is but for its seed."""

    dataset: str
    variant: str
    model: str


def studies_of(
    config: Config, paper: str, scale: str | None = None
) -> Mapping[str, Mapping[str, Any]]:
    """The studies of a paper, by name; at a scale with what it replaces of them."""
    studies = config["papers"][paper].get("studies", {})
    if scale is None:
        return studies
    replaced = config["scales"][scale].get("studies", {}).get(paper, {})
    return {name: {**study, **replaced.get(name, {})} for name, study in studies.items()}


def models_of(config: Config, study: Mapping[str, Any]) -> list[str]:
    """The models that a study compares, each once, with its sweeps written out."""
    return _named(config, "models", study["models"])


def variants_of(config: Config, study: Mapping[str, Any]) -> list[str]:
    """The variants that a study trains on, each once, with its sweeps written out."""
    return _named(config, "variants", study.get("variants", [ORIGINAL]))


def measures_of(paper: str, study: Mapping[str, Any]) -> list[str]:
    """The stages that measure a study's runs; a paper's own measure is named without a slash."""
    shared = ("scores", "distances")
    return [
        name if "/" in name or name in shared else f"{OWN}/{paper}/{name}"
        for name in study["measures"]
    ]


def image_measures_of(paper: str, study: Mapping[str, Any]) -> list[str]:
    """The stages that measure a study's image sets themselves."""
    return [f"{OF_IMAGES}/{paper}/{name}" for name in study.get("image_measures", [])]


def runs_of(config: Config, scale: str, paper: str, study: str | None = None) -> list[Run]:
    """The runs of one study of a paper at a scale, or of all of them; each once."""
    studies = studies_of(config, paper, scale)
    runs = [
        Run(*kind, seed)
        for name in (studies if study is None else [study])
        for kind in _kinds(config, scale, paper, studies[name])
        for seed in range(_seeds(config, scale, paper, name))
    ]
    return list(dict.fromkeys(runs))


def candidates_of(config: Config, scale: str, choice: str, dataset: str) -> list[Run]:
    """The runs among which a choice chooses, on one dataset."""
    settings = choice_settings(config, scale, choice)
    models = _named(config, "models", settings["models"])
    return [
        Run(dataset, settings["variant"], model, seed)
        for model in models
        for seed in range(settings["seeds"])
    ]


def candidate_kinds(config: Config, scale: str) -> set[Kind]:
    """All that some choice of a scale chooses among."""
    return {
        Kind(*run[:3])
        for choice, _, dataset in _choices(config, scale, image_sets(config, scale))
        for run in candidates_of(config, scale, choice, dataset)
    }


def collected_plan(config: Config, scale: str, paper: str) -> dict[str, Any]:
    """What `collected` reads, see `places.measured_files`.

    Returns:
        study -> `datasets` (as the paper names it -> that of the scale), `seeds`, `measures`,
        `image_measures`, `on`, and `variants` and `models` as name -> swept settings.
    """
    plan = {}
    for name, study in studies_of(config, paper, scale).items():
        plan[name] = {
            "datasets": {d: set_of(config, scale, paper, d) for d in study["datasets"]},
            "variants": _swept(config, "variants", variants_of(config, study)),
            "models": _swept(config, "models", models_of(config, study)),
            "seeds": _seeds(config, scale, paper, name),
            "on": study.get("on", [None]),
            "measures": measures_of(paper, study),
            "image_measures": image_measures_of(paper, study),
        }
    return plan


def trained(config: Config, scale: str) -> list[Kind]:
    """All that a scale trains for studies, choices and `shown`, and what that begins from."""
    kinds = [
        kind
        for paper in config["papers"]
        for study in studies_of(config, paper, scale).values()
        for kind in _kinds(config, scale, paper, study)
    ]
    kinds += [
        Kind(set_of(config, scale, paper, dataset), ORIGINAL, model)
        for paper, settings in config["papers"].items()
        for dataset, model in settings.get("shown", {}).items()
    ]
    kinds += [
        Kind(*run[:3])
        for choice, _, dataset in _choices(config, scale, _compared(config, scale))
        for run in candidates_of(config, scale, choice, dataset)
    ]
    begun = [base for kind in kinds for base in _begun(config, scale, kind)]
    return list(dict.fromkeys([*kinds, *begun]))


def sets_used(config: Config, scale: str) -> list[tuple[str, str]]:
    """(dataset, variant) of every set that a study of a scale compares or a run is trained on.

    The originals of what is compared are among them, and those of the user's own datasets.
    """
    compared = [*_compared(config, scale), *(kind[:2] for kind in trained(config, scale))]
    named = [(dataset, ORIGINAL) for dataset in [*dict(compared), *config["datasets"]]]
    return list(dict.fromkeys([*named, *compared]))


def parts_of(config: Config, scale: str) -> dict[Kind, str]:
    """Which part of its images each run is trained on, `train` or `all`.

    A second phase says so itself; what it begins from is trained as its own study says.

    Raises:
        UserError: two studies or choices want one run trained on different parts.
    """
    parts: dict[Kind, str] = {}
    said: dict[Kind, str] = {}
    for where, kind, part in _asked(config, scale):
        if parts.setdefault(kind, part) != part:
            raise UserError(
                f"{where}.trained_on: {part!r}, and {said[kind]}.trained_on: {parts[kind]!r}, but"
                f" {kind.model} on {kind.dataset}/{kind.variant} is one run: give them the same"
            )
        said.setdefault(kind, where)
    return parts


def scores_of(config: Config, scale: str) -> dict[tuple[Kind, str | None], list[str]]:
    """The scores that each run gets, on its own images (None) or another variant's.

    They are those of the studies that compare it and of the choices that choose among it.
    """
    wanted: dict[tuple[Kind, str | None], list[str]] = {}
    for paper in config["papers"]:
        for study in studies_of(config, paper, scale).values():
            kinds = _kinds(config, scale, paper, study)
            for kind, on in itertools.product(kinds, study.get("on", [None])):
                elsewhere = None if on == kind.variant else on
                wanted.setdefault((kind, elsewhere), []).extend(study.get("scores", []))
    for choice, settings, dataset in _choices(config, scale, image_sets(config, scale)):
        if settings["measure"] == "scores":
            names = [settings["number"], *settings.get("at_least", {})]
            for run in candidates_of(config, scale, choice, dataset):
                wanted.setdefault((Kind(*run[:3]), None), []).extend(names)
    return {key: list(dict.fromkeys(names)) for key, names in wanted.items()}


def runs_behind(config: Config, scale: str, run: Run) -> set[Run]:
    """A run and all that must be trained before it: first phases, and runs that choose."""
    found = {run}
    for base in _begun(config, scale, Kind(*run[:3])):
        found |= runs_behind(config, scale, Run(*base, run.seed))
    return found | runs_behind_images(config, scale, run.dataset, run.variant)


def runs_behind_images(config: Config, scale: str, dataset: str, variant: str) -> set[Run]:
    """The runs that must be trained before a variant can be made."""
    if variant == ORIGINAL:
        return set()
    choice = variant_settings(config, scale, dataset, variant).get("choice")
    runs = candidates_of(config, scale, choice, dataset) if choice else []
    return {behind for run in runs for behind in runs_behind(config, scale, run)}


def _named(config: Config, kind: str, entries: list[str]) -> list[str]:
    expanded = (
        names_under(config, kind, entry) if entry in config[kind] else [entry] for entry in entries
    )
    return list(dict.fromkeys(name for names in expanded for name in names))


def _kinds(config: Config, scale: str, paper: str, study: Mapping[str, Any]) -> list[Kind]:
    datasets = [set_of(config, scale, paper, dataset) for dataset in study["datasets"]]
    variants, models = variants_of(config, study), models_of(config, study)
    return [Kind(*parts) for parts in itertools.product(datasets, variants, models)]


def _seeds(config: Config, scale: str, paper: str, study: str) -> int:
    return config["scales"][scale]["seeds"][paper][study]


def _swept(config: Config, kind: str, names: list[str]) -> dict[str, dict[str, Any]]:
    return {name: {} if name == ORIGINAL else find(config, kind, name)[1] for name in names}


def _compared(config: Config, scale: str) -> list[tuple[str, str]]:
    """(dataset, variant) of every image set that a study trains on or measures on."""
    found = [
        (set_of(config, scale, paper, dataset), variant)
        for paper in config["papers"]
        for study in studies_of(config, paper, scale).values()
        for dataset in study["datasets"]
        for variant in (*variants_of(config, study), *filter(None, study.get("on", [])))
    ]
    return list(dict.fromkeys(found))


def _choices(
    config: Config, scale: str, sets: list[tuple[str, str]]
) -> Iterator[tuple[str, Mapping[str, Any], str]]:
    """(choice, settings, dataset) of every choice that one of the image sets rests on."""
    for dataset, variant in sets:
        if variant != ORIGINAL:
            choice = variant_settings(config, scale, dataset, variant).get("choice")
            if choice:
                yield choice, choice_settings(config, scale, choice), dataset


def _asked(config: Config, scale: str) -> Iterator[tuple[str, Kind, str]]:
    """(key of the configuration, run, part it is trained on) of all that is asked for."""
    for paper in config["papers"]:
        for name, study in studies_of(config, paper, scale).items():
            for kind in _kinds(config, scale, paper, study):
                yield f"papers.{paper}.studies.{name}", kind, study.get("trained_on", "train")
    for choice, settings, dataset in _choices(config, scale, image_sets(config, scale)):
        for run in candidates_of(config, scale, choice, dataset):
            yield f"choices.{choice}", Kind(*run[:3]), settings.get("trained_on", "train")


def _begun(config: Config, scale: str, kind: Kind) -> Iterator[Kind]:
    """What a second phase begins from, if the run is one."""
    begins = model_settings(config, scale, kind.dataset, kind.model).get("begins")
    if begins:
        base = Kind(kind.dataset, begins.get("variant", kind.variant), begins["model"])
        yield base
        yield from _begun(config, scale, base)
