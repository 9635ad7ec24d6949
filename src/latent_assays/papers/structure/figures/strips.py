"""Figures of grids of images, of which many of the paper consist."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from latent_assays.figures.grids import LABEL_SIZE, Grid, draw_grid
from latent_assays.figures.style import PAGE_WIDTH, footnote

__all__ = ["draw_panels", "in_lines"]

LETTERS = 150  # of a line of the footnote


def in_lines(images: np.ndarray, lines: int) -> np.ndarray:
    """Images (n,H,W,C) as (lines,n // lines,H,W,C), the last ones left out if they fill no column.

    Fewer images than lines make one line each.
    """
    lines = min(lines, len(images))
    columns = len(images) // lines
    return images[: lines * columns].reshape(lines, columns, *images.shape[1:])


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
    inches = PAGE_WIDTH / across - 0.15 - words * LABEL_SIZE * 0.6 / 72  # of a picture
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
