"""Table 4 of paper `structure`: disentanglement on MPI3D real."""

import pandas as pd

from latent_assays.papers.structure.tables.layout import score_table
from latent_assays.tables.comparison import Table

__all__ = ["build"]


def build(collected: pd.DataFrame, published: pd.DataFrame) -> Table:
    """Of the numbers of study `mpi3d`; see `score_table`."""
    return score_table(collected, published, ["mpi3d"], "mpi3d_real", "MPI3D real")
