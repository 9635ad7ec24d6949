"""Fig. 3 of paper `structure`: hybrid sampling against sampling from the prior."""

import pandas as pd
from matplotlib.figure import Figure

from latent_assays.papers.structure.figures.bars import collect, draw_panels

__all__ = ["draw"]

WAYS = {"hybrid": "#0072b2", "prior": "#f2c14e"}


def draw(
    shapes3d: pd.DataFrame, mpi3d: pd.DataFrame, faces: pd.DataFrame, sources: list[str]
) -> Figure:
    """Draw a bar for each model and way of sampling, sorted by the distance from real images.

    Args:
        shapes3d: collected `hybrid_NAME` and `prior_NAME` for one of `names.DISTANCES`, with
            `floor`, `n` and `few_samples`, and `reconstruction_r2`.
        mpi3d: the same.
        faces: the same, of CelebA and RFD.
        sources: sentences for the footnote.
    """
    return draw_panels(
        collect(shapes3d, mpi3d, faces),
        kinds=list(WAYS),
        colour=lambda bar: WAYS[bar["kind"]],
        legend=("Sampling method", {way.capitalize(): colour for way, colour in WAYS.items()}),
        title="generated samples",
        sources=sources,
    )
