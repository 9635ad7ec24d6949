"""Table 1 of paper `responses`: disentanglement of β-VAEs against β, at two sizes."""

import pandas as pd

from latent_assays.tables.comparison import (
    Table,
    compare,
    desk_text,
    mean_text,
    published_text,
    with_desk,
)

__all__ = ["SETTINGS", "STUDY", "build"]

COLUMNS = {
    "cds": "CDS",
    "cds_rescaled": "CDS rescaled",
    "dci": "DCI-D",
    "irs": "IRS",
    "mig": "MIG",
}
STUDY = "table1"
SETTINGS = ("latents", "beta")
CAPTION = (
    "Disentanglement of β-VAEs with d latents: mean ± standard deviation over seeds (number of"
    " seeds), beside the published value. CDS is eq. 10 as printed, from 1/K to 1; rescaled, it"
    " runs from 0 to 1. The paper does not say which of the two it lists."
)
OBTAINED = " What this project obtained at scale desk is called so (commit {commits}). {sources}"


def build(
    collected: pd.DataFrame, published: pd.DataFrame, obtained: pd.DataFrame | None = None
) -> Table:
    """Rows are (d, β) as in the paper.

    Args:
        collected: numbers of the study.
        published: dataset, variant, model, number, value, spread, source.
        obtained: what the room keeps of a run at scale `desk`.
    """
    tidy, caption = compare(_rows(collected), published, SETTINGS), CAPTION
    if obtained is not None:
        kept = _rows(obtained)
        tidy = with_desk(tidy, kept)
        commits, sources = (kept[name].dropna().unique() for name in ("commit", "source"))
        caption += OBTAINED.format(commits=", ".join(commits), sources=" ".join(sources))
    rows = {}
    for (latents, beta), group in tidy.sort_values(["latents", "beta"]).groupby(
        ["latents", "beta"]
    ):
        by_number = {row["number"]: row for _, row in group.iterrows()}
        cells = {}
        for number, name in COLUMNS.items():
            if number in by_number:
                cells[name, "here"] = mean_text(by_number[number])
                if obtained is not None:
                    cells[name, "desk"] = desk_text(by_number[number])
                if number != "cds_rescaled":
                    cells[name, "published"] = published_text(by_number[number])
        rows[f"{latents}", f"{beta:g}-VAE"] = cells
    shown = pd.DataFrame.from_dict(rows, orient="index")
    shown.index.names = ["d", "model"]
    return Table(tidy, shown, caption)


def _rows(collected: pd.DataFrame) -> pd.DataFrame:
    chosen = (collected["study"] == STUDY) & collected["number"].isin(COLUMNS)
    return collected[chosen].astype({"latents": int})
