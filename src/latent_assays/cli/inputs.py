"""Inputs of figures and tables: files by name, and what they say of where they come from."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from latent_assays import provenance
from latent_assays.errors import UserError
from latent_assays.store import ImageSet, read_arrays, read_image_set

__all__ = ["read_inputs", "run_sentences", "sources_of"]


def _read_table(path: Path) -> Any:
    import pandas as pd

    return pd.read_csv(path, keep_default_na=False, na_values=[""])


READERS = {".npz": read_arrays, ".h5": read_image_set, ".csv": _read_table}


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
        read[name] = READERS[suffix](Path(path))
    return read


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
    return _dataset_sentence(run["dataset"]), (
        f"{run['model']} on {run['dataset']['title']}/{run['dataset']['variant']},"
        f" seed {run['seed']}, {run['settings']['steps']:,} steps."
    )
