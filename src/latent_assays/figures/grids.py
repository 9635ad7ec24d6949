"""Images side by side as one picture, with labels for rows and columns."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

__all__ = ["LABEL_SIZE", "Grid", "draw_grid", "lay_out"]

LABEL_SIZE = 6  # in points


@dataclass(frozen=True)
class Grid:
    """Images side by side on white, as one picture.

    Attributes:
        picture: (h,w,3) uint8.
        rows: (R,) pixel at the centre of each row.
        columns: (S,) pixel at the centre of each column.
        row_labels: R labels, or none.
        column_labels: S labels, or none.
    """

    picture: np.ndarray
    rows: np.ndarray
    columns: np.ndarray
    row_labels: Sequence[str] = ()
    column_labels: Sequence[str] = ()

    @property
    def slope(self) -> float:
        """Height over width."""
        return self.picture.shape[0] / self.picture.shape[1]


def lay_out(
    images: np.ndarray,
    row_labels: Sequence[str] = (),
    column_labels: Sequence[str] = (),
    row_groups: Sequence[int] | np.ndarray | None = None,
    column_groups: Sequence[int] | np.ndarray | None = None,
) -> Grid:
    """Put images side by side, pixel by pixel.

    Args:
        images: (R,S,H,W,C) uint8, C being 1 or 3.
        row_labels: R labels that stand left of the rows, or none.
        column_labels: S labels that stand above the columns, or none.
        row_groups: (R,) group of each row; a wide gap stands between rows of different groups, a
            thin line between others. None for one group.
        column_groups: (S,), as for rows.
    """
    rows, columns, height, width, channels = images.shape
    tops = _starts(rows, height, row_groups)
    lefts = _starts(columns, width, column_groups)
    picture = np.full((tops[-1] + height, lefts[-1] + width, channels), 255, np.uint8)
    for line, top in zip(images, tops, strict=True):
        for image, left in zip(line, lefts, strict=True):
            picture[top : top + height, left : left + width] = image
    if channels == 1:
        picture = np.repeat(picture, 3, axis=-1)
    centres = tops + (height - 1) / 2, lefts + (width - 1) / 2
    return Grid(picture, *centres, row_labels, column_labels)


def _starts(count: int, side: int, groups: Sequence[int] | np.ndarray | None) -> np.ndarray:
    """First pixel of each of `count` images."""
    changes = np.diff(np.zeros(count) if groups is None else groups) != 0
    line, gap = max(1, side // 32), max(2, side // 5)
    return np.concatenate([[0], np.cumsum(side + np.where(changes, gap, line))]).astype(int)


def draw_grid(axes: Axes, grid: Grid) -> None:
    """Draw a grid, its pixels sharp in every format, with its labels."""
    axes.imshow(grid.picture, interpolation="none")
    axes.set_xticks(grid.columns if grid.column_labels else [], grid.column_labels)
    axes.set_yticks(grid.rows if grid.row_labels else [], grid.row_labels)
    axes.tick_params(length=0, pad=2, labelsize=LABEL_SIZE, labeltop=True, labelbottom=False)
    axes.spines[:].set_visible(False)
