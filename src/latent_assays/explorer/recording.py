"""What a network does with one input, layer by layer, whatever its code looks like.

The network runs once, and PyTorch's elementary operations are listened to, so that functions,
branches and skips of a user's own are heard as well as modules.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_flatten, tree_map

from latent_assays.errors import UserError
from latent_assays.explorer.layers import LAYERS, Layer, NotKnown, Value
from latent_assays.explorer.moves import moved

__all__ = ["record"]

TOLERANCE = 1e-4  # of repeated outputs, for their largest


def record(
    function: Callable[[Tensor], Tensor], network: nn.Module, given: Tensor, again: Tensor
) -> tuple[list[Layer], int]:
    """The layers by which `function` turns an input into an output.

    Args:
        function: uses modules of `network`, which is in eval mode.
        network: tells the names of its modules.
        given: (1,...) an input to run it on.
        again: another, on which what was recorded must give what the function gives.

    Returns:
        layers in their order, of which the first gives value 1, and the number of the value that
        is the output; value 0 is the input.

    Raises:
        UserError: there is an operation that is no known layer, with the module it is in; or the
            function does not do the same with every input.
    """
    with torch.no_grad(), _plainly(network), _Names(network) as names:
        recorder = _Recorder(given, names)
        with recorder:
            output = function(given)
        found = recorder.value_of(output)
        if found is None:
            raise UserError(f"{names.now()} gives what no layer computed of its inputs")
        expected = function(again)
        apart = (recorder.replay(again, output) - expected).abs().max()
        if not apart <= TOLERANCE * expected.abs().max().clamp(min=1):
            raise UserError(
                f"{names.now()} does something else with every input, or something that PyTorch"
                " does not compute, and the explorer knows fixed layers alone"
            )
    return recorder.layers, found.number


class _Recorder(TorchDispatchMode):
    """Listens to elementary operations and keeps those that depend on the input."""

    def __init__(self, given: Tensor, names: "_Names") -> None:
        super().__init__()
        self.names = names
        self.given = given
        self.layers: list[Layer] = []
        self.calls: list[tuple[Callable, tuple, dict, Any]] = []
        self.values: dict[int, Value | None] = {}  # by the id of a tensor that is kept
        self.tensors: list[Tensor] = []
        self._keep(given, Value(0, tuple(given.shape)))

    def __torch_dispatch__(
        self, function: Any, types: Any, args: tuple = (), kwargs: dict | None = None
    ) -> Any:
        kwargs = kwargs or {}
        traced = [part for part in tree_flatten((args, kwargs))[0] if self.value_of(part)]
        if not traced:
            return function(*args, **kwargs)
        name = function.overloadpacket.__name__.rstrip("_")
        inputs = tree_map(lambda part: self.value_of(part) or part, (args, kwargs))
        output = function(*args, **kwargs)
        self.calls.append((function, args, kwargs, output))
        try:
            values = moved(self.add, function, name, *inputs)
            if values is None and name in LAYERS:
                values = LAYERS[name](self.add, *inputs[0], **inputs[1])
            if values is None:
                raise NotKnown(name)
        except NotKnown as lack:
            raise UserError(
                f"{self.names.now()} computes {lack}, which the explorer does not know:"
                " explorer/layers.py lists what it knows"
            ) from None
        outputs = output if isinstance(output, Sequence) else [output]
        values = values if isinstance(values, list) else [values]
        for tensor, value in zip(outputs, values, strict=False):
            if function._schema.is_mutable:
                self._forget_those_beside(tensor)
            self._keep(tensor, value)
        return output

    def add(self, name: str, of: list[Value], shape: Sequence[int], **settings: Any) -> Value:
        """Append a layer."""
        numbers = [value.number for value in of]
        self.layers.append(Layer(name, numbers, tuple(shape), settings))
        return Value(len(self.layers), tuple(shape))

    def value_of(self, tensor: Any) -> Value | None:
        """The value that a tensor holds; None for constants, and for what is no tensor."""
        if self.values.get(id(tensor), True) is None:
            raise UserError(
                f"{self.names.now()} changes values in place through a view of them, which the"
                " explorer cannot follow"
            )
        return self.values.get(id(tensor))

    def _keep(self, tensor: Tensor, value: Value) -> None:
        self.tensors.append(tensor)
        self.values[id(tensor)] = value

    def _forget_those_beside(self, changed: Tensor) -> None:
        """Of other tensors on the same memory it is no longer known what they hold."""
        memory = changed.untyped_storage().data_ptr()
        for tensor in self.tensors:
            if tensor is not changed and tensor.untyped_storage().data_ptr() == memory:
                self.values[id(tensor)] = None

    def replay(self, given: Tensor, output: Tensor) -> Tensor:
        """The output for another input, by the operations that were recorded."""
        found = {id(self.given): given}

        def new(part: Any) -> Any:
            return found.get(id(part), part)

        for function, args, kwargs, recorded in self.calls:
            again = tree_map(new, (args, kwargs))
            result = function(*again[0], **again[1])
            pairs = zip(tree_flatten(recorded)[0], tree_flatten(result)[0], strict=True)
            found.update((id(before), after) for before, after in pairs)
        return found[id(output)]


@dataclass
class _Names:
    """Knows which module of a network is running."""

    network: nn.Module

    def __enter__(self) -> "_Names":
        self.running: list[str] = []
        self.handles = []
        for name, module in self.network.named_modules():
            kind = type(module).__name__
            said = f"{name} ({kind})" if name else f"the network ({kind})"
            self.handles += [
                module.register_forward_pre_hook(lambda *_, said=said: self.running.append(said)),
                module.register_forward_hook(lambda *_: self._leave()),
            ]
        return self

    def __exit__(self, *_: Any) -> None:
        for handle in self.handles:
            handle.remove()

    def now(self) -> str:
        """The innermost module that runs."""
        return self.running[-1] if self.running else "the network"

    def _leave(self) -> None:
        self.running.pop()


@contextmanager
def _plainly(network: nn.Module) -> Iterator[None]:
    """Modules that have a faster form beside their `plain` one take the latter."""
    modules = [module for module in network.modules() if hasattr(module, "plain")]
    for module in modules:
        module.forward = module.plain
    try:
        yield
    finally:
        for module in modules:
            del module.forward
