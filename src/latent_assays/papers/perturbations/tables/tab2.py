"""Table 2 of paper `perturbations`: MIG on images with as much noise, and β tuned to them."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from latent_assays.papers.perturbations.names import DATASETS, MODELS
from latent_assays.papers.perturbations.tables.layout import (
    SETTINGS,
    TRANSCRIBED,
    lay_out,
    mig_rows,
    obtained_sentence,
    once,
    tidy_mig,
)
from latent_assays.tables.comparison import Table

__all__ = ["build"]

RETUNED = "beta-vae"  # the model whose β is tuned to the noisy images
CAPTION = (
    "MIG of the posterior means on original images and on images with uniform noise of the"
    " perturbation's ε: mean ± standard deviation over seeds (number of seeds), and how far the"
    " mean is from the original's. For the β-VAE also perturbed images, and as a control squeezed"
    " ones: they have the contrast of both, 1/(1+2ε), and nothing else." + TRANSCRIBED + SETTINGS
)
CHOSEN = (
    " β = {beta:g} is that of the run with the largest MIG on noisy {title} among {tried} values"
    " (16 in the paper); its MIG is over {seeds}, and its change is from Table 1's β-VAE on"
    " original images."
)


def build(
    collected: pd.DataFrame,
    published: pd.DataFrame,
    retuned: Mapping[str, Any],
    obtained: pd.DataFrame | None = None,
) -> Table:
    """Rows are datasets and models, and the re-tuned β-VAE; see `tidy_mig` and `lay_out`.

    Args:
        collected: numbers of studies `table1`, `table2`, `controls` and `retuned`.
        published: the paper's.
        retuned: the choice of a run on noisy images: `chosen`, and the `candidates`.
        obtained: what the room keeps of a run at scale `desk`.
    """
    kept = None if obtained is None else _rows(obtained)
    tuned, caption = _retuned(collected, retuned)
    beside = dict.fromkeys(tuned["model"], RETUNED)
    tidy = tidy_mig(pd.concat([_rows(collected), tuned]), published, kept, beside)
    betas = zip(tuned["model"], tuned["beta"], strict=True)
    names = {model: f"{MODELS[RETUNED]}, β = {beta:g}" for model, beta in betas}
    return Table(tidy, lay_out(tidy, names), CAPTION + caption + obtained_sentence(kept))


def _rows(collected: pd.DataFrame) -> pd.DataFrame:
    """Runs at Table 1's strengths: all on original and noisy images, and the controls."""
    studies = (("table1", ["original"]), ("table2", ["noisy"]), ("controls", None))
    return once(pd.concat([mig_rows(collected, *study) for study in studies]))


def _retuned(collected: pd.DataFrame, retuned: Mapping[str, Any]) -> tuple[pd.DataFrame, str]:
    """Runs of the chosen model, of seeds that did not choose it if there are any; and in words."""
    chosen = retuned["chosen"]["model"]
    rows = mig_rows(collected, "retuned", ["noisy"])
    rows = rows[rows["model"] == chosen]
    if rows.empty:
        return rows, ""
    chose = {one["seed"] for one in retuned["candidates"] if one["model"] == chosen}
    others = rows[~rows["seed"].isin(chose)]
    told = CHOSEN.format(
        beta=rows["beta"].iloc[0],
        title=DATASETS[rows["dataset"].iloc[0]],
        tried=len({one["model"] for one in retuned["candidates"]}),
        seeds="seeds that did not choose" if len(others) else "the seeds that chose, and flatters",
    )
    return (others if len(others) else rows), told
