"""What the configuration's layers come to for one scale, dataset, variant and model.

Settings of a model come from these places, the later ones first: `scales.SCALE.models.NAME`'s
`by_dataset`, the same without it, `models.NAME`'s `by_dataset`, its sweep, `models.NAME`, and the
model that it `begins` from. A name with {fields} is a sweep and stands for one model for each
combination of its values; so it is with variants. What is said of a dataset holds for those that
are `like` it too.
"""

from collections.abc import Mapping
from typing import Any

from latent_assays.config.names import (
    ORIGINAL,
    Config,
    find,
    kind_of_dataset,
    unknown,
    written_out,
)
from latent_assays.errors import UserError
from latent_assays.models import ignored_settings
from latent_assays.models.registry import NEEDS

__all__ = [
    "DEFAULTS",
    "assay_settings",
    "choice_settings",
    "dataset_settings",
    "ignored_faults",
    "image_sets",
    "missing_settings",
    "model_settings",
    "set_of",
    "variant_settings",
]

DEFAULTS = {
    "width": 1.0,
    "kl": "exact",
    "warmup": 0,
    "reconstruction_weight": 1.0,
    "precision": "float32",
}
OF_LAYERS = ("sweep", "by_dataset", "base")


def dataset_settings(config: Config, scale: str, dataset: str) -> dict[str, Any]:
    """Where the images of one dataset come from at one scale, and which of them are used.

    Raises:
        UserError: the scale does not say.
    """
    if dataset in config["datasets"]:
        return {"source": "own", **config["datasets"][dataset]}
    if dataset not in config["scales"][scale]["datasets"]:
        known = ", ".join([*config["scales"][scale]["datasets"], *config["datasets"]])
        raise UserError(f"scales.{scale}.datasets: {dataset} is missing; there are {known}")
    return dict(config["scales"][scale]["datasets"][dataset])


def set_of(config: Config, scale: str, paper: str, dataset: str) -> str:
    """The dataset that a paper takes at a scale for the one that it names."""
    return config["scales"][scale].get("sets", {}).get(paper, {}).get(dataset, dataset)


def model_settings(config: Config, scale: str, dataset: str, model: str) -> dict[str, Any]:
    """The flat settings of one model on one dataset at one scale.

    Where network or objective are swept, inherited or replaced in part, the others' settings are
    left out: one model serves several then, and gives the settings of all.

    Raises:
        UserError: there is no such model; the sentence lists those that exist.
    """
    template, swept = find(config, "models", model)
    own = config["models"][template]
    scaled = config["scales"][scale].get("models", {}).get(template, {})
    layers = [
        own,
        swept,
        _of_dataset(config, own.get("by_dataset", {}), dataset),
        scaled,
        _of_dataset(config, scaled.get("by_dataset", {}), dataset),
    ]
    merged = {key: value for layer in layers for key, value in layer.items()}
    begun: dict[str, Any] = {}
    if "begins" in merged:
        base = merged["begins"]["model"].format(**swept)
        merged["begins"] = {**merged["begins"], "model": base}
        begun = model_settings(config, scale, dataset, base)
        begun.pop("begins", None)
    merged = {**DEFAULTS, **begun, **merged}
    chosen = [layer for layer in (begun, *layers) if {"network", "objective"} & layer.keys()]
    serves_several = len(chosen) > 1 or {"network", "objective"} & swept.keys()
    left_out = {*OF_LAYERS, *(ignored_settings(merged) if serves_several else ())}
    return {key: value for key, value in merged.items() if key not in left_out}


def missing_settings(config: Config, scale: str, dataset: str, model: str) -> list[str]:
    """The settings that a model needs and lacks on one dataset at one scale."""
    settings = model_settings(config, scale, dataset, model)
    parts = settings.get("network"), settings.get("objective")
    needs = [key for part in parts for key in NEEDS.get(part, [])]
    wanted = ["network", "objective", "latents", "learning_rate", "batch", "steps", *needs]
    return [key for key in wanted if key not in settings]


def ignored_faults(config: Config, scale: str, dataset: str, model: str) -> list[str]:
    """Sentences about settings that mean nothing to a model's network and objective."""
    settings = model_settings(config, scale, dataset, model)
    ignored = {} if "begins" in settings else ignored_settings(settings)
    return [
        f"{model} on {dataset} at scale {scale}: {key} means nothing to it, only to"
        f" {', '.join(readers)}; leave it out"
        for key, readers in ignored.items()
    ]


def variant_settings(config: Config, scale: str, dataset: str, variant: str) -> dict[str, Any]:
    """The settings of one variant of one dataset at one scale.

    Raises:
        UserError: there is no such variant, or it needs an epsilon and has none for the dataset.
    """
    template, swept = find(config, "variants", variant)
    scaled = config["scales"][scale].get("variants", {}).get(template, {})
    settings = {**config["variants"][template], **scaled, **swept}
    settings.pop("sweep", None)
    if isinstance(epsilon := settings.get("epsilon"), Mapping):
        kind = kind_of_dataset(config, dataset)
        if not {dataset, kind} & epsilon.keys():
            known = ", ".join(epsilon)
            raise UserError(f"variants.{variant}.epsilon: {dataset} has none; {known} have")
        settings["epsilon"] = epsilon.get(dataset, epsilon.get(kind))
    return settings


def choice_settings(config: Config, scale: str, choice: str) -> dict[str, Any]:
    """The settings of one choice at one scale.

    Raises:
        UserError: there is no such choice.
    """
    if choice not in config["choices"]:
        raise UserError(unknown("choice", choice, list(config["choices"])))
    scaled = config["scales"][scale].get("choices", {}).get(choice, {})
    return {**config["choices"][choice], **scaled}


def assay_settings(config: Config, scale: str, dataset: str) -> dict[str, Any]:
    """The settings of the latent-response assays on one dataset at one scale."""
    own = config["responses"]
    scaled = config["scales"][scale].get("responses", {})
    of_dataset = _of_dataset(config, own.get("by_dataset", {}), dataset)
    settings = {key: value for key, value in own.items() if key != "by_dataset"}
    for layer in (scaled, of_dataset):
        for key, value in layer.items():
            is_block = isinstance(value, Mapping)
            settings[key] = {**settings[key], **value} if is_block else value
    return settings


def image_sets(config: Config, scale: str) -> list[tuple[str, str]]:
    """(dataset, variant) of every set of images, not of vectors, that a scale can make.

    A variant is of the datasets that it has an epsilon for, or that it names.
    """
    from latent_assays.datasets.specs import SPECS

    datasets = [*config["scales"][scale]["datasets"], *config["datasets"]]
    kinds = {name: kind_of_dataset(config, name) for name in datasets}
    datasets = [d for d in datasets if kinds[d] not in SPECS or SPECS[kinds[d]].resolution > 1]
    sets = [(dataset, ORIGINAL) for dataset in datasets]
    for template, settings in config["variants"].items():
        named = settings.get("datasets", [])
        of = named or settings.get("epsilon", {})
        for variant, _ in written_out(template, settings):
            sets += [(d, variant) for d in datasets if d in of or kinds[d] in of]
    return sets


def _of_dataset(
    config: Config, by_dataset: Mapping[str, Mapping[str, Any]], dataset: str
) -> dict[str, Any]:
    """What holds for a dataset: what is said of the one it is like, then of itself."""
    kind = kind_of_dataset(config, dataset)
    return {**by_dataset.get(kind, {}), **by_dataset.get(dataset, {})}
