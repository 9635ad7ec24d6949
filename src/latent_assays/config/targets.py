"""Whether the names in a target's path exist, said before Snakemake looks for a rule."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from latent_assays.config.names import (
    Config,
    dataset_names,
    model_names,
    unknown,
    variant_names,
)
from latent_assays.config.resolve import ignored_faults, missing_settings
from latent_assays.errors import UserError
from latent_assays.places import PLACES

__all__ = ["check_targets"]

OF_VARIANTS = ("datasets", "references")  # of these the variant is the file's name
OF_CHOICES = ("choices",)  # of these the dataset is the file's name


def check_targets(config: Config, targets: Iterable[str]) -> None:
    """Check scale, dataset, variant and model of every argument that is a path of a result.

    Raises:
        UserError: a name does not exist, or a model lacks a setting for the dataset.
    """
    for target in targets:
        parts = str(target).split("/")
        if parts[0] == "results" and len(parts) > 3 and parts[1] != "downloads":
            for fault in _faults(config, parts):
                raise UserError(f"target {target}: {fault}")


def _faults(config: Config, parts: list[str]) -> Iterator[str]:
    scale, stage = parts[1:3]
    if scale not in config["scales"]:
        yield unknown("scale", scale, list(config["scales"]))
    if stage not in PLACES:
        return
    named = parts[PLACES[stage] :]
    kinds = {
        "dataset": dataset_names(config),
        "variant": variant_names(config),
        "model": model_names(config),
    }
    for (kind, known), part in zip(kinds.items(), named, strict=False):
        is_file = stage in (*OF_VARIANTS, *OF_CHOICES)
        name = Path(part).stem if is_file else part
        if name not in known:
            yield unknown(kind, name, known)
    if stage not in OF_VARIANTS and len(named) > 2:
        dataset, _, model = named[:3]
        for key in missing_settings(config, scale, dataset, model):
            yield f"{model} on {dataset} at scale {scale} has no {key!r}"
        yield from ignored_faults(config, scale, dataset, model)
