"""Fig. 12 of paper `structure`: what it takes to reconstruct camera angles that were never seen."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from latent_assays.papers.structure.figures.extrapolation import (
    Setting,
    draw_extrapolation,
    strips_of,
)

__all__ = ["MODELS", "SETTING", "draw"]

SETTING = Setting(
    "without-extreme-angles",
    "extreme-angles",
    "after-angles",
    "images from the four extreme angles",
)
MODELS = ("VAE", "AdaAE-12", "VLAE-12", "SAE-12")
"""Whose images are shown, in the paper's order."""

Arrays = Mapping[str, np.ndarray]


def draw(
    first: pd.DataFrame,
    second: pd.DataFrame,
    published: pd.DataFrame,
    vae_neither: Arrays,
    vae_encoder: Arrays,
    vae_decoder: Arrays,
    vae_both: Arrays,
    adaae_12_neither: Arrays,
    adaae_12_encoder: Arrays,
    adaae_12_decoder: Arrays,
    adaae_12_both: Arrays,
    vlae_12_neither: Arrays,
    vlae_12_encoder: Arrays,
    vlae_12_decoder: Arrays,
    vlae_12_both: Arrays,
    sae_12_neither: Arrays,
    sae_12_encoder: Arrays,
    sae_12_decoder: Arrays,
    sae_12_both: Arrays,
    sources: list[str],
) -> Figure:
    """Draw the table, and images of four models after each phase.

    Args:
        first: collected numbers of the measure `errors`, of first phases.
        second: the same, of second phases; one study may have both.
        published: the paper's table.
        vae_neither: arrays of the measure `errors` after the model's first phase; after a
            second one vae_encoder, vae_decoder and vae_both. So of the others.
        sources: sentences for the footnote.
    """
    strips = strips_of(MODELS, locals())
    numbers = pd.concat([first, second]).drop_duplicates()
    return draw_extrapolation(SETTING, strips, numbers, published, sources)
