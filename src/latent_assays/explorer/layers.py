"""Layers that the explorer's scripts compute, and how PyTorch's operations become them.

Each function below takes what the operation takes, with a `Value` in place of each tensor that
depends on the network's input, appends layers with `add(name, of, shape, **settings)` and returns
the value of the last one. Weights stand in the settings as tensors. Shapes have a first dimension
of 1, the batch.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor

__all__ = ["LAYERS", "Layer", "NotKnown", "Value", "as_value"]

Add = Callable[..., "Value"]


class Value(NamedTuple):
    """What a layer gives; number 0 is the network's input."""

    number: int
    shape: tuple[int, ...]


class Layer(NamedTuple):
    """A layer: what it computes, of the values with which numbers, to which shape."""

    name: str
    of: list[int]
    shape: tuple[int, ...]
    settings: dict[str, Any]


class NotKnown(Exception):
    """An operation, or one of its settings, that the scripts do not compute; says which."""


def _convolution(
    add: Add,
    features: Value,
    weight: Tensor,
    bias: Tensor | None,
    stride: list[int],
    padding: list[int],
    dilation: list[int],
    transposed: bool,
    output_padding: list[int],
    groups: int,
) -> Value:
    if groups != 1 or weight.ndim != 4 or (transposed and set(dilation) != {1}):
        raise NotKnown(f"a {'transposed ' * transposed}convolution in {groups} groups or dilated")
    _need_constants("convolution", weight, bias)
    sides = zip(
        features.shape[2:], weight.shape[2:], stride, padding, dilation, output_padding, strict=True
    )
    if transposed:
        shape = [(n - 1) * s - 2 * p + k + more for n, k, s, p, _, more in sides]
        channels, name = weight.shape[1], "transposed-convolution"
    else:
        shape = [(n + 2 * p - d * (k - 1) - 1) // s + 1 for n, k, s, p, d, _ in sides]
        channels, name = weight.shape[0], "convolution"
    settings = {"stride": stride, "padding": padding, "dilation": dilation}
    return add(
        name,
        [features],
        (1, channels, *shape),
        weight=weight,
        bias=torch.zeros(channels) if bias is None else bias,
        given=features.shape[1:],
        **settings,
    )


def _addmm(
    add: Add, bias: Tensor, inputs: Value, weight: Tensor, *, beta: float = 1, alpha: float = 1
) -> Value:
    _need_constants("a product of two matrices that depend on the input", weight, bias)
    if (beta, alpha) != (1, 1) or len(inputs.shape) != 2:
        raise NotKnown("a weighted matrix product")
    return add("linear", [inputs], (1, weight.shape[1]), weight=weight.T, bias=bias.expand(1, -1))


def _mm(add: Add, inputs: Value, weight: Tensor) -> Value:
    return _addmm(add, torch.zeros(weight.shape[1:]), inputs, weight)


def _group_norm(
    add: Add,
    features: Value,
    weight: Tensor | None,
    bias: Tensor | None,
    batch: int,
    channels: int,
    pixels: int,
    groups: int,
    epsilon: float,
) -> Value:
    scale = torch.ones(channels) if weight is None else weight
    shift = torch.zeros(channels) if bias is None else bias
    settings = {"groups": groups, "epsilon": epsilon}
    return add("group-norm", [features], features.shape, weight=scale, bias=shift, **settings)


def _batch_norm(
    add: Add,
    features: Value,
    weight: Tensor | None,
    bias: Tensor | None,
    mean: Tensor | None,
    variance: Tensor | None,
    *rest: Any,
) -> Value:
    if mean is None or variance is None or rest[0] is True:  # where it says that it trains
        raise NotKnown("a batch norm without running statistics")
    channels = features.shape[1]
    return add(
        "batch-norm",
        [features],
        features.shape,
        weight=torch.ones(channels) if weight is None else weight,
        bias=torch.zeros(channels) if bias is None else bias,
        mean=mean,
        variance=variance,
        epsilon=rest[-1],
    )


def _max_pool(
    add: Add,
    features: Value,
    kernel: list[int],
    stride: list[int] | None = None,
    padding: Sequence[int] = (0,),
    dilation: Sequence[int] = (1,),
    ceil: bool = False,
) -> Value:
    if ceil or set(dilation) != {1}:
        raise NotKnown("a max-pooling that is dilated or rounds up")
    kernel, padding = _two(kernel), _two(padding)
    stride = _two(stride) if stride else kernel
    sides = zip(features.shape[2:], kernel, stride, padding, strict=True)
    shape = [(n + 2 * p - k) // s + 1 for n, k, s, p in sides]
    return add(
        "max-pool",
        [features],
        (*features.shape[:2], *shape),
        kernel=kernel,
        stride=stride,
        padding=padding,
        given=features.shape[1:],
    )


def _over_pixels(name: str) -> Callable[..., Value]:
    def reduce(
        add: Add, features: Value, dims: Sequence[int] | None = None, keep: bool = False, **_: Any
    ) -> Value:
        if len(features.shape) != 4 or sorted(dim % 4 for dim in dims or ()) != [2, 3]:
            raise NotKnown(f"a {name} over anything but all pixels")
        shape = features.shape[:2] + (1, 1) * keep
        return add(f"{name}-over-pixels", [features], shape, given=features.shape[1:])

    return reduce


def _upsample_bilinear(
    add: Add, features: Value, size: Sequence[int], corners: bool, *factors: float | None
) -> Value:
    if corners:
        raise NotKnown("an upsampling with aligned corners")
    return _upsample(add, "bilinear", features, size, factors)


def _upsample_nearest(
    add: Add, features: Value, size: Sequence[int], *factors: float | None
) -> Value:
    return _upsample(add, "nearest", features, size, factors)


def _upsample(
    add: Add, name: str, features: Value, size: Sequence[int], factors: Sequence[float | None]
) -> Value:
    pairs = zip(features.shape[2:], size, factors, strict=False)
    if any(factor is not None and factor * given != side for given, side, factor in pairs):
        raise NotKnown("an upsampling by a factor that gives no whole pixels")
    shape = (*features.shape[:2], *size)
    return add(f"{name}-upsampling", [features], shape, given=features.shape[1:])


def _activation(name: str, **usual: float) -> Callable[..., Value]:
    """An activation whose settings, in PyTorch's order, have these names and usual values."""

    def activation(add: Add, features: Value, *given: Any, **named: Any) -> Value:
        chosen = {**usual, **dict(zip(usual, given, strict=False)), **named}
        return add(name, [features], features.shape, **chosen)

    return activation


def _pairwise(name: str) -> Callable[..., Value]:
    def pairwise(add: Add, one: Any, other: Any, *, alpha: float = 1, **more: Any) -> Value:
        if alpha != 1 or more:
            raise NotKnown(f"to {name} with weights or rounding")
        both = [as_value(add, one), as_value(add, other)]
        shape = torch.broadcast_shapes(both[0].shape, both[1].shape)
        given = [of.shape[1:] if len(of.shape) == len(shape) else of.shape for of in both]
        return add(name, both, shape, given=given)

    return pairwise


def _addcmul(add: Add, base: Any, one: Any, other: Any, *, value: float = 1) -> Value:
    product = LAYERS["mul"](add, one, other)
    if value != 1:
        product = LAYERS["mul"](add, product, value)
    return LAYERS["add"](add, base, product)


LAYERS: dict[str, Callable[..., Value]] = {
    "convolution": _convolution,
    "addmm": _addmm,
    "mm": _mm,
    "native_group_norm": _group_norm,
    "native_batch_norm": _batch_norm,
    "_native_batch_norm_legit_no_training": _batch_norm,
    "max_pool2d_with_indices": _max_pool,
    "amax": _over_pixels("maximum"),
    "mean": _over_pixels("mean"),
    "upsample_bilinear2d": _upsample_bilinear,
    "upsample_nearest2d": _upsample_nearest,
    "relu": _activation("relu"),
    "leaky_relu": _activation("leaky-relu", slope=0.01),
    "elu": _activation("elu", alpha=1.0, scale=1.0, input_scale=1.0),
    "mish": _activation("mish"),
    "silu": _activation("silu"),
    "sigmoid": _activation("sigmoid"),
    "tanh": _activation("tanh"),
    "exp": _activation("exp"),
    "add": _pairwise("add"),
    "sub": _pairwise("subtract"),
    "mul": _pairwise("multiply"),
    "div": _pairwise("divide"),
    "addcmul": _addcmul,
}
"""PyTorch's operations by name, without the underscore of those in place."""


def as_value(add: Add, part: Any) -> Value:
    """A constant becomes a layer without inputs."""
    if isinstance(part, Value):
        return part
    if isinstance(part, Tensor):
        return add("constant", [], part.shape, values=part)
    return add("constant", [], (), number=float(part))


def _need_constants(what: str, *parts: Any) -> None:
    if any(isinstance(part, Value) for part in parts):
        raise NotKnown(what)


def _two(sides: Sequence[int]) -> list[int]:
    return [sides[0], sides[-1]]
