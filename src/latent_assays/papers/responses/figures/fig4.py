"""Fig. 4 of paper `responses`: a response map of Model A and what lies on its plane."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from latent_assays.figures.style import PAGE_WIDTH, footnote
from latent_assays.papers.responses.figures.panels import (
    draw_curvature,
    draw_divergence,
    draw_tiles,
    pair_sentence,
    unit,
)

__all__ = ["draw"]


def draw(response: Mapping[str, np.ndarray], sources: list[str]) -> Figure:
    """Draw divergence under posterior means, mean curvature, and reconstructions.

    Args:
        response: `axis` (G,), `divergence`, `curvature` (G,G), `spacing`, `latents` (2,), `codes`
            (P,2), `tiles` (T,T,H,W,C) uint8, `tile_axis` (T,), `rule`, `coupling`, and the shares
            `negative_divergence` and `codes_at_positive_curvature`.
        sources: sentences for the footnote.
    """
    figure = plt.figure(figsize=(PAGE_WIDTH, 3.15), layout="constrained")
    panels = figure.subplots(1, 3)
    first, second = response["latents"]
    divergence = draw_divergence(panels[0], response)
    panels[0].scatter(*response["codes"].T, s=3, c="#00c800", lw=0, alpha=0.5)
    curvature = draw_curvature(panels[1], response)
    draw_tiles(panels[2], response)
    titles = ("(a) divergence, posterior means", "(b) mean curvature $H$", "(c) reconstructions")
    for panel, title in zip(panels, titles, strict=True):
        panel.set_title(title)
        panel.set_xlabel(f"latent {first}")
        panel.set_ylabel(f"latent {second}")
    for panel in panels[:2]:
        panel.set_xlim(response["axis"][0], response["axis"][-1])
        panel.set_ylim(response["axis"][0], response["axis"][-1])
    notes = (
        f"negative on {float(response['negative_divergence']):.0%} of the map",
        f"{unit(response)}; positive at"
        f" {float(response['codes_at_positive_curvature']):.0%} of the codes",
    )
    for panel, image, note in zip(panels, (divergence, curvature), notes, strict=False):
        bar = figure.colorbar(image, ax=panel, location="bottom", shrink=0.75, pad=0.02)
        bar.set_label(note, fontsize=6)
    footnote(figure, [pair_sentence(response), *sources])
    return figure
