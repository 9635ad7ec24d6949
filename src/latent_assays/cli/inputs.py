"""Inputs of figures and tables: files by name, and what they say of where they come from."""

import inspect
import json
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from latent_assays import provenance
from latent_assays.errors import UserError
from latent_assays.store import ImageSet, read_arrays, read_image_set, read_json

__all__ = ["check_names", "read_inputs", "read_settings", "read_table", "room_module", "sources_of"]


def read_table(path: Path) -> Any:
    """Read a CSV as a data frame; only empty cells are missing values.

    Raises:
        UserError: the file is missing or is not CSV.
    """
    import pandas as pd

    if not path.is_file():
        raise UserError(f"{path} does not exist")
    try:
        return pd.read_csv(path, keep_default_na=False, na_values=[""])
    except ValueError as error:
        raise UserError(f"{path} cannot be read as CSV ({error}): delete it and rerun") from None


CONTACT_SHEET = "datasets/contact_sheet"
OFFERED = {
    "figure": "draw",
    "table": "build",
    "measure": "measure",
    "image_measure": "measure",
}
READERS = {
    ".npz": read_arrays,
    ".h5": read_image_set,
    ".csv": read_table,
    ".json": read_json,
}


def _named_pairs(pairs: list[str]) -> dict[str, Path]:
    """Files by name, of NAME=FILE pairs.

    Raises:
        UserError: a pair is not NAME=FILE, or a name is given twice.
    """
    named: dict[str, Path] = {}
    for pair in pairs:
        name, equals, path = pair.partition("=")
        if not equals:
            raise UserError(f"--input {pair}: give NAME=FILE")
        if name in named:
            raise UserError(f"--input {pair}: {name} is given twice")
        named[name] = Path(path)
    return named


def read_inputs(pairs: list[str]) -> dict[str, Any]:
    """Read NAME=FILE pairs, each file as its suffix says.

    Raises:
        UserError: a pair is not NAME=FILE, or the file is missing or of an unknown kind.
    """
    read = {}
    for name, path in _named_pairs(pairs).items():
        if path.suffix not in READERS:
            raise UserError(f"--input {name}={path}: give a file in {', '.join(READERS)}")
        read[name] = READERS[path.suffix](path)
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
        UserError: an input without a default is missing, or one is none of the arguments.
    """
    wanted = dict(inspect.signature(function).parameters)
    wanted.pop("sources", None)
    needed = {name for name, one in wanted.items() if one.default is inspect.Parameter.empty}
    if not needed <= set(given) <= set(wanted):
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
            sentences[provenance.dataset_sentence(value.attributes)] = None
        elif isinstance(value, dict) and "choice" in value:
            facts[name] = value["provenance"]
        elif isinstance(value, dict):
            facts[name] = provenance.from_arrays(value)
            if "run" not in facts[name]:
                raise UserError(f"--input {name}: the file has no provenance, so no run made it")
            sentences |= dict.fromkeys(provenance.run_sentences(facts[name]["run"]))
        elif "commit" in value:  # collected numbers; published ones have a source of another kind
            sentences |= dict.fromkeys(value["source"].dropna().unique())
    commit = provenance.describe()["commit"]
    sentences[f"Drawn by commit {commit or 'unknown (no git checkout)'}."] = None
    return list(sentences), facts


def room_module(kind: str, name: str) -> ModuleType:
    """The module of one `figure`, `table`, `measure` or `image_measure` of a paper.

    Args:
        kind: one of these words.
        name: paper and module, such as `responses/fig6`; `datasets/contact_sheet` is a figure of
            no paper.

    Raises:
        UserError: there is no such module.
    """
    paper, _, module = name.partition("/")
    path = f"latent_assays.papers.{paper}.{kind}s.{module}"
    if name == CONTACT_SHEET:
        path = "latent_assays.figures.contact_sheet"
    what = "measure of images" if kind == "image_measure" else kind
    lack = UserError(f"{name!r} is not a {what}: give PAPER/{kind.rpartition('_')[2].upper()}")
    try:
        found = import_module(path)
    except ModuleNotFoundError as error:
        if not path.startswith(error.name or "-"):
            raise
        raise lack from None
    if not hasattr(found, OFFERED[kind]):
        raise lack
    return found
