"""Fig. 5 of paper `responses`: interpolation along the latent manifold against a straight line."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from latent_assays.figures.style import PAGE_WIDTH, footnote
from latent_assays.papers.responses.figures.panels import (
    draw_curvature,
    draw_paths,
    draw_profiles,
    draw_strips,
    pair_sentence,
    path_sentence,
    unit,
)

__all__ = ["draw"]

SHOWN = 12


def draw(response: Mapping[str, np.ndarray], sources: list[str]) -> Figure:
    """Draw both paths on the map of mean curvature, their profiles, and what they decode to.

    Args:
        response: see `fig4.draw`; also `ends` (2,2), `ends_rule`, and for `curved` and `straight`
            the positions (P,2), `NAME_curvature` (P,), `NAME_mean_curvature`,
            `NAME_mean_distance`, and `NAME_images` (Q,H,W,C) uint8.
        sources: sentences for the footnote.
    """
    figure = plt.figure(figsize=(PAGE_WIDTH, 5.0), layout="constrained")
    axes = figure.subplot_mosaic(
        [["a", "b"], ["c", "c"], ["d", "d"]],
        height_ratios=[4.2, 1, 1],
        width_ratios=[1, 1.25],
    )
    first, second = response["latents"]
    image = draw_curvature(axes["a"], response)
    draw_paths(axes["a"], response)
    axes["a"].set(
        title="(a) mean curvature $H$ and both paths",
        xlabel=f"latent {first}",
        ylabel=f"latent {second}",
    )
    bar = figure.colorbar(image, ax=axes["a"], shrink=0.8, aspect=25, pad=0.02)
    bar.set_label(unit(response), fontsize=6)
    draw_profiles(axes["b"], response)
    axes["b"].set_title("(b) mean curvature along the paths")
    axes["b"].legend(frameon=False, fontsize=6)
    draw_strips(axes, response, "cd", SHOWN)
    footnote(figure, [pair_sentence(response), path_sentence(response), *sources])
    return figure
