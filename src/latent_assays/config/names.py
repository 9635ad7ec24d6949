"""What the configuration names: datasets, models and variants, with their sweeps written out."""

import difflib
import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from latent_assays.errors import UserError

__all__ = [
    "ORIGINAL",
    "Config",
    "dataset_names",
    "find",
    "kind_of_dataset",
    "model_names",
    "names_under",
    "unknown",
    "variant_names",
    "written_out",
]

Config = Mapping[str, Any]

ORIGINAL = "original"


def unknown(kind: str, name: str, known: Sequence[str]) -> str:
    """The sentence for a name that does not exist: the nearest one, and all that do."""
    guess = difflib.get_close_matches(name, known, 1)
    hint = f", did you mean {guess[0]!r}?" if guess else ""
    return f"{name!r} is not a {kind}{hint}; there are {', '.join(known)}"


def dataset_names(config: Config) -> list[str]:
    """Names of all datasets: the papers', selections of them, and those of the user's own."""
    from latent_assays.datasets.specs import SPECS

    alike = [
        name
        for scale in config["scales"].values()
        for name, settings in scale["datasets"].items()
        if "like" in settings
    ]
    return list(dict.fromkeys([*SPECS, *alike, *config["datasets"]]))


def kind_of_dataset(config: Config, dataset: str) -> str:
    """The papers' dataset that a selection is `like`; of any other dataset its own name."""
    for scale in config["scales"].values():
        if "like" in (settings := scale["datasets"].get(dataset, {})):
            return settings["like"]
    return dataset


def model_names(config: Config) -> list[str]:
    """Names of all models."""
    return names_under(config, "models")


def variant_names(config: Config) -> list[str]:
    """Names of all variants, `original` first."""
    return [ORIGINAL, *names_under(config, "variants")]


def names_under(config: Config, kind: str, template: str | None = None) -> list[str]:
    """Names of all `models` or `variants`, or of those that one key stands for."""
    return [
        name
        for key, settings in config[kind].items()
        if template in (None, key)
        for name, _ in written_out(key, settings)
    ]


def find(config: Config, kind: str, name: str) -> tuple[str, dict[str, Any]]:
    """The key of `models` or `variants` that a name comes from, and its values of the sweep.

    Raises:
        UserError: there is no such name; the sentence lists those that exist.
    """
    for template, settings in config[kind].items():
        if name == template and "sweep" not in settings:
            return template, {}
        if not name.startswith(template.partition("{")[0]):
            continue
        for found, swept in written_out(template, settings):
            if found == name:
                return template, swept
    raise UserError(unknown(kind.removesuffix("s"), name, names_under(config, kind)))


def written_out(template: str, settings: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """(name, swept values) of every combination that a key with `{fields}` stands for."""
    sweep = settings.get("sweep", {})
    for values in itertools.product(*sweep.values()):
        swept = dict(zip(sweep, values, strict=True))
        yield template.format(**swept), swept
