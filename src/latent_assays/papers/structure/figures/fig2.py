"""Fig. 2 of paper `structure`: how well all models reconstruct, on five datasets."""

import pandas as pd
from matplotlib.figure import Figure

from latent_assays.papers.structure.figures.bars import collect, draw_panels
from latent_assays.papers.structure.names import ARCHITECTURES, architecture_of

__all__ = ["draw"]


def draw(
    shapes3d: pd.DataFrame, mpi3d: pd.DataFrame, faces: pd.DataFrame, sources: list[str]
) -> Figure:
    """Draw a bar for each model, sorted by the distance of its reconstructions from real images.

    Args:
        shapes3d: collected `reconstruction_NAME` for one of `names.DISTANCES`, with `floor`, `n`
            and `few_samples`, and `reconstruction_r2`.
        mpi3d: the same.
        faces: the same, of CelebA and RFD.
        sources: sentences for the footnote.
    """
    return draw_panels(
        collect(shapes3d, mpi3d, faces),
        kinds=["reconstruction"],
        colour=lambda bar: ARCHITECTURES[architecture_of(bar["model"])],
        legend=("Architecture", ARCHITECTURES),
        title="reconstructions",
        sources=sources,
    )
