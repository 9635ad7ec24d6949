"""What a decoder is made of, read off the network itself: Fig. 1 of the paper."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from latent_assays.responses.assays import Assayed
from latent_assays.results import number

if TYPE_CHECKING:
    from torch import Tensor, nn

    from latent_assays.models.autoencoder import Autoencoder

__all__ = ["LEARNED", "measure"]

LEARNED = "Parameter"  # kind of a tensor that is no module's, such as a learned constant


def measure(coded: Mapping[str, Any], network: "Autoencoder") -> Assayed:
    """The layers of a run's decoder, in the order in which a code passes them.

    Args:
        coded: codes of the run, of which the first of `mean` (N,D) is decoded.
        network: of the run.

    Returns:
        numbers `encoder_parameters` and `decoder_parameters`; arrays `latents` and of the L layers
        `name` in the decoder, `kind` (the class of the module), `inputs` (channels or units that
        it takes), `shape` (L,3) of what it gives, (C,H,W) of a feature map and (C,1,1) of a vector,
        and `parameters`. Tensors that are no module's come first, with kind `LEARNED`.
    """
    import torch

    layers: list[tuple[str, str, int, tuple[int, ...], int]] = []

    def listen(name: str, module: "nn.Module") -> Any:
        def listed(_: "nn.Module", given: tuple["Tensor", ...], made: "Tensor") -> None:
            kind, inputs = type(module).__name__, given[0].shape[1]
            layers.append((name, kind, inputs, _three(made), _count(module)))

        return module.register_forward_hook(listed)

    decoder = network.decoder
    for name, parameter in decoder.named_parameters(recurse=False):
        layers.append((name, LEARNED, 0, _three(parameter), parameter.numel()))
    hooks = [
        listen(name, module)
        for name, module in decoder.named_modules()
        if not list(module.children()) and not isinstance(module, torch.nn.Identity)
    ]
    with torch.no_grad():
        network.decode(torch.from_numpy(np.asarray(coded["mean"][:1], np.float32)))
    for hook in hooks:
        hook.remove()
    columns = dict(
        zip(
            ("name", "kind", "inputs", "shape", "parameters"),
            map(np.array, zip(*layers, strict=True)),
            strict=True,
        )
    )
    numbers = {
        "encoder_parameters": number(_count(network.encoder), ""),
        "decoder_parameters": number(_count(decoder), ""),
    }
    return Assayed(numbers, {"latents": np.array(network.latents), **columns})


def _count(module: "nn.Module") -> int:
    return sum(parameter.numel() for parameter in module.parameters())


def _three(tensor: "Tensor") -> tuple[int, ...]:
    """The shape of one row, (C,H,W) or (C,1,1)."""
    return (*tensor.shape[1:], 1, 1)[:3]
