"""What decides the effect of the perturbation: MIG against gain, ε, values and where s is from."""

import pandas as pd

from latent_assays.papers.perturbations.names import DATASETS, model_name
from latent_assays.papers.perturbations.tables.layout import (
    mig_rows,
    obtained_sentence,
    once,
    signed,
    tidy_mig,
)
from latent_assays.tables.comparison import Table, mean_text

__all__ = ["build"]

STUDIES = ("controls", "effect")
SETTINGS = {"epsilon": "ε", "gain": "gain"}
CAPTION = (
    "MIG on changed images against what the paper leaves open, as far as it was run: ε, the gain"
    " (rows that the pattern moves when s changes by one standard deviation), values that leave"
    " [0,1] (kept, or cut in perturbed-clipped) and the run that s is from (the most entangled, or"
    " the least in perturbed-aligned); mean ± standard deviation over seeds (number of seeds), and"
    " how far the mean is from that on original images. A setting that is not given is that of the"
    " scale's perturbed and noisy images."
)


def build(collected: pd.DataFrame, obtained: pd.DataFrame | None = None) -> Table:
    """Rows are datasets, models, images and their swept settings, and where they were run.

    Args:
        collected: numbers of studies `controls` and `effect`.
        obtained: the same of a run at scale `desk`, if the room keeps one.
    """
    runs = {"here": _rows(collected)}
    if obtained is not None:
        runs["desk"] = _rows(obtained)
    found = [_tidy(rows).assign(run=place) for place, rows in runs.items()]
    tidy = pd.concat(found, ignore_index=True)
    swept = [name for name in SETTINGS if name in tidy and tidy[name].notna().any()]
    order = ["dataset", "model", *swept[::-1], "variant", "run"]
    tidy = tidy.sort_values(order, na_position="first", ignore_index=True)
    lines = {}
    for _, row in tidy.iterrows():
        settings = [f"{row[name]:g}" if pd.notna(row[name]) else "–" for name in swept]
        place = (DATASETS.get(row["dataset"], row["dataset"]), model_name(row["model"]))
        cells = {("MIG",): mean_text(row), ("change from original",): signed(row["change"])}
        lines[(*place, row["variant"], *settings, row["run"])] = cells
    shown = pd.DataFrame.from_dict(lines, orient="index")
    shown.columns = pd.MultiIndex.from_tuples(shown.columns)
    shown.index.names = ["dataset", "model", "images", *map(SETTINGS.get, swept), "run"]
    return Table(tidy, shown, CAPTION + obtained_sentence(runs.get("desk")))


def _rows(collected: pd.DataFrame) -> pd.DataFrame:
    return once(pd.concat([mig_rows(collected, study) for study in STUDIES]))


def _tidy(rows: pd.DataFrame) -> pd.DataFrame:
    return tidy_mig(rows, settings=[name for name in SETTINGS if name in rows])
