"""Fig. 18 of paper `structure`: traversals of four models of RFD, latents in order."""

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure

from latent_assays.papers.structure.figures.traversals import draw_models

__all__ = ["draw"]


def draw(
    sae_16: Mapping[str, np.ndarray],
    vlae_16: Mapping[str, np.ndarray],
    adaae_16: Mapping[str, np.ndarray],
    vae_16: Mapping[str, np.ndarray],
    sources: list[str],
) -> Figure:
    """Draw the four models side by side; each is given as `traversals.draw_models` takes it."""
    models = {"SAE-16": sae_16, "VLAE-16": vlae_16, "AdaAE-16": adaae_16, "VAE": vae_16}
    return draw_models(models, 4, sources)
