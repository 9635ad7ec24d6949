"""Fig. 16 of paper `structure`: faces, and what five models reconstruct of them."""

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
    ae_16: Mapping[str, np.ndarray],
    sources: list[str],
) -> Figure:
    """Draw test images, and below them their reconstructions in the same places.

    Args:
        sae_16: `original` and `reconstruction` (n,H,W,C) uint8.
        adaae_16: as sae_16, of the same test images.
        vlae_16: as sae_16, of the same test images.
        vae_16: as sae_16, of the same test images.
        ae_16: as sae_16, of the same test images.
        sources: sentences for the footnote.
    """
    blocks = {
        "(a) test images": sae_16["original"],
        "(b) SAE-16, reconstructions": sae_16["reconstruction"],
        "(c) AdaAE-16, reconstructions": adaae_16["reconstruction"],
        "(d) VLAE-16, reconstructions": vlae_16["reconstruction"],
        "(e) VAE, reconstructions": vae_16["reconstruction"],
        "(f) AE, reconstructions": ae_16["reconstruction"],
    }
    panels = {name: lay_out(in_lines(images, LINES)) for name, images in blocks.items()}
    return draw_panels(panels, 1, [" ".join(sources)])
