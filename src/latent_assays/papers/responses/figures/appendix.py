"""Appendix of paper `responses`: the same tools on a real dataset without known factors."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from latent_assays.figures.style import PAGE_WIDTH, footnote, heat_map
from latent_assays.papers.responses.figures.graph import draw_graph, parents_sentence
from latent_assays.papers.responses.figures.panels import (
    draw_curvature,
    draw_divergence,
    draw_paths,
    draw_profiles,
    draw_strips,
    draw_tiles,
    pair_sentence,
    path_sentence,
    unit,
)

__all__ = ["draw"]

SHOWN = 16


def draw(
    matrix: Mapping[str, np.ndarray],
    response: Mapping[str, np.ndarray],
    sources: list[str],
) -> Figure:
    """Draw response matrix, graph, response map and both paths.

    Args:
        matrix: see `fig6.draw`.
        response: see `fig4.draw` and `fig5.draw`.
        sources: sentences for the footnote.
    """
    figure = plt.figure(figsize=(PAGE_WIDTH, 6.6), layout="constrained")
    axes = figure.subplot_mosaic(
        [["a", "b", "c"], ["d", "e", "f"], ["g", "g", "g"], ["h", "h", "h"]],
        height_ratios=[3, 3, 0.8, 0.8],
    )
    latents = [str(latent) for latent in range(len(matrix["matrix"]))]
    image = heat_map(axes["a"], matrix["matrix"], latents, latents)
    axes["a"].set(xlabel="responding latent $k$", ylabel="intervened latent $j$")
    figure.colorbar(image, ax=axes["a"], shrink=0.75, aspect=20, pad=0.02)
    draw_graph(axes["b"], matrix)
    divergence = draw_divergence(axes["c"], response)
    axes["c"].scatter(*response["codes"].T, s=2, c="#00c800", lw=0, alpha=0.4)
    figure.colorbar(divergence, ax=axes["c"], shrink=0.75, aspect=20, pad=0.02)
    curvature = draw_curvature(axes["d"], response)
    draw_paths(axes["d"], response)
    bar = figure.colorbar(curvature, ax=axes["d"], shrink=0.75, aspect=20, pad=0.02)
    bar.set_label(unit(response), fontsize=6)
    draw_tiles(axes["e"], response)
    draw_profiles(axes["f"], response)
    axes["f"].legend(loc="upper center", bbox_to_anchor=(0.5, -0.25), fontsize=6, frameon=False)
    titles = {
        "a": "(a) latent response matrix $M$",
        "b": "(b) causal graph",
        "c": "(c) divergence, posterior means",
        "d": "(d) mean curvature and paths",
        "e": "(e) reconstructions",
        "f": "(f) along the paths",
    }
    axes["f"].set(xlabel="from A to B", ylabel=f"$H$ ({unit(response)})")
    for panel, title in titles.items():
        axes[panel].set_title(title)
    first, second = response["latents"]
    axes["f"].set_box_aspect(1)
    for panel in "acdef":
        axes[panel].set_anchor("N")
    for panel in "cde":
        axes[panel].set(xlabel=f"latent {first}", ylabel=f"latent {second}")
    draw_strips(axes, response, "gh", SHOWN)
    said = [parents_sentence(matrix), pair_sentence(response), path_sentence(response)]
    footnote(figure, [*said, *sources])
    return figure
