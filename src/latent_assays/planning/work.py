"""The arithmetic of a network, counted as one image passes it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

__all__ = ["Work", "work_of"]

READ_BY_ALL = ("network", "objective", "latents", "likelihood")  # settings
BACKWARD = 2  # times the forward pass: gradients of inputs and of weights


@dataclass(frozen=True)
class Work:
    """What one image costs, encoded and decoded once.

    Attributes:
        weights: parameters of the network.
        vector_layers: layers that give vectors; each costs time even where it computes little.
        map_layers: layers that give feature maps.
        operations: of convolutions and matrix products, two a multiply-add.
        encoding: those of the encoder alone.
        activations: numbers that layers give, all of which the backward pass needs.
        widest: most numbers that a layer of the encoder takes and gives, all that encoding holds.
    """

    weights: int
    vector_layers: int
    map_layers: int
    operations: int
    encoding: int
    activations: int
    widest: int

    def of_step(self, batch: int) -> int:
        """Operations of one training step."""
        return (1 + BACKWARD) * self.operations * batch


def work_of(settings: Mapping[str, Any], image_shape: tuple[int, int, int]) -> Work:
    """The work of a model's network. What the objective adds, such as a critic, is not counted.

    Args:
        settings: flat settings of a model.
        image_shape: (C,H,W).

    Raises:
        UserError: there is no such network.
    """
    from latent_assays.models.registry import READERS

    network = settings.get("network")
    read = (*READ_BY_ALL, *(key for key, readers in READERS.items() if network in readers))
    shape = {key: settings[key] for key in read if key in settings}
    return _work_of(json.dumps(shape, sort_keys=True), tuple(image_shape))


@cache
def _work_of(settings: str, image_shape: tuple[int, int, int]) -> Work:
    import torch
    from torch import nn

    from latent_assays.models import build_network

    chosen = json.loads(settings)
    # Shapes without numbers, except for a network of the user's, which is tried out as it is built.
    with torch.device("cpu" if chosen["network"] == "own" else "meta"), torch.no_grad():
        network = build_network(chosen, image_shape)
        outputs: list[tuple[nn.Module, torch.Tensor, torch.Tensor]] = []
        for module in network.modules():
            if not list(module.children()) and not isinstance(module, nn.Identity):
                module.register_forward_hook(
                    lambda module, given, made: outputs.append((module, given[0], made))
                )
        code, _ = network.encode(torch.empty(1, *image_shape))
        encoder = len(outputs)
        network.decode(code)
    operations = [_operations(*output) for output in outputs]
    made = [tensor for _, _, tensor in outputs if isinstance(tensor, torch.Tensor)]
    vectors = sum(tensor.ndim == 2 for tensor in made)
    return Work(
        weights=sum(parameter.numel() for parameter in network.parameters()),
        vector_layers=vectors,
        map_layers=len(outputs) - vectors,
        operations=sum(operations),
        encoding=sum(operations[:encoder]),
        activations=sum(tensor.numel() for tensor in made),
        widest=max(
            (
                given.numel() + made.numel()
                for _, given, made in outputs[:encoder]
                if isinstance(given, torch.Tensor) and isinstance(made, torch.Tensor)
            ),
            default=0,  # one's own encoder may be a single module that returns a tuple
        ),
    )


def _operations(module: Any, given: Any, made: Any) -> int:
    """Of one layer; 0 unless it is a product of matrices."""
    from torch import nn

    if isinstance(module, nn.Linear):
        return 2 * module.in_features * made.numel()
    if isinstance(module, nn.Conv1d | nn.Conv2d | nn.Conv3d):
        return 2 * module.weight[0].numel() * made.numel()
    if isinstance(module, nn.ConvTranspose1d | nn.ConvTranspose2d | nn.ConvTranspose3d):
        return 2 * module.weight[0].numel() * given.numel()
    return 0
