"""Fig. 1b of paper `perturbations`: the codes of a linear VAE beside those of a non-linear one."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from latent_assays.figures.style import PAGE_WIDTH, footnote
from latent_assays.store import ImageSet

__all__ = ["draw"]

PRINCIPAL, SEGMENTS = "#d55e00", "#0072b2"
MODELS = {"linear-vae": "linear VAE", "mlp-vae": "non-linear VAE"}
ANGLES = {  # number -> colour, marker, line and name
    "angle_to_principal_axes": (PRINCIPAL, "o", "--", "principal axes of the data"),
    "angle_to_segments": (SEGMENTS, "s", "-", "direction of the segments"),
}
CHANCE = 22.5  # degrees, the mean of random directions


def draw(
    linear: Mapping[str, np.ndarray],
    nonlinear: Mapping[str, np.ndarray],
    images: ImageSet,
    numbers: pd.DataFrame,
    sources: list[str],
) -> Figure:
    """Draw codes in units of noise with the axes of the data, and the angles of all seeds.

    Args:
        linear: measure `alignment` of a linear VAE: `codes` (N,2), `principal` (2,2) and
            `segments` (2,).
        nonlinear: that of a non-linear VAE.
        images: the points (N,1,1,2), for the insets.
        numbers: collected numbers of both models, with the angles.
        sources: sentences for the footnote.
    """
    figure = plt.figure(figsize=(PAGE_WIDTH, 3.2), layout="constrained")
    first, second, angles = figure.subplots(1, 3, width_ratios=[1, 1, 0.8])
    points = images.images.reshape(len(images), -1)
    _draw_codes(first, linear, "(a) linear VAE")
    _draw_codes(second, nonlinear, "(b) non-linear VAE")
    _draw_data(first, points)
    _draw_angles(angles, numbers)
    handles = [
        Line2D([], [], color=colour, marker=marker, ls=style, lw=1.6, ms=4, label=label)
        for colour, marker, style, label in ANGLES.values()
    ]
    figure.legend(handles=handles, loc="outside upper center", ncols=2, frameon=False, fontsize=7)
    footnote(figure, [_sentence(numbers), *sources])
    return figure


def _draw_codes(axes: Axes, alignment: Mapping[str, np.ndarray], title: str) -> None:
    """Codes, the latent axes, and where the axes of the data point."""
    codes = alignment["codes"]
    reach = 1.1 * np.abs(codes).max()
    axes.scatter(*codes.T, s=1.5, c="0.35", lw=0, rasterized=True)
    grid = {"color": "0.8", "lw": 0.8, "zorder": 0}
    axes.axhline(0, **grid)
    axes.axvline(0, **grid)
    for direction in alignment["principal"]:
        _draw_line(axes, direction, reach, PRINCIPAL, "--")
    _draw_line(axes, alignment["segments"], reach, SEGMENTS, "-")
    axes.set(title=title, xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal")
    axes.set(xlabel="latent 0, in units of its noise", ylabel="latent 1, in units of its noise")


def _draw_line(axes: Axes, direction: np.ndarray, reach: float, colour: str, style: str) -> None:
    """A line through the middle; none if the direction is not defined."""
    if np.isfinite(direction).all():
        ends = 0.97 * reach * np.outer([-1, 1], direction / np.abs(direction).max())
        axes.plot(*ends.T, style, color=colour, lw=1.6)


def _draw_data(axes: Axes, points: np.ndarray) -> None:
    """The data in a corner."""
    inset = axes.inset_axes((0, 0.7, 0.45, 0.3))
    inset.scatter(*points.T, s=0.4, c="0.2", lw=0, rasterized=True)
    inset.set(xticks=[], yticks=[], aspect="equal", anchor="NW")
    inset.set_title("data", y=0.98, pad=-7, x=0.03, ha="left", fontsize=7)
    inset.margins(0.15)


def _draw_angles(axes: Axes, numbers: pd.DataFrame) -> None:
    """Both angles of each model, a mark for every seed."""
    for place, model in enumerate(MODELS):
        of_model = numbers[numbers["model"] == model]
        for shift, (name, (colour, marker, _, _)) in zip(
            (-0.15, 0.15), ANGLES.items(), strict=True
        ):
            values = of_model[of_model["number"] == name].dropna(subset="value")["value"]
            at = place + shift + np.linspace(-0.08, 0.08, len(values))
            axes.plot(
                at, values, ls="none", marker=marker, ms=4, color=colour, mec="white", mew=0.4
            )
    axes.axhline(CHANCE, color="0.6", lw=0.8, ls=":", zorder=0)
    axes.set_title("(c) angle to a latent axis")
    axes.set_xticks(range(len(MODELS)), MODELS.values())
    axes.set(xlim=(-0.5, len(MODELS) - 0.5), ylim=(-1, 46), ylabel="degrees, 0 if aligned")
    axes.set_yticks([0, CHANCE, 45], ["0", "22.5\nchance", "45"])


def _sentence(numbers: pd.DataFrame) -> str:
    """How many runs (c) shows."""
    rows = numbers[numbers["number"].isin(ANGLES) & numbers["model"].isin(MODELS)]
    seeds = rows.dropna(subset="value")["seed"].nunique()
    return f"(a, b) seed 0 of each model; (c) {seeds} seed{'' if seeds == 1 else 's'}, a mark each."
