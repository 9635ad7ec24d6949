"""What all figures share: type, sizes, heat maps, and the line that says what was drawn."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from textwrap import fill

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage

__all__ = ["PAGE_WIDTH", "footnote", "heat_map", "paper_style"]

PAGE_WIDTH = 7.0  # inches
SETTINGS = {
    "font.size": 8,
    "axes.titlesize": 8,
    "axes.labelsize": 8,
    "xtick.labelsize": 6,
    "ytick.labelsize": 6,
    "axes.linewidth": 0.6,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.major.size": 2.0,
    "ytick.major.size": 2.0,
    "figure.dpi": 100,
    "savefig.dpi": 200,
    "svg.hashsalt": "latent-assays",
    "pdf.fonttype": 42,
}


@contextmanager
def paper_style() -> Iterator[None]:
    """Draw with the style of all figures, whatever the user's own matplotlib settings."""
    with mpl.rc_context({**mpl.rcParamsDefault, **SETTINGS, "backend": "agg"}):
        yield


def footnote(figure: Figure, lines: Sequence[str], size: float = 5.5) -> None:
    """Say below a figure what it was drawn from, stand-ins first of all.

    Args:
        figure: a figure with constrained layout, which makes room for the text.
        lines: sentences; each begins a line.
        size: in points.
    """
    width = int(figure.get_figwidth() * 72 / (size * 0.56))
    text = "\n".join(fill(line, width) for line in lines)
    figure.supxlabel(text, x=0.01, ha="left", fontsize=size, color="0.35")


def heat_map(
    axes: Axes,
    matrix: np.ndarray,
    rows: Sequence[str],
    columns: Sequence[str],
    maximum: float | None = None,
) -> AxesImage:
    """A matrix as a heat map from 0, one square a cell, with a label for every row and column.

    Args:
        axes: where to draw.
        matrix: (R,C), not negative.
        rows: R labels.
        columns: C labels.
        maximum: value of the darkest colour; the matrix's own largest value if None.
    """
    image = axes.imshow(matrix, cmap="viridis", vmin=0, vmax=maximum, aspect="equal")
    axes.set_xticks(range(len(columns)), columns, rotation=90 if len(columns) > 10 else 0)
    axes.set_yticks(range(len(rows)), rows)
    return image
