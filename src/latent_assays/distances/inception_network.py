"""The Inception v3 network of TensorFlow's release of 2015-12-05, up to its last pooling.

Szegedy et al., Rethinking the Inception Architecture (CVPR 2016). Names of layers are those of the
weight file that PyTorch implementations of FID share. It differs from torchvision's network in
three ways, all in pooling: averages leave the padding out, the last block takes a maximum, and
images are resized as TensorFlow 1 did.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

__all__ = ["SIDE", "InceptionNetwork", "resize_as_tensorflow_1"]

SIDE = 299
CLASSES = 1008  # of the classifier, which the weight file holds and FID does not use

# A block's branches are convolutions one after the other: (name, channels, (height, width)). Two
# names fork: both convolutions see the same input and their outputs are joined.
ONE, THREE, FIVE = (1, 1), (3, 3), (5, 5)
A = (
    (("branch1x1", 64, ONE),),
    (("branch5x5_1", 48, ONE), ("branch5x5_2", 64, FIVE)),
    (("branch3x3dbl_1", 64, ONE), ("branch3x3dbl_2", 96, THREE), ("branch3x3dbl_3", 96, THREE)),
)
B = (
    (("branch3x3", 384, THREE),),
    (("branch3x3dbl_1", 64, ONE), ("branch3x3dbl_2", 96, THREE), ("branch3x3dbl_3", 96, THREE)),
)
D = (
    (("branch3x3_1", 192, ONE), ("branch3x3_2", 320, THREE)),
    (
        ("branch7x7x3_1", 192, ONE),
        ("branch7x7x3_2", 192, (1, 7)),
        ("branch7x7x3_3", 192, (7, 1)),
        ("branch7x7x3_4", 192, THREE),
    ),
)
E = (
    (("branch1x1", 320, ONE),),
    (
        ("branch3x3_1", 384, ONE),
        (("branch3x3_2a", 384, (1, 3)), ("branch3x3_2b", 384, (3, 1))),
    ),
    (
        ("branch3x3dbl_1", 448, ONE),
        ("branch3x3dbl_2", 384, THREE),
        (("branch3x3dbl_3a", 384, (1, 3)), ("branch3x3dbl_3b", 384, (3, 1))),
    ),
)


def _c(inner: int) -> tuple:
    """The branches of a block of 7 x 1 and 1 x 7 convolutions."""
    return (
        (("branch1x1", 192, ONE),),
        (
            ("branch7x7_1", inner, ONE),
            ("branch7x7_2", inner, (1, 7)),
            ("branch7x7_3", 192, (7, 1)),
        ),
        (
            ("branch7x7dbl_1", inner, ONE),
            ("branch7x7dbl_2", inner, (7, 1)),
            ("branch7x7dbl_3", inner, (1, 7)),
            ("branch7x7dbl_4", inner, (7, 1)),
            ("branch7x7dbl_5", 192, (1, 7)),
        ),
    )


class _Convolution(nn.Module):
    """Convolution without bias, batch normalisation, ReLU."""

    def __init__(self, channels: int, out: int, size: tuple, stride: int = 1, pad: bool = True):
        super().__init__()
        padding = tuple(side // 2 for side in size) if pad else 0
        self.conv = nn.Conv2d(channels, out, size, stride, padding, bias=False)
        self.bn = nn.BatchNorm2d(out, eps=0.001)

    def forward(self, x: Tensor) -> Tensor:
        return self.bn(self.conv(x)).relu()


class _Block(nn.Module):
    """Branches joined along the channels, a pooling branch last.

    Args:
        channels: of the input.
        branches: see above.
        pool: `average` or `maximum` keeps the size and convolves; `halve` is a maximum with
            stride 2, as are then the last convolutions of all branches.
        pooled: channels of the convolution after the pooling.
    """

    def __init__(self, channels: int, branches: tuple, pool: str, pooled: int = 0) -> None:
        super().__init__()
        self.branches, self.pool = [], pool
        self.channels = pooled or channels
        for branch in branches:
            inside, names = channels, []
            for step in branch:
                fork = step if isinstance(step[0], tuple) else (step,)
                halve = pool == "halve" and step is branch[-1]
                for name, out, size in fork:
                    layer = _Convolution(inside, out, size, 2 if halve else 1, pad=not halve)
                    self.add_module(name, layer)
                names.append([name for name, _, _ in fork])
                inside = sum(out for _, out, _ in fork)
            self.branches.append(names)
            self.channels += inside
        if pooled:
            self.branch_pool = _Convolution(channels, pooled, ONE)

    def forward(self, x: Tensor) -> Tensor:
        outputs = []
        for branch in self.branches:
            y = x
            for names in branch:
                y = torch.cat([self.get_submodule(name)(y) for name in names], 1)
            outputs.append(y)
        if self.pool == "halve":
            return torch.cat([*outputs, functional.max_pool2d(x, 3, 2)], 1)
        if self.pool == "average":
            x = functional.avg_pool2d(x, 3, 1, 1, count_include_pad=False)
        else:
            x = functional.max_pool2d(x, 3, 1, 1)
        return torch.cat([*outputs, self.branch_pool(x)], 1)


class InceptionNetwork(nn.Module):
    """Features (B,2048) of images (B,3,H,W) uint8: means over space of the last block."""

    def __init__(self) -> None:
        super().__init__()
        self.Conv2d_1a_3x3 = _Convolution(3, 32, THREE, stride=2, pad=False)
        self.Conv2d_2a_3x3 = _Convolution(32, 32, THREE, pad=False)
        self.Conv2d_2b_3x3 = _Convolution(32, 64, THREE)
        self.Conv2d_3b_1x1 = _Convolution(64, 80, ONE)
        self.Conv2d_4a_3x3 = _Convolution(80, 192, THREE, pad=False)
        blocks = {
            "5b": (A, "average", 32),
            "5c": (A, "average", 64),
            "5d": (A, "average", 64),
            "6a": (B, "halve"),
            "6b": (_c(128), "average", 192),
            "6c": (_c(160), "average", 192),
            "6d": (_c(160), "average", 192),
            "6e": (_c(192), "average", 192),
            "7a": (D, "halve"),
            "7b": (E, "average", 192),
            "7c": (E, "maximum", 192),
        }
        channels, self.blocks = 192, []
        for name, settings in blocks.items():
            block = _Block(channels, *settings)
            self.add_module(f"Mixed_{name}", block)
            self.blocks.append(f"Mixed_{name}")
            channels = block.channels
        self.fc = nn.Linear(channels, CLASSES)

    def forward(self, images: Tensor) -> Tensor:
        x = (resize_as_tensorflow_1(images.float(), SIDE) - 128) / 128
        x = self.Conv2d_2b_3x3(self.Conv2d_2a_3x3(self.Conv2d_1a_3x3(x)))
        x = functional.max_pool2d(x, 3, 2)
        x = self.Conv2d_4a_3x3(self.Conv2d_3b_1x1(x))
        x = functional.max_pool2d(x, 3, 2)
        for name in self.blocks:
            x = self.get_submodule(name)(x)
        return x.mean((2, 3))


def resize_as_tensorflow_1(images: Tensor, side: int) -> Tensor:
    """Images (B,C,H,W) bilinearly at side x side.

    Pixel j of the output lies at j·H/side of the input, not at the centre of its pixel as in every
    later library.
    """
    for axis in (2, 3):
        size = images.shape[axis]
        place = torch.arange(side, device=images.device) * (size / side)
        before = place.long().clamp(max=size - 1)
        after = (before + 1).clamp(max=size - 1)
        share = (place - before).reshape((side, 1) if axis == 2 else (side,))
        first, second = images.index_select(axis, before), images.index_select(axis, after)
        images = first + (second - first) * share
    return images
