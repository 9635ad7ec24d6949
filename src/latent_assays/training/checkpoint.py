"""Checkpoints: one safetensors file that holds all a training needs to go on as if never stopped.

The random numbers of a step are drawn from (seed, step) alone, so the step is their whole state.
The last one holds the network's weights and what came of the training, and is taken as it is.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from latent_assays.store import atomic_path, checksum
from latent_assays.training.adam import Adam
from latent_assays.training.progress import say

__all__ = [
    "CHECKPOINT",
    "digest",
    "fingerprint",
    "read_checkpoint",
    "sweep_partials",
    "write_checkpoint",
]

CHECKPOINT = "checkpoint.safetensors"


def write_checkpoint(
    directory: Path,
    identity: Mapping[str, Any],
    parts: Mapping[str, nn.Module | Adam],
    progress: Mapping[str, Any],
) -> None:
    """Replace the directory's checkpoint, whole or not at all.

    Args:
        directory: of the run.
        identity: what makes this training the one it is; a checkpoint is only resumed by its like.
        parts: networks and optimisers by name.
        progress: what else the training has to know when it goes on, in JSON's types.

    Raises:
        UserError: it cannot be written, for instance because the disk is full.
    """
    from safetensors.torch import save

    tensors = {
        f"{name}.{key}": value.detach().cpu().clone(memory_format=torch.contiguous_format)
        for name, part in parts.items()
        for key, value in part.state_dict().items()
    }
    content = {
        "identity": json.dumps(identity, sort_keys=True),
        "digest": digest(tensors),
        "parts": json.dumps(list(parts)),
        "progress": json.dumps(progress),
    }
    with atomic_path(directory / CHECKPOINT) as partial:
        partial.write_bytes(save(tensors, metadata=content))


def read_checkpoint(
    directory: Path,
    identity: Mapping[str, Any],
    parts: Mapping[str, nn.Module | Adam],
) -> dict[str, Any]:
    """Put the directory's checkpoint into networks and optimisers.

    Those that it was written without stay as they are. A checkpoint that is damaged or of another
    training is left alone, and one sentence says so.

    Args:
        directory: of the run.
        identity: of this training.
        parts: at least those that the checkpoint holds.

    Returns:
        The progress that was written; empty where there is nothing to resume.
    """
    from safetensors import SafetensorError, safe_open

    path = directory / CHECKPOINT
    if not path.exists():
        return {}
    try:
        with safe_open(path, "pt") as file:
            content = file.metadata()
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        if content["digest"] != digest(tensors):
            raise ValueError("its content was altered")
        found = json.loads(content["identity"])
    except (SafetensorError, OSError, KeyError, TypeError, ValueError) as error:
        say(f"{path} is damaged ({error}): training starts from the beginning")
        return {}
    differing = [key for key in identity if found.get(key) != identity[key]]
    if differing:
        say(f"{path} differs in {', '.join(differing)}: training starts from the beginning")
        return {}
    for name in json.loads(content["parts"]):
        parts[name].load_state_dict(_under(name, tensors))
    return json.loads(content["progress"])


def sweep_partials(directory: str | Path) -> None:
    """Delete what killed processes left of checkpoints half written; no other may be writing."""
    for path in Path(directory).glob(f".{CHECKPOINT}.*.part*"):
        path.unlink(missing_ok=True)


def digest(tensors: Mapping[str, Tensor]) -> str:
    """SHA-256 of named tensors: names, types, shapes and bytes."""
    total = hashlib.sha256()
    for name in sorted(tensors):
        array = tensors[name].detach().cpu().contiguous().numpy()
        total.update(f"{name} {array.dtype} {array.shape} ".encode())
        total.update(np.ascontiguousarray(array).view(np.uint8).data if array.ndim else array)
    return total.hexdigest()


def fingerprint(array: np.ndarray) -> str:
    """Shape, type and CRC-32 of an array or memory map."""
    return f"{array.shape} {array.dtype} {checksum(array):08x}"


def _under(name: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    prefix = f"{name}."
    return {key.removeprefix(prefix): v for key, v in tensors.items() if key.startswith(prefix)}
