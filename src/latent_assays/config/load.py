"""The configuration and its schema, read from the project's files as the Snakefile reads them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from latent_assays.places import rooms
from latent_assays.store import read_yaml

__all__ = ["load_config", "load_schema", "read_yaml"]


def load_config(root: str | Path) -> dict[str, Any]:
    """`config.yaml` of a project with the configurations of all rooms laid over it.

    Args:
        root: folder of the Snakefile.
    """
    config = read_yaml(Path(root) / "config.yaml")
    for room in rooms().values():
        _lay_over(config, read_yaml(room / "config.yaml"))
    return config


def load_schema(root: str | Path) -> dict[str, Any]:
    """The JSON schema of a project's configuration."""
    return read_yaml(Path(root) / "rules/schemas/config.schema.yaml")


def _lay_over(config: dict[str, Any], other: Mapping[str, Any]) -> None:
    """As Snakemake merges config files: mappings deeply, anything else replaced."""
    for key, value in other.items():
        if isinstance(value, Mapping) and isinstance(config.get(key), dict):
            _lay_over(config[key], value)
        else:
            config[key] = value
