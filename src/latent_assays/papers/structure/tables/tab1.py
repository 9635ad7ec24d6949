"""Table 1 of paper `structure`: disentanglement on 3D-Shapes."""

import pandas as pd

from latent_assays.papers.structure.tables.layout import score_table
from latent_assays.tables.comparison import Table

__all__ = ["build"]

STUDIES = ("shapes3d", "replicas")


def build(
    collected: pd.DataFrame, published: pd.DataFrame, obtained: pd.DataFrame | None = None
) -> Table:
    """See `score_table`.

    Args:
        collected: numbers of studies `shapes3d` and `replicas`.
        published: the paper's.
        obtained: what the room keeps of a run at scale `desk`.
    """
    return score_table(collected, published, STUDIES, "shapes3d", "3D-Shapes", obtained)
