"""Not in the paper: the β of the β-VAE that a distance of its hybrids would choose."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from latent_assays.tables.comparison import Table, mean_text, over_seeds

__all__ = ["build"]

STUDY = "betas"
COLUMNS = {
    "hybrid_fd_pixels": ("hybrids", "fd_pixels", 2),
    "hybrid_fd_efflite0": ("hybrids", "fd_efflite0", 1),
    "prior_fd_pixels": ("prior", "fd_pixels", 2),
    "reconstruction_fd_pixels": ("reconstructions", "fd_pixels", 2),
    "reconstruction_bce_per_image": ("reconstructions", "BCE of an image", 1),
}
PAPERS = 2
CAPTION = (
    "β-VAEs on 3D-Shapes by β: Fréchet distances of their images from real test images, and the"
    " loss of reconstructions; mean ± standard deviation over seeds (number of seeds), lower is"
    " better. The paper takes the β of the smallest validation loss and finds 2 on all datasets."
    " That loss is reconstruction + β KL, and as KL ≥ 0 its minimum never falls with β: but for"
    " accidents of training it names the smallest that is tried, whatever the data. Hybrids can be"
    " judged without β: by {number}, the smallest of which is {value:.2f}, β = {beta:g} would be"
    " chosen. The other tables and figures have the paper's 2 (`models.beta-vae-12.beta`)."
)


def build(collected: pd.DataFrame, chosen: Mapping[str, Any]) -> Table:
    """A row for each β, with a mark at the chosen and at the paper's.

    Args:
        collected: distances of study `betas`, with `beta`.
        chosen: the choice: `chosen` with `model` and `value`, and `number`.
    """
    rows = collected[(collected["study"] == STUDY) & collected["number"].isin(COLUMNS)]
    tidy = over_seeds(rows, ("beta",)).sort_values(["beta", "number"], ignore_index=True)
    best = chosen["chosen"]
    taken = tidy.loc[tidy["model"] == best["model"], "beta"].max()  # NaN if it is not collected
    lines = {}
    for beta, group in tidy.groupby("beta"):
        found = {row["number"]: row for _, row in group.iterrows()}
        cells = {
            (kind, name): mean_text(found[number], decimals)
            for number, (kind, name, decimals) in COLUMNS.items()
            if number in found
        }
        marks = {"chosen": beta == taken, "the paper's": beta == PAPERS}
        said = ", ".join(mark for mark, holds in marks.items() if holds)
        lines[f"{beta:g}"] = {**cells, ("β", "taken"): said or "–"}
    shown = pd.DataFrame.from_dict(lines, orient="index")
    shown.index.names = ["β"]
    told = CAPTION.format(number=chosen["number"], value=best["value"], beta=taken)
    return Table(tidy, shown, told)
