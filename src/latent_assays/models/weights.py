"""Trained weights on disk, as safetensors: data alone, nothing that could run."""

import zlib
from collections.abc import Mapping, Set
from pathlib import Path
from typing import Any

import torch

from latent_assays.errors import UserError
from latent_assays.models import ABOUT_WEIGHTS, build_network
from latent_assays.models.autoencoder import Autoencoder
from latent_assays.store import atomic_path, read_json

__all__ = ["load_model", "load_weights", "save_model"]

CHECKSUM = "crc32"
PICKLED = (b"PK\x03\x04", b"\x80")  # how files of torch.save and of TorchScript begin


def save_model(path: str | Path, network: Autoencoder) -> None:
    """Write a network's weights as safetensors, whole or not at all."""
    from safetensors.torch import save

    weights = {
        name: value.cpu().clone(memory_format=torch.contiguous_format)
        for name, value in network.state_dict().items()
    }
    with atomic_path(path) as partial:
        partial.write_bytes(save(weights, {CHECKSUM: _checksum(weights)}))


def load_model(run_directory: str | Path) -> tuple[Autoencoder, dict[str, Any]]:
    """Build the network of a run and load its weights.

    Args:
        run_directory: holds `model.safetensors` and `config.json`; the latter is the flat
            settings and `image_shape` [C,H,W].

    Returns:
        The network in eval mode and the content of `config.json`.

    Raises:
        UserError: a file is missing or damaged, or the weights are not of the config's network.
    """
    config = read_json(Path(run_directory) / "config.json")
    path = Path(run_directory) / "model.safetensors"
    if not path.is_file():
        raise UserError(f"{path} does not exist: train the model first")
    if "image_shape" not in config:
        raise UserError(f"{path.with_name('config.json')} has no image_shape: train the model anew")
    network = build_network(config, tuple(config["image_shape"]))
    load_weights(network, path, f"config.json's {config['network']}")
    return network.eval(), config


def load_weights(network: Autoencoder, path: str | Path, whose: str) -> None:
    """Load weights from safetensors into a network.

    Args:
        network: with `encoder.*` and `decoder.*` as in the file.
        path: the safetensors file: a model's, or a checkpoint, whose network is taken.
        whose: the network in words, for the error.

    Raises:
        UserError: the file is missing, truncated, altered or not safetensors, or the weights are
            another network's, or not all of them are finite.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, "pt") as file:
            checksum = (file.metadata() or {}).get(CHECKSUM)
            found = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (SafetensorError, OSError) as error:
        if _is_pickled(path):
            raise UserError(
                f"{path} is a file of torch.save or TorchScript, which could run code, and weights"
                f" are taken as safetensors: {ABOUT_WEIGHTS} makes one of it in three lines"
            ) from None
        raise UserError(f"{path} cannot be read as safetensors ({error})") from None
    if checksum not in (None, _checksum(found)):
        raise UserError(
            f"{path} was changed since it was written: delete it and rerun, or take a copy of it"
        )
    of_checkpoint = {
        name.removeprefix("network."): value
        for name, value in found.items()
        if name.startswith("network.")
    }
    found = of_checkpoint or found
    expected = network.state_dict()
    faults = {
        "lacks": expected.keys() - found.keys(),
        "has besides": found.keys() - expected.keys(),
        "has in another shape": {
            name
            for name in expected.keys() & found.keys()
            if expected[name].shape != found[name].shape
        },
    }
    if any(faults.values()):
        reasons = [f"{what} {_some(names)}" for what, names in faults.items() if names]
        raise UserError(
            f"{path} does not hold the weights of {whose}: it {'; '.join(reasons)}"
            f"{_how_to_rename(expected.keys(), found.keys())}"
        )
    broken = {name for name, value in found.items() if not torch.isfinite(value).all()}
    if broken:
        raise UserError(
            f"{path} holds NaN or infinite weights in {_some(broken)}: they are of a training that"
            " diverged; take an earlier checkpoint of it"
        )
    network.load_state_dict(found)


def _checksum(weights: Mapping[str, torch.Tensor]) -> str:
    """CRC-32 of the bytes of all weights, by name."""
    total = 0
    for name in sorted(weights):
        total = zlib.crc32(weights[name].contiguous().view(-1).numpy().tobytes(), total)
    return str(total)


def _is_pickled(path: str | Path) -> bool:
    try:
        with open(path, "rb") as file:
            return file.read(4).startswith(PICKLED)
    except OSError:
        return False


def _how_to_rename(expected: Set[str], found: Set[str]) -> str:
    """What to do about keys that a wrapper lengthened, or that are named otherwise."""
    if not expected - found or not found - expected:
        return ""
    last = f".{min(expected)}"
    for before in sorted(name.removesuffix(last[1:]) for name in found if name.endswith(last)):
        if expected <= {name.removeprefix(before) for name in found}:
            return f"; all its keys begin with {before!r}, which {ABOUT_WEIGHTS} takes away"
    return f"; {ABOUT_WEIGHTS} renames keys"


def _some(names: Set[str]) -> str:
    first, *others = sorted(names)
    return f"{first} and {len(others)} more" if others else first
