"""What made an artefact: commit, versions and inputs, kept inside the artefact itself."""

import json
import platform
import subprocess
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

from latent_assays import __version__

__all__ = ["describe", "from_arrays", "to_array"]

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
