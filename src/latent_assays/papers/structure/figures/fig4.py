"""Fig. 4 of paper `structure`: traversals of four models of 3D-Shapes, latents in order."""

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure

from latent_assays.papers.structure.figures.traversals import draw_models

__all__ = ["draw"]


def draw(
    sae_12: Mapping[str, np.ndarray],
    sae_3: Mapping[str, np.ndarray],
    vae: Mapping[str, np.ndarray],
    adaae_12: Mapping[str, np.ndarray],
    sources: list[str],
) -> Figure:
    """Draw the four models side by side; each is given as `traversals.draw_models` takes it."""
    models = {"SAE-12": sae_12, "SAE-3": sae_3, "VAE": vae, "AdaAE-12": adaae_12}
    return draw_models(models, 4, sources)
