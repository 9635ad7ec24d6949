"""The configuration and its schema, read from the project's files as the Snakefile reads them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from latent_assays.errors import UserError
from latent_assays.places import rooms

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


def read_yaml(path: str | Path) -> dict[str, Any]:
    """A file of the configuration.

    Raises:
        UserError: it is not YAML, or a key is there twice in one mapping; with file and line.
    """
    import yaml

    class Strict(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
        """YAML in which a key that stands twice is a fault, and not the last one's victory."""

    def mapping(loader: Any, node: Any) -> dict[Any, Any]:
        seen: dict[Any, int] = {}
        for key, _ in node.value:
            line = key.start_mark.line + 1
            if key.tag != "tag:yaml.org,2002:merge" and key.value in seen:
                raise UserError(
                    f"{path}, line {line}: {key.value!r} stands in line {seen[key.value]} already:"
                    " merge the two"
                )
            seen[key.value] = line
        loader.flatten_mapping(node)
        return loader.construct_mapping(node, deep=True)

    Strict.add_constructor("tag:yaml.org,2002:map", mapping)
    try:
        return yaml.load(Path(path).read_text(encoding="utf-8"), Strict) or {}
    except yaml.YAMLError as error:
        at = getattr(error, "problem_mark", None)
        line = f", line {at.line + 1}" if at else ""
        raise UserError(f"{path}{line}: not YAML ({getattr(error, 'problem', error)})") from None


def _lay_over(config: dict[str, Any], other: Mapping[str, Any]) -> None:
    """As Snakemake merges config files: mappings deeply, anything else replaced."""
    for key, value in other.items():
        if isinstance(value, Mapping) and isinstance(config.get(key), dict):
            _lay_over(config[key], value)
        else:
            config[key] = value
