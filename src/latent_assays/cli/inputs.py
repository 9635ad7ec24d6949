"""Inputs of figures and tables: files by name, and what they say of where they come from."""

import inspect
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from latent_assays import provenance
from latent_assays.errors import UserError
from latent_assays.store import ImageSet, read_arrays, read_image_set, read_json

__all__ = ["check_names", "read_inputs", "read_settings", "run_sentences", "sources_of"]


def _read_table(path: Path) -> Any:
    import pandas as pd

    if not path.is_file():
        raise UserError(f"{path} does not exist")
    try:
        return pd.read_csv(path, keep_default_na=False, na_values=[""])
    except ValueError as error:
        raise UserError(f"{path} cannot be read as CSV ({error}): delete it and rerun") from None


READERS = {
    ".npz": read_arrays,
    ".h5": read_image_set,
    ".csv": _read_table,
    ".json": read_json,
}


def read_inputs(pairs: list[str]) -> dict[str, Any]:
    """Read NAME=FILE pairs, each file as its suffix says.

    Raises:
        UserError: a pair is not NAME=FILE, or the file is missing or of an unknown kind.
    """
    read = {}
    for pair in pairs:
        name, equals, path = pair.partition("=")
        suffix = Path(path).suffix
        if not equals or suffix not in READERS:
            raise UserError(f"--input {pair}: give NAME=FILE with a file in {', '.join(READERS)}")
        if name in read:
            raise UserError(f"--input {pair}: {name} is given twice")
        read[name] = READERS[suffix](Path(path))
    return read


def read_settings(text: str) -> dict[str, Any]:
    """The value of `--settings`.

    Raises:
        UserError: it is not JSON.
    """
    try:
        return json.loads(text)
    except ValueError as error:
        raise UserError(f"--settings {text}: not JSON ({error})") from None


def check_names(function: Callable[..., Any], given: Mapping[str, Any]) -> None:
    """Refuse inputs that are not the arguments of a figure or table.

    Raises:
        UserError: an input is missing or is none of them.
    """
    wanted = [name for name in inspect.signature(function).parameters if name != "sources"]
    if set(given) != set(wanted):
        raise UserError(
            f"--input: {', '.join(given) or 'nothing'} was given; give {', '.join(wanted)}"
        )


def sources_of(inputs: Mapping[str, Any]) -> tuple[list[str], dict[str, Any]]:
    """What figures print below themselves, and what they keep in their metadata.

    Args:
        inputs: as `read_inputs` gives them.

    Returns:
        sentences, one for each dataset and each run, and the full provenance by input.
    """
    facts: dict[str, Any] = {}
    sentences: dict[str, None] = {}
    for name, value in inputs.items():
        if isinstance(value, ImageSet):
            facts[name] = json.loads(value.attributes["provenance"])
            sentences[_dataset_sentence(value.attributes)] = None
        elif isinstance(value, dict):
            facts[name] = provenance.from_arrays(value)
            if "run" not in facts[name]:
                raise UserError(f"--input {name}: the file has no provenance, so no run made it")
            sentences |= dict.fromkeys(run_sentences(facts[name]["run"]))
        elif "source" in value:
            sentences |= dict.fromkeys(value["source"].dropna().unique())
    commit = provenance.describe()["commit"]
    sentences[f"Drawn by commit {commit or 'unknown (no git checkout)'}."] = None
    return list(sentences), facts


def _dataset_sentence(attributes: Mapping[str, Any]) -> str:
    source = attributes["source"]
    return f"{source[:1].upper()}{source[1:]}: {attributes['selection']}."


def run_sentences(run: Mapping[str, Any]) -> tuple[str, str]:
    """What a run was trained on, and how, in words."""
    dataset = run["dataset"]
    variant = "" if dataset["variant"] == "original" else f"/{dataset['variant']}"
    return _dataset_sentence(dataset), (
        f"{run['model']} on {dataset['title']}{variant}, seed {run['seed']},"
        f" {run['settings']['steps']:,} steps."
    )
