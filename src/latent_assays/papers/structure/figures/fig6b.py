"""Fig. 6b of paper `structure`: faces that four models generate, as hybrids and from the prior."""

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure

from latent_assays.figures.grids import lay_out
from latent_assays.papers.structure.figures.strips import draw_panels

__all__ = ["draw"]

SHOWN = 12


def draw(
    sae_16: Mapping[str, np.ndarray],
    adaae_16: Mapping[str, np.ndarray],
    vlae_16: Mapping[str, np.ndarray],
    vae_16: Mapping[str, np.ndarray],
    sources: list[str],
) -> Figure:
    """Draw a row of samples for each model and way of sampling.

    Args:
        sae_16: `hybrid` (M,H,W,C) uint8.
        adaae_16: `hybrid`.
        vlae_16: `hybrid` and `prior`.
        vae_16: `hybrid` and `prior`.
        sources: sentences for the footnote.
    """
    rows = {
        "SAE-16 hybrid": sae_16["hybrid"],
        "AdaAE-16 hybrid": adaae_16["hybrid"],
        "VLAE-16 prior": vlae_16["prior"],
        "VLAE-16 hybrid": vlae_16["hybrid"],
        "VAE prior": vae_16["prior"],
        "VAE hybrid": vae_16["hybrid"],
    }
    grid = lay_out(np.stack([images[:SHOWN] for images in rows.values()]), list(rows))
    return draw_panels({"(b) samples of several models": grid}, 1, [" ".join(sources)])
