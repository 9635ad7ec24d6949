"""Table 1 of the toy: the mean spread."""

import pandas as pd

from latent_assays.tables.comparison import Table, mean_text, over_seeds

__all__ = ["build"]


def build(collected: pd.DataFrame) -> Table:
    """Rows are models."""
    tidy = over_seeds(collected)
    cells = {row["model"]: {("spread", "here"): mean_text(row)} for _, row in tidy.iterrows()}
    return Table(tidy, pd.DataFrame.from_dict(cells, orient="index"), "The mean spread.")
