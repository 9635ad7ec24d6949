"""Fig. 17 of paper `structure`: more of the faces of Fig. 6b."""

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure

from latent_assays.figures.grids import lay_out
from latent_assays.papers.structure.figures.strips import draw_panels, in_lines

__all__ = ["draw"]

LINES = 2


def draw(
    sae_16: Mapping[str, np.ndarray],
    adaae_16: Mapping[str, np.ndarray],
    vlae_16: Mapping[str, np.ndarray],
    vae_16: Mapping[str, np.ndarray],
    sources: list[str],
) -> Figure:
    """Draw a block of samples for each model and way of sampling.

    Args:
        sae_16: `hybrid` (M,H,W,C) uint8.
        adaae_16: `hybrid`.
        vlae_16: `hybrid` and `prior`.
        vae_16: `hybrid` and `prior`.
        sources: sentences for the footnote.
    """
    blocks = {
        "(a) SAE-16, hybrid sampling": sae_16["hybrid"],
        "(b) AdaAE-16, hybrid sampling": adaae_16["hybrid"],
        "(c) VLAE-16, hybrid sampling": vlae_16["hybrid"],
        "(d) VLAE-16, prior sampling": vlae_16["prior"],
        "(e) VAE, hybrid sampling": vae_16["hybrid"],
        "(f) VAE, prior sampling": vae_16["prior"],
    }
    panels = {name: lay_out(in_lines(images, LINES)) for name, images in blocks.items()}
    return draw_panels(panels, 1, [" ".join(sources)])
