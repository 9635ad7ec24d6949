"""Models of the user's own beside the β-VAE: one more row of Table 1 of paper `perturbations`."""

import pandas as pd

from latent_assays.papers.perturbations.tables.layout import (
    lay_out,
    mig_rows,
    once,
    tidy_mig,
)
from latent_assays.tables.comparison import Table

__all__ = ["build"]

VARIANTS = ("original", "noisy", "perturbed")
CAPTION = (
    "MIG of your models on original, noisy and perturbed images, beside the β-VAE's at the same"
    " scale: mean ± standard deviation over seeds (number of seeds), and how far the mean is from"
    " that on original images. A model that does not follow local variance keeps its MIG on"
    " perturbed images."
)


def build(collected: pd.DataFrame, controls: pd.DataFrame) -> Table:
    """Rows are datasets, models and images; see `tidy_mig` and `lay_out`.

    Args:
        collected: numbers of study `own`.
        controls: numbers of study `controls`, of the β-VAE.
    """
    rows = [mig_rows(collected, "own"), mig_rows(controls, "controls", VARIANTS)]
    tidy = tidy_mig(once(pd.concat(rows)))
    return Table(tidy, lay_out(tidy), CAPTION)
