"""Grids of images with labels for rows and columns, of which many figures of the paper consist."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from latent_assays.figures.style import PAGE_WIDTH, footnote

__all__ = ["Grid", "draw_grid", "draw_panels", "in_lines", "lay_out"]

SIZE = 6  # of labels, in points
LETTERS = 150  # of a line of the footnote


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


def in_lines(images: np.ndarray, lines: int) -> np.ndarray:
    """Images (n,H,W,C) as (lines,n // lines,H,W,C), the last ones left out if they fill no column.

    Fewer images than lines make one line each.
    """
    lines = min(lines, len(images))
    columns = len(images) // lines
    return images[: lines * columns].reshape(lines, columns, *images.shape[1:])


def draw_grid(axes: Axes, grid: Grid) -> None:
    """Draw a grid, its pixels sharp in every format, with its labels."""
    axes.imshow(grid.picture, interpolation="none")
    axes.set_xticks(grid.columns if grid.column_labels else [], grid.column_labels)
    axes.set_yticks(grid.rows if grid.row_labels else [], grid.row_labels)
    axes.tick_params(length=0, pad=2, labelsize=SIZE, labeltop=True, labelbottom=False)
    axes.spines[:].set_visible(False)


def draw_panels(
    panels: Mapping[str, Grid],
    across: int,
    said: Sequence[str],
    title: str = "",
    row_axis: str = "",
) -> Figure:
    """A figure of grids.

    Args:
        panels: by their titles.
        across: how many stand side by side.
        said: lines of the footnote.
        title: of the figure.
        row_axis: what the labels of rows are.
    """
    grids = list(panels.values())
    lines = [grids[start : start + across] for start in range(0, len(grids), across)]
    words = max((len(label) for grid in grids for label in grid.row_labels), default=0)
    inches = PAGE_WIDTH / across - 0.15 - words * SIZE * 0.6 / 72  # of a picture
    heights = [max(grid.slope for grid in line) * inches + 0.3 for line in lines]
    text = 0.2 * bool(title) + 0.1 * sum(1 + len(line) // LETTERS for line in said)
    figure = plt.figure(figsize=(PAGE_WIDTH, sum(heights) + text + 0.1), layout="constrained")
    axes = figure.subplots(len(lines), across, squeeze=False, height_ratios=heights)
    for panel, (name, grid) in zip(axes.flat, panels.items(), strict=True):
        draw_grid(panel, grid)
        panel.set_title(name)
        panel.set_anchor("N")
    for panel in axes[:, 0]:
        panel.set_ylabel(row_axis)
    figure.suptitle(title, fontsize=9)
    footnote(figure, said)
    return figure
