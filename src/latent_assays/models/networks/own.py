"""A network of the user's own, from Python code that builds its encoder and decoder."""

import hashlib
import importlib
import importlib.util
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import torch
from torch import Tensor, nn

from latent_assays.errors import UserError
from latent_assays.models.autoencoder import Autoencoder, latents_of

__all__ = ["own"]


def own(
    settings: Mapping[str, Any], image_shape: tuple[int, int, int], stochastic: bool
) -> Autoencoder:
    """Build the network of `settings["file"]`: a Python file that defines

        def build(latents, image_shape, stochastic):
            return encoder, decoder

    or the import path of such a function, `package.module:build`, if more than one file is needed.
    `encoder` maps images (B,C,H,W)
    in [0,1] to means (B,D), or to means and logs of the standard deviations (B,2D) if
    `stochastic`; `decoder` maps codes (B,D) to logits (B,C,H,W). Each is a torch module, or any
    function of tensors where nothing is to be trained.

    Args:
        settings: `file`, `latents` D, and `log_variance`: the encoder gives logs of variances, not
            of standard deviations.
        image_shape: (C,H,W).
        stochastic: whether the encoder's second half describes a posterior std.

    Raises:
        UserError: the code is missing, does not run, or builds something else.
    """
    name = settings.get("file", "")
    latents = latents_of(settings)
    try:
        parts = _function(name)(latents, image_shape, stochastic)
    except UserError:
        raise
    except Exception as error:
        raise UserError(f"file: {name}: {type(error).__name__}: {error}") from error
    if not (isinstance(parts, tuple) and len(parts) == 2 and all(map(callable, parts))):
        raise UserError(
            f"file: {name}: build must return (encoder, decoder), torch modules or functions"
        )
    encoder, decoder = (part if isinstance(part, nn.Module) else _Function(part) for part in parts)
    network = Autoencoder(
        encoder, decoder, settings, image_shape, stochastic, settings.get("log_variance", False)
    )
    _check_shapes(network, name)
    network.code_digest = hashlib.sha256(_file_of(name).read_bytes()).hexdigest()
    return network


class _Function(nn.Module):
    """A function as a module without weights."""

    def __init__(self, function: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self.function = function

    def forward(self, inputs: Tensor) -> Tensor:
        return self.function(inputs)


def _function(name: str) -> Callable:
    path = Path(name)
    if path.is_file():
        return _run_file(path).build
    module, separator, attribute = name.partition(":")
    if not separator:
        raise UserError(
            f"file: {name!r} does not exist; network `own` needs a Python file, "
            "or an import path such as package.module:build"
        )
    return getattr(importlib.import_module(module), attribute)


def _file_of(name: str) -> Path:
    """The file that the setting `file` means, itself or by its import path."""
    path = Path(name)
    if path.is_file():
        return path
    return Path(importlib.util.find_spec(name.partition(":")[0]).origin)


def _run_file(path: Path) -> ModuleType:
    if path.suffix != ".py":
        raise UserError(f"file: {path} must end in .py")
    spec = importlib.util.spec_from_file_location("own_network", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # where dataclasses look for it
    spec.loader.exec_module(module)
    return module


def _check_shapes(network: Autoencoder, name: str) -> None:
    """Pass two black images through, since wrong shapes may broadcast in a loss without a word."""
    outputs = network.latents * (2 if network.stochastic else 1)
    expected = {"encoder": (2, outputs), "decoder": (2, *network.image_shape)}
    inputs = {"encoder": (2, *network.image_shape), "decoder": (2, network.latents)}
    network.eval()
    for part, shape in expected.items():
        try:
            with torch.no_grad():
                found = tuple(getattr(network, part)(torch.zeros(inputs[part])).shape)
        except Exception as error:
            raise UserError(
                f"file: {name}: the {part} fails on {inputs[part]}: "
                f"{type(error).__name__}: {str(error).partition(chr(10))[0]}"
            ) from error
        if found != shape:
            raise UserError(
                f"file: {name}: the {part} turns {inputs[part]} into {found}, not {shape}"
            )
    network.train()
