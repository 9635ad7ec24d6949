"""Table 1 of paper `perturbations`: MIG on the original and on the perturbed datasets."""

import pandas as pd

from latent_assays.papers.perturbations.tables.layout import (
    SETTINGS,
    TRANSCRIBED,
    lay_out,
    mig_rows,
    obtained_sentence,
    tidy_mig,
)
from latent_assays.tables.comparison import Table

__all__ = ["build"]

STUDY = "table1"
VARIANTS = ("original", "perturbed")
CAPTION = (
    "MIG of the posterior means on original and on perturbed images: mean ± standard deviation over"
    " seeds (number of seeds), and how far the mean of the perturbed ones is from the original's."
    + TRANSCRIBED
    + SETTINGS
)


def build(
    collected: pd.DataFrame, published: pd.DataFrame, obtained: pd.DataFrame | None = None
) -> Table:
    """Rows are datasets and models; see `tidy_mig` and `lay_out`.

    Args:
        collected: numbers of study `table1`.
        published: the paper's.
        obtained: what the room keeps of a run at scale `desk`.
    """
    kept = None if obtained is None else mig_rows(obtained, STUDY, VARIANTS)
    tidy = tidy_mig(mig_rows(collected, STUDY, VARIANTS), published, kept)
    return Table(tidy, lay_out(tidy), CAPTION + obtained_sentence(kept))
