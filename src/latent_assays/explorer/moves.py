"""Operations that put values elsewhere and change none: slices, transposes, repeats, joins."""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.utils._pytree import tree_flatten, tree_unflatten

from latent_assays.explorer.layers import Value, as_value

__all__ = ["moved", "runs_of"]

MOVES = {
    *("view", "_unsafe_view", "reshape", "_reshape_alias", "unsqueeze", "squeeze", "expand"),
    *("t", "transpose", "permute", "flip", "alias", "detach", "clone", "contiguous", "repeat"),
    *("split", "split_with_sizes", "slice", "select", "unbind", "cat", "stack", "_to_copy"),
}


def moved(
    add: Callable[..., Value], function: Callable, name: str, args: tuple, kwargs: dict[str, Any]
) -> list[Value] | None:
    """The values of an operation that only moves what it is given; None for other operations.

    It is done once more with the places of the values, counted through, instead of the values.

    Args:
        add: appends a layer, see `layers`.
        function: the operation.
        name: of the operation.
        args: what it takes, with a `Value` for each tensor that depends on the input.
        kwargs: the same by name.
    """
    if name not in MOVES:
        return None
    parts, structure = tree_flatten((args, kwargs), is_leaf=lambda part: isinstance(part, Value))
    sources, start = [], 0
    for index, part in enumerate(parts):
        if not isinstance(part, Value | Tensor):
            continue
        value = as_value(add, part)
        size = torch.Size(value.shape).numel()
        parts[index] = torch.arange(start, start + size).view(value.shape)
        sources.append(value)
        start += size
    args, kwargs = tree_unflatten(parts, structure)
    places = function(*args, **(kwargs | ({"dtype": torch.int64} if "dtype" in kwargs else {})))
    whole = sources[0]
    if len(sources) > 1:
        whole = add("join", sources, (1, start))
    values = []
    for place in places if isinstance(places, Sequence) else [places]:
        shape = tuple(place.shape)
        indices = place.flatten().tolist()
        if indices == list(range(start)):
            values.append(Value(whole.number, shape))
        else:
            values.append(add("take", [whole], shape, runs=runs_of(indices)))
    return values


def runs_of(indices: list[int]) -> list[list[int]]:
    """Indices as runs [first, count, step], which are few for slices, repeats and transposes."""
    runs: list[list[int]] = []
    for index in indices:
        run = runs[-1] if runs else [0, 0, 0]
        if run[1] == 1:
            run[1:] = [2, index - run[0]]
        elif run[1] and index == run[0] + run[1] * run[2]:
            run[1] += 1
        else:
            runs.append([index, 1, 0])
    return runs
