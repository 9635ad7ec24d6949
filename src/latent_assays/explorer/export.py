"""A network as data: the layers of its encoder and decoder, with weights in half precision."""

from typing import Any

import numpy as np
import torch
from torch import Tensor

from latent_assays.explorer.layers import Layer
from latent_assays.explorer.packing import half, packed
from latent_assays.explorer.recording import record
from latent_assays.models.autoencoder import Autoencoder

__all__ = ["export_network", "in_half_precision"]


def export_network(network: Autoencoder) -> dict[str, Any]:
    """The response function's two halves as JSON, which the explorer's scripts compute.

    Args:
        network: trained; it is left in eval mode, on the CPU.

    Returns:
        `encode`, images (C,H,W) in [0,1] to posterior means (D,), and `decode`, codes (D,) to
        images: each `inputs`, how many numbers go in, `output`, the number of the value that comes
        out, and `layers`. Layer n, counted from 1, gives value n, and value 0 is the input; a layer
        has `layer` (its name), `of` (the values it takes), `shape` (of what it gives, without the
        batch) and its settings, of which weights are packed.

    Raises:
        UserError: the network has a layer that the scripts do not know; the sentence says which.
    """
    network.eval().cpu()
    draw = torch.Generator().manual_seed(0)
    images = torch.rand(2, *network.image_shape, generator=draw)
    codes = torch.randn(2, network.latents, generator=draw)

    def encode(images: Tensor) -> Tensor:
        return network.encode(images)[0]

    def decode(codes: Tensor) -> Tensor:
        return network.images(network.decode(codes))

    return {
        "encode": _part(*record(encode, network, *images.split(1)), images[0].numel()),
        "decode": _part(*record(decode, network, *codes.split(1)), network.latents),
    }


def in_half_precision(network: Autoencoder) -> Autoencoder:
    """Round all weights to what the explorer keeps of them, in place."""
    with torch.no_grad():
        for weight in network.state_dict().values():
            if weight.is_floating_point():
                weight.copy_(weight.half().float())
    return network


def _part(layers: list[Layer], output: int, inputs: int) -> dict[str, Any]:
    """One half as JSON, without layers that its output does not depend on."""
    needed, waiting = set(), [output]
    while waiting:
        number = waiting.pop()
        if number and number not in needed:
            needed.add(number)
            waiting += layers[number - 1].of
    order = sorted(needed)
    renamed = {0: 0} | {old: new for new, old in enumerate(order, 1)}
    return {
        "inputs": inputs,
        "output": renamed[output],
        "layers": [
            {
                "layer": layers[number - 1].name,
                "of": [renamed[of] for of in layers[number - 1].of],
                "shape": list(layers[number - 1].shape[1:]),
                **{key: _setting(value) for key, value in layers[number - 1].settings.items()},
            }
            for number in order
        ],
    }


def _setting(value: Any) -> Any:
    if isinstance(value, Tensor):
        return packed(half(value.detach().numpy().astype(np.float32), "weights"))
    return list(value) if isinstance(value, tuple | torch.Size) else value
