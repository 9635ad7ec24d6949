"""What a dataset looks like to the rest of the workflow, whether rendered or downloaded."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

__all__ = ["ImageSource", "Spec"]


@dataclass(frozen=True)
class Spec:
    """The facts of a dataset that do not depend on where its images come from.

    Attributes:
        title: the name people use.
        factor_names: K names; the grid runs over them with the last one fastest.
        factor_sizes: K class counts; 0 marks a continuous factor.
        grid: whether the rows enumerate every combination of classes.
        resolution: side of the original images in pixels.
        channels: 1 or 3.
        licence: of the original.
    """

    title: str
    factor_names: tuple[str, ...]
    factor_sizes: tuple[int, ...]
    grid: bool
    resolution: int
    channels: int
    licence: str


class ImageSource(Protocol):
    """Images and factors by row, in the original's row order.

    Attributes:
        source: in words, where the images come from (goes on every figure).
    """

    source: str

    def __len__(self) -> int: ...

    def factors(self, rows: np.ndarray) -> np.ndarray:
        """Factors (B,K) of the rows (B,): int16 classes, or float32 where continuous."""
        ...

    def images(self, rows: np.ndarray) -> np.ndarray:
        """Images (B,H,W,C) uint8 of the rows (B,); rows ascend when read from a file."""
        ...
