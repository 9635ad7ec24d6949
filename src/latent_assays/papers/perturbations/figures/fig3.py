"""Fig. 3 of paper `perturbations`: how the pattern is made, and images before and after it."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure

from latent_assays.figures.style import PAGE_WIDTH, footnote
from latent_assays.papers.perturbations.figures.images import (
    FIRST,
    SECOND,
    show,
    show_signs,
    values,
)
from latent_assays.store import ImageSet
from latent_assays.variants.pattern import COLUMN_FACTORS, Pattern, pattern_of

__all__ = ["draw"]

SHOWN = 5
EACH = 3  # columns of each column factor in (a)
PARTS = (10, 90)  # percentiles of s that (a) shows
ROWS = ("original", "perturbed", "change × 2")


def draw(
    dsprites: ImageSet,
    dsprites_perturbed: ImageSet,
    shapes3d: ImageSet,
    shapes3d_perturbed: ImageSet,
    sources: list[str],
) -> Figure:
    """Draw the pattern, and a few images of each dataset above their perturbed selves.

    Args:
        dsprites: the original images.
        dsprites_perturbed: the same rows, perturbed; its pattern is that of (a).
        shapes3d: the original images.
        shapes3d_perturbed: the same rows, perturbed.
        sources: sentences for the footnote.
    """
    figure = plt.figure(figsize=(PAGE_WIDTH, 5.0), layout="constrained")
    top, bottom = figure.subfigures(2, 1, height_ratios=[2, 2.6], hspace=0.04)
    _draw_pattern(top, dsprites_perturbed)
    blocks = bottom.subfigures(1, 2, wspace=0.04)
    pairs = [("(b)", dsprites, dsprites_perturbed), ("(c)", shapes3d, shapes3d_perturbed)]
    for block, (panel, original, perturbed) in zip(blocks, pairs, strict=True):
        _draw_pairs(block, panel, original, perturbed)
    footnote(figure, sources)
    return figure


def _draw_pattern(block: SubFigure, perturbed: ImageSet) -> None:
    """Signs with what f(s) takes of them at two values of s, and f(s) at both; all transposed."""
    pattern, height = pattern_of(perturbed), perturbed.images.shape[1]
    parts = np.percentile(perturbed.extra["s"], PARTS)
    shifts = pattern.shifts(parts)
    block.suptitle(
        f"(a) how the pattern of {perturbed.attributes['title']} is made, gain"
        f" {pattern.gain:g} (transposed)",
        fontsize=9,
    )
    strip, *taken = block.subplots(1, 3, width_ratios=[2.6, 1, 1])
    _draw_strip(strip, pattern, shifts, height)
    for axes, s, colour in zip(taken, parts, (FIRST, SECOND), strict=True):
        show_signs(axes, pattern.at(np.array([s]), height)[0].T)
        axes.set_title(f"f(s) at s = {s:+.1f}".replace("-", "−"), color=colour)
        axes.set(xlabel="row $i$", ylabel="column $j$")
        axes.spines[:].set(color=colour, linewidth=1.5)


def _draw_strip(axes: Axes, pattern: Pattern, shifts: np.ndarray, height: int) -> None:
    """Signs of a few columns by their column factor, and the windows at both values of s."""
    by_factor = [np.flatnonzero(pattern.column_factors == c)[:EACH] for c in COLUMN_FACTORS]
    chosen = np.concatenate(by_factor)
    length = shifts.max() + height
    show_signs(axes, pattern.signs[:length, chosen].T)
    edges = np.arange(len(chosen) + 1) - 0.5
    for moved, colour in zip(shifts[:, chosen], (FIRST, SECOND), strict=True):
        for side in (moved, moved + height):
            lines = {"orientation": "horizontal", "color": colour, "lw": 1.8}
            axes.stairs(side - 0.5, edges, baseline=None, **lines)
    axes.set_aspect("auto")
    factors = pattern.column_factors[chosen]
    axes.set_yticks(range(len(chosen)), [f"$c$ = {factor}" for factor in factors])
    axes.set_xlim(-1, length)
    axes.set_xlabel("row $i'$ of the random signs $p$")
    axes.set_title("some columns, and what they show at two values of s")


def _draw_pairs(block: SubFigure, panel: str, original: ImageSet, perturbed: ImageSet) -> None:
    epsilon = perturbed.attributes["epsilon"]
    block.suptitle(f"{panel} {original.attributes['title']}, ε = {epsilon:g}", fontsize=9)
    rows = np.sort(np.random.default_rng(0).choice(len(original), SHOWN, replace=False))
    before, after = values(original, rows), values(perturbed, rows)
    strips = (before, after, 0.5 + 2 * (after - before))
    lines = block.subplots(len(strips), SHOWN)
    for name, strip, line in zip(ROWS, strips, lines, strict=True):
        for image, axes in zip(strip, line, strict=True):
            show(axes, image)
        line[0].set_ylabel(name)
