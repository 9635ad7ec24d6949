"""Table 1 of paper `responses`: disentanglement of β-VAEs against β, at two sizes."""

import pandas as pd

from latent_assays.tables.comparison import Table, compare, obtained, published_text

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


def build(collected: pd.DataFrame, published: pd.DataFrame) -> Table:
    """Rows are (d, β) as in the paper; see `compare` for the arguments."""
    chosen = (collected["study"] == STUDY) & collected["number"].isin(COLUMNS)
    tidy = compare(collected[chosen].astype({"latents": int}), published, SETTINGS)
    rows = {}
    for (latents, beta), group in tidy.sort_values(["latents", "beta"]).groupby(
        ["latents", "beta"]
    ):
        by_number = {row["number"]: row for _, row in group.iterrows()}
        cells = {}
        for number, name in COLUMNS.items():
            if number in by_number:
                cells[name, "here"] = obtained(by_number[number])
                if number != "cds_rescaled":
                    cells[name, "published"] = published_text(by_number[number])
        rows[f"{latents}", f"{beta:g}-VAE"] = cells
    shown = pd.DataFrame.from_dict(rows, orient="index")
    shown.index.names = ["d", "model"]
    return Table(tidy, shown, CAPTION)
