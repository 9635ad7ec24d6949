"""Checkpoints: one safetensors file that holds all a training needs to go on as if never stopped.

The random numbers of a step are drawn from (seed, step) alone, so the step is their whole state.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from latent_assays.store import atomic_path
from latent_assays.training.progress import say

__all__ = ["CHECKPOINT", "digest", "discard_checkpoint", "read_checkpoint", "write_checkpoint"]

CHECKPOINT = "checkpoint.safetensors"


def write_checkpoint(
    directory: Path,
    identity: Mapping[str, Any],
    step: int,
    modules: Mapping[str, nn.Module],
    optimisers: Mapping[str, Optimizer],
    history: list[dict[str, float]],
) -> None:
    """Replace the directory's checkpoint, whole or not at all.

    Args:
        directory: of the run.
        identity: what makes this training the one it is; a checkpoint is only resumed by its like.
        step: steps done.
        modules: networks by name.
        optimisers: their optimisers by name.
        history: rows so far.

    Raises:
        UserError: it cannot be written, for instance because the disk is full.
    """
    from safetensors.torch import save

    tensors = {
        f"{name}.{key}": value
        for name, module in modules.items()
        for key, value in module.state_dict().items()
    }
    for name, optimiser in optimisers.items():
        for index, state in optimiser.state_dict()["state"].items():
            tensors |= {f"{name}.{index}.{key}": value for key, value in state.items()}
    tensors = {
        name: value.detach().cpu().clone(memory_format=torch.contiguous_format)
        for name, value in tensors.items()
    }
    content = {
        "identity": json.dumps(identity, sort_keys=True),
        "digest": digest(tensors),
        "step": str(step),
        "history": json.dumps(history),
    }
    with atomic_path(directory / CHECKPOINT) as partial:
        partial.write_bytes(save(tensors, metadata=content))


def read_checkpoint(
    directory: Path,
    identity: Mapping[str, Any],
    modules: Mapping[str, nn.Module],
    optimisers: Mapping[str, Optimizer],
) -> tuple[int, list[dict[str, float]]]:
    """Put the directory's checkpoint into networks and optimisers.

    A checkpoint that is damaged or of another training is left alone, and one sentence says so.

    Returns:
        Steps done and history; 0 and an empty list where there is nothing to resume.
    """
    from safetensors import SafetensorError, safe_open

    path = directory / CHECKPOINT
    if not path.exists():
        return 0, []
    try:
        with safe_open(path, "pt") as file:
            content = file.metadata()
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        if content["digest"] != digest(tensors):
            raise ValueError("its content was altered")
        step, history = int(content["step"]), json.loads(content["history"])
        found = json.loads(content["identity"])
    except (SafetensorError, OSError, KeyError, TypeError, ValueError) as error:
        say(f"{path} is damaged ({error}): training starts from the beginning")
        return 0, []
    differing = [key for key in identity if found.get(key) != identity[key]]
    if differing:
        say(f"{path} differs in {', '.join(differing)}: training starts from the beginning")
        return 0, []
    for name, module in modules.items():
        module.load_state_dict(_under(name, tensors))
    for name, optimiser in optimisers.items():
        _load_optimiser(optimiser, _under(name, tensors))
    return step, history


def discard_checkpoint(directory: str | Path) -> None:
    """Delete a finished run's checkpoint, and what a killed process left of one half written."""
    for path in [
        *Path(directory).glob(CHECKPOINT),
        *Path(directory).glob(f".{CHECKPOINT}.*.part*"),
    ]:
        path.unlink(missing_ok=True)


def digest(tensors: Mapping[str, Tensor]) -> str:
    """SHA-256 of named tensors: names, types, shapes and bytes."""
    total = hashlib.sha256()
    for name in sorted(tensors):
        array = tensors[name].detach().cpu().contiguous().numpy()
        total.update(f"{name} {array.dtype} {array.shape} ".encode())
        total.update(np.ascontiguousarray(array).view(np.uint8).data if array.ndim else array)
    return total.hexdigest()


def _under(name: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    prefix = f"{name}."
    return {key.removeprefix(prefix): v for key, v in tensors.items() if key.startswith(prefix)}


def _load_optimiser(optimiser: Optimizer, tensors: Mapping[str, Tensor]) -> None:
    """Load Adam's moments, each in the memory layout of its parameter, as the fused step needs."""
    parameters = [p for group in optimiser.param_groups for p in group["params"]]
    state: dict[int, dict[str, Tensor]] = {}
    for name, value in tensors.items():
        index, key = name.split(".")
        like = parameters[int(index)]
        if value.shape == like.shape and value.ndim:
            value = torch.empty_like(like, requires_grad=False).copy_(value)
        state.setdefault(int(index), {})[key] = value
    optimiser.load_state_dict({**optimiser.state_dict(), "state": state})
