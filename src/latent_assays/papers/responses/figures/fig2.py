"""Fig. 2 of paper `responses`: response map of the double helix beside its aggregate posterior."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from latent_assays.figures.style import PAGE_WIDTH, footnote
from latent_assays.papers.responses.figures.panels import (
    draw_curvature,
    draw_divergence,
    draw_map,
    unit,
)

__all__ = ["draw"]

BINS = 75


def draw(response: Mapping[str, np.ndarray], sources: list[str]) -> Figure:
    """Draw |u|, divergence, mean curvature and the posterior means over the two latents.

    Args:
        response: `axis` (G,), `magnitude`, `divergence`, `curvature` (G,G), `spacing`, `codes`
            (N,2), and the shares `negative_divergence` and `codes_at_positive_curvature`.
        sources: sentences for the footnote.
    """
    figure = plt.figure(figsize=(PAGE_WIDTH, 2.75), layout="constrained")
    panels = figure.subplots(1, 4, sharex=True, sharey=True)
    axis = response["axis"]
    edges = np.linspace(axis[0], axis[-1], BINS + 1)
    density, *_ = np.histogram2d(*response["codes"].T, bins=edges, density=True)
    centres = (edges[1:] + edges[:-1]) / 2
    images = [
        draw_map(panels[0], axis, response["magnitude"]),
        draw_divergence(panels[1], response),
        draw_curvature(panels[2], response),
        draw_map(panels[3], centres, density, "Greys"),
    ]
    titles = (
        r"response $|u|$",
        r"divergence $\nabla\cdot u$",
        "mean curvature $H$",
        "aggregate posterior",
    )
    notes = (
        "latent units",
        f"negative on {float(response['negative_divergence']):.0%} of the map",
        f"{unit(response)}; positive at"
        f" {float(response['codes_at_positive_curvature']):.0%} of codes",
        f"density of {len(response['codes']):,} posterior means",
    )
    for panel, image, title, note in zip(panels, images, titles, notes, strict=True):
        panel.set_title(title)
        panel.set_xlabel("latent 0")
        panel.set_xlim(axis[0], axis[-1])
        panel.set_ylim(axis[0], axis[-1])
        bar = figure.colorbar(image, ax=panel, location="bottom", aspect=18, pad=0.02)
        bar.set_label(note, fontsize=6)
    panels[0].set_ylabel("latent 1")
    footnote(figure, sources)
    return figure
