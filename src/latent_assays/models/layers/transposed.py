"""The 4x4 transposed convolution of stride 2 that doubles an image (every β-VAE decoder has it)."""

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.autograd.function import once_differentiable

__all__ = ["DoublingConv"]

FEW_CHANNELS = 4


class DoublingConv(nn.ConvTranspose2d):
    """nn.ConvTranspose2d(inputs, outputs, 4, stride=2, padding=1), quicker on a CPU.

    Two things differ from the plain form, neither in the result. The bias's gradient is the plain
    sum that it is: inside oneDNN it takes as long as all else of the backward pass. And where
    there are few output channels, as in front of an image, the forward pass is a 2x2 convolution,
    see `by_phases`.
    """

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__(inputs, outputs, 4, stride=2, padding=1)

    def forward(self, features: Tensor) -> Tensor:
        """(B,C,H,W) to (B,C',2H,2W)."""
        if features.device.type == "cpu":
            return _DoublingConv.apply(features, self.weight, self.bias)
        return self.plain(features)

    def plain(self, features: Tensor) -> Tensor:
        """The same by PyTorch's own function."""
        return super().forward(features)


class _DoublingConv(torch.autograd.Function):
    @staticmethod
    @torch.amp.custom_fwd(device_type="cpu", cast_inputs=torch.bfloat16)
    def forward(ctx: Any, features: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        ctx.save_for_backward(features, weight)
        if weight.shape[1] <= FEW_CHANNELS:
            return by_phases(features, weight, bias)
        return F.conv_transpose2d(features, weight, bias, stride=2, padding=1)

    @staticmethod
    @once_differentiable
    @torch.amp.custom_bwd(device_type="cpu")
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, Tensor | None, Tensor | None]:
        features, weight = ctx.saved_tensors
        needs_features, needs_weight, needs_bias = ctx.needs_input_grad
        d_features, d_weight, _ = torch.ops.aten.convolution_backward(
            gradient,
            features,
            weight,
            bias_sizes=None,
            stride=[2, 2],
            padding=[1, 1],
            dilation=[1, 1],
            transposed=True,
            output_padding=[0, 0],
            groups=1,
            output_mask=[needs_features, needs_weight, False],
        )
        return d_features, d_weight, gradient.sum((0, 2, 3)) if needs_bias else None


def by_phases(features: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    """The transposed convolution as a 2x2 convolution to four phases of every output channel.

    Output pixel (2i + a, 2j + b) with a, b in {0, 1} sees two input rows and two columns, so each
    phase (a, b) is a 2x2 convolution with a quarter of the kernel. They are interleaved as
    channels-last rows, 2 to 3 times faster than `pixel_shuffle`, and a border of one pixel is cut.
    """
    inputs, outputs = weight.shape[:2]
    quarters = weight.view(inputs, outputs, 2, 2, 2, 2).flip(2, 4)
    kernel = quarters.permute(3, 5, 1, 0, 2, 4).reshape(4 * outputs, inputs, 2, 2)
    phases = F.conv2d(features, kernel, bias.repeat(4), padding=1)
    batch, _, height, width = phases.shape
    phases = phases.permute(0, 2, 3, 1).reshape(batch, height, width, 2, 2, outputs)
    image = phases.transpose(2, 3).reshape(batch, 2 * height, 2 * width, outputs)
    image = image[:, 1:-1, 1:-1].permute(0, 3, 1, 2)
    return image.contiguous(memory_format=torch.channels_last)
