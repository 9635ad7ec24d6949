"""Table 1 of paper `responses`: disentanglement of β-VAEs against β, at two sizes."""

import re

import pandas as pd

from latent_assays.tables.comparison import Table, compare, obtained, published_text

__all__ = ["beta_and_latents", "build"]

COLUMNS = {
    "cds": "CDS",
    "cds_rescaled": "CDS rescaled",
    "dci": "DCI-D",
    "irs": "IRS",
    "mig": "MIG",
}
NAME = r"vae-b([\d.e-]+)-d(\d+)"
CAPTION = (
    "Disentanglement of β-VAEs with d latents: mean ± standard deviation over seeds (number of"
    " seeds), beside the published value. CDS is eq. 10 as printed, from 1/K to 1; rescaled, it"
    " runs from 0 to 1. The paper does not say which of the two it lists."
)


def build(collected: pd.DataFrame, published: pd.DataFrame) -> Table:
    """Rows are (d, β) as in the paper; see `compare` for the arguments."""
    tidy = compare(of_sweep(collected, collected["score"].isin(COLUMNS)), published)
    swept = tidy["model"].map(beta_and_latents)
    tidy.insert(3, "latents", [latents for _, latents in swept])
    tidy.insert(4, "beta", [beta for beta, _ in swept])
    rows = {}
    for (latents, beta), group in tidy.sort_values(["latents", "beta"]).groupby(
        ["latents", "beta"]
    ):
        by_score = {row["score"]: row for _, row in group.iterrows()}
        cells = {}
        for score, name in COLUMNS.items():
            if score in by_score:
                cells[name, "here"] = obtained(by_score[score])
                if score != "cds_rescaled":
                    cells[name, "published"] = published_text(by_score[score])
        rows[f"{latents}", f"{beta:g}-VAE"] = cells
    shown = pd.DataFrame.from_dict(rows, orient="index")
    shown.index.names = ["d", "model"]
    return Table(tidy, shown, CAPTION)


def of_sweep(collected: pd.DataFrame, chosen: pd.Series) -> pd.DataFrame:
    """The chosen rows of the β-VAEs on 3D-Shapes; `papers.responses` may name other models too."""
    of_models = collected["model"].str.fullmatch(NAME)
    of_images = (collected["dataset"] == "shapes3d") & (collected["variant"] == "original")
    return collected[chosen & of_models & of_images]


def beta_and_latents(model: str) -> tuple[float, int]:
    """β and the number of latents that a model's name holds."""
    beta, latents = re.fullmatch(NAME, model).groups()
    return float(beta), int(latents)
