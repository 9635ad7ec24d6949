"""Group norm and the activation after it, as one module."""

from importlib.util import find_spec
from math import gcd
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.autograd.function import once_differentiable

__all__ = ["GroupNormActivation"]

ACTIVATIONS = {"mish": F.mish, "elu": F.elu}
FAST_TYPES = (torch.float32, torch.bfloat16)
WORTHWHILE = 16  # side of features that the fused loop is loaded for
HAS_NUMBA = find_spec("numba") is not None


class GroupNormActivation(nn.GroupNorm):
    """activation(group norm(x)), with 8 groups or as many of 8, 4, 2, 1 as divide the channels.

    On a CPU with Numba, channels-last float32 and bfloat16 features take one fused loop (see
    `norm_kernels`) where gradients are wanted and there are at least 16x16 of them: elsewhere it
    gains less than loading it takes. Everything else takes PyTorch's own functions, with the same
    result.

    Args:
        channels: of the features.
        activation: `mish` or `elu`.
    """

    def __init__(self, channels: int, activation: str) -> None:
        super().__init__(gcd(8, channels), channels)
        self.activation = activation

    def forward(self, features: Tensor) -> Tensor:
        """Features (B,C,H,W) to features (B,C,H,W)."""
        if self.is_fast(features):
            return _Fused.apply(
                features, self.weight, self.bias, self.num_groups, self.eps, self.activation
            )
        return self.plain(features)

    def plain(self, features: Tensor) -> Tensor:
        """The same by PyTorch's own functions."""
        return ACTIVATIONS[self.activation](super().forward(features))

    def is_fast(self, features: Tensor) -> bool:
        """Whether the fused loop can take these features."""
        return (
            features.device.type == "cpu"
            and features.dtype in FAST_TYPES
            and self.weight.dtype == torch.float32
            and features.is_contiguous(memory_format=torch.channels_last)
            and HAS_NUMBA
            and torch.is_grad_enabled()
            and min(features.shape[2:]) >= WORTHWHILE
        )


class _Fused(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any,
        features: Tensor,
        weight: Tensor,
        bias: Tensor,
        groups: int,
        epsilon: float,
        activation: str,
    ) -> Tensor:
        from latent_assays.models.layers import norm_kernels

        ctx.groups, ctx.mish = groups, activation == "mish"
        output = torch.empty_like(features)
        mean = torch.empty(len(features), groups)
        inverse_std = torch.empty_like(mean)
        ctx.save_for_backward(features, weight, bias, mean, inverse_std)
        norm_kernels.forward(
            _array(features),
            weight.detach().numpy(),
            bias.detach().numpy(),
            groups,
            epsilon,
            ctx.mish,
            _array(output),
            mean.numpy(),
            inverse_std.numpy(),
        )
        return output

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        from latent_assays.models.layers import norm_kernels

        features, weight, bias, mean, inverse_std = ctx.saved_tensors
        gradient = gradient.contiguous(memory_format=torch.channels_last)
        d_features = torch.empty_like(features)
        d_weight, d_bias = torch.empty_like(weight), torch.empty_like(bias)
        norm_kernels.backward(
            _array(features),
            _array(gradient),
            weight.detach().numpy(),
            bias.detach().numpy(),
            ctx.groups,
            ctx.mish,
            mean.numpy(),
            inverse_std.numpy(),
            _array(d_features),
            d_weight.numpy(),
            d_bias.numpy(),
        )
        return d_features, d_weight, d_bias, None, None, None


def _array(features: Tensor) -> Any:
    """Channels-last features (N,C,H,W) as an array (N,HW,C) on the same memory."""
    flat = features.detach().permute(0, 2, 3, 1).flatten(1, 2)
    return flat.view(torch.uint16).numpy() if flat.dtype == torch.bfloat16 else flat.numpy()
