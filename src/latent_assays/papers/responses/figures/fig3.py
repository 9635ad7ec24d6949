"""Fig. 3 of paper `responses`: two interpolations on the double helix, in latent and in space."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from latent_assays.figures.style import PAGE_WIDTH, footnote
from latent_assays.papers.responses.figures.panels import COLOURS, draw_map, draw_paths

__all__ = ["draw"]

BINS = 75


def draw(
    response: Mapping[str, np.ndarray], strands: Mapping[str, np.ndarray], sources: list[str]
) -> Figure:
    """Draw both paths over the posterior density, and decoded among the points.

    Args:
        response: `axis` (G,), `codes` (N,2).
        strands: `points` and `reconstructions` (N,3), `ends` (2,2), and for `curved` and
            `straight` the positions (P,2), `NAME_points` (P,3), `NAME_jumps`.
        sources: sentences for the footnote.
    """
    figure = plt.figure(figsize=(PAGE_WIDTH, 3.9), layout="constrained")
    grid = figure.add_gridspec(1, 2, width_ratios=[1, 1.15])
    _draw_latents(figure.add_subplot(grid[0]), response, strands)
    _draw_space(figure.add_subplot(grid[1], projection="3d"), strands)
    footnote(figure, sources)
    return figure


def _draw_latents(
    axes: Axes, response: Mapping[str, np.ndarray], strands: Mapping[str, np.ndarray]
) -> None:
    edges = np.linspace(response["axis"][0], response["axis"][-1], BINS + 1)
    density, *_ = np.histogram2d(*response["codes"].T, bins=edges)
    draw_map(axes, (edges[1:] + edges[:-1]) / 2, density, "Greys", vmax=np.percentile(density, 99))
    draw_paths(axes, strands)
    ends = (edges[0], edges[-1])
    axes.set(title="(a) latent space", xlabel="latent 0", ylabel="latent 1", xlim=ends, ylim=ends)
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.13), fontsize=6, frameon=False, ncols=2)


def _draw_space(axes, strands: Mapping[str, np.ndarray]) -> None:
    axes.scatter(*strands["points"].T, s=4, c="black", alpha=0.5, lw=0, label="data")
    axes.scatter(
        *strands["reconstructions"].T, s=4, c="#2f7fd6", alpha=0.8, lw=0, label="reconstructions"
    )
    for name in ("straight", "curved"):
        path, jumps = strands[f"{name}_points"], int(strands[f"{name}_jumps"])
        label = f"{name}: {jumps} jump{'' if jumps == 1 else 's'} between strands"
        axes.plot(*path.T, color=COLOURS[name], lw=2.2, label=label, zorder=5)
    ends = strands["straight_points"][[0, -1]]
    axes.scatter(*ends.T, s=30, c=COLOURS["ends"], depthshade=False, zorder=6)
    for letter, end in zip("AB", ends, strict=True):
        axes.text(*end, f" {letter}", weight="bold", zorder=7)
    axes.set_title("(b) ambient space")
    axes.set(xlabel="$x_1$", ylabel="$x_2$", zlabel="$x_3$", box_aspect=(1, 1, 1))
    axes.tick_params(pad=-2)
    axes.xaxis.labelpad = axes.yaxis.labelpad = axes.zaxis.labelpad = -6
    axes.view_init(elev=18, azim=-60)
    axes.legend(
        loc="upper center",
        bbox_to_anchor=(0.5, -0.02),
        fontsize=6,
        frameon=False,
        markerscale=3,
        ncols=2,
    )
