"""What made an artefact: commit, versions and inputs, kept inside the artefact itself."""

import json
import platform
import subprocess
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

from latent_assays import __version__

__all__ = [
    "dataset_sentence",
    "describe",
    "from_arrays",
    "origin_of",
    "run_sentences",
    "to_array",
]

LIBRARIES = ("numpy", "torch", "scipy", "scikit-learn", "h5py", "matplotlib", "pandas")


def describe(**inputs: Any) -> dict[str, Any]:
    """Commit and versions of this process, and the given inputs.

    Args:
        inputs: JSON-able facts by name, such as the dataset's attributes and the settings.

    Returns:
        `commit` (git's, with `-dirty` where tracked files differ, None outside a checkout),
        `versions` by name, and the inputs.
    """
    return {"commit": _commit(), "versions": _versions(), **inputs}


def _versions() -> dict[str, str]:
    versions = {"latent-assays": __version__, "python": platform.python_version()}
    for library in LIBRARIES:
        try:
            versions[library] = metadata.version(library)
        except metadata.PackageNotFoundError:
            continue
    return versions


def _commit() -> str | None:
    command = ["git", "describe", "--always", "--dirty", "--abbrev=12", "--exclude", "*"]
    try:
        answer = subprocess.run(
            command, cwd=Path(__file__).parent, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return answer.stdout.strip()


def to_array(provenance: Mapping[str, Any]) -> Any:
    """Provenance as a string array, to lie in an npz beside the numbers."""
    import numpy as np

    return np.array(json.dumps(provenance, ensure_ascii=False))


def from_arrays(members: Mapping[str, Any]) -> dict[str, Any]:
    """The provenance beside the numbers of an npz or a JSON; empty where there is none."""
    made = members.get("provenance", {})
    return made if isinstance(made, dict) else json.loads(str(made))


def origin_of(coded: Mapping[str, Any]) -> dict[str, Any]:
    """Of the provenance of codes what measures hand on: `run`, and `on` if measured elsewhere."""
    made = from_arrays(coded)
    return {key: made[key] for key in ("run", "on") if key in made}


def dataset_sentence(attributes: Mapping[str, Any]) -> str:
    """Where the images of a set come from and which they are, in words."""
    source = attributes["source"]
    return f"{source[:1].upper()}{source[1:]}: {attributes['selection']}."


def run_sentences(run: Mapping[str, Any]) -> tuple[str, str]:
    """What a run was trained on, and how, in words."""
    dataset = run["dataset"]
    variant = "" if dataset["variant"] == "original" else f"/{dataset['variant']}"
    return dataset_sentence(dataset), (
        f"{run['model']} on {dataset['title']}{variant}, seed {run['seed']},"
        f" {run['settings']['steps']:,} steps."
    )
