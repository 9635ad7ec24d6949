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
        resolution: side of the original images in pixels; 1 for vectors.
        channels: 1 or 3; for vectors how many coordinates they have.
        licence: of the original.
        vectors: whether the data are vectors (1,1,C) float32. A formula is their only origin, so
            that a rendered set is no stand-in.
    """

    title: str
    factor_names: tuple[str, ...]
    factor_sizes: tuple[int, ...]
    grid: bool
    resolution: int
    channels: int
    licence: str
    vectors: bool = False


class ImageSource(Protocol):
    """Images and factors by row, in the original's row order.

    A source whose publisher tells training, validation and test images apart has an attribute
    `partition` (N,) too: 0, 1 or 2 for each row.

    Attributes:
        source: in words, where the images come from (goes on every figure).
    """

    source: str

    def __len__(self) -> int: ...

    def factors(self, rows: np.ndarray) -> np.ndarray:
        """Factors (B,K) of the rows (B,): int16 classes, or float32 where continuous."""
        ...

    def images(self, rows: np.ndarray) -> np.ndarray:
        """Images (B,H,W,C) uint8, or vectors (B,1,1,C) float32, of the rows (B,).

        Rows ascend when read from a file.
        """
        ...
