"""Table 1 of paper `perturbations`: MIG on the original and on the perturbed datasets."""

import pandas as pd

from latent_assays.tables.comparison import Table, compare, obtained, published_text

__all__ = ["build"]

MODELS = {"ae": "AE", "beta-vae": "β-VAE"}
DATASETS = {"dsprites": "dSprites", "shapes3d": "3D-Shapes"}
CAPTION = (
    "MIG of the posterior means: mean ± standard deviation over seeds (number of seeds), on the"
    " original and on the perturbed images. Published values are a third party's transcription of"
    " the paper's ICML 2021 version and were not checked against it."
)


def build(collected: pd.DataFrame, published: pd.DataFrame) -> Table:
    """Rows are models, columns datasets and variants; see `compare` for the arguments."""
    chosen = (collected["study"] == "table1") & (collected["number"] == "mig")
    tidy = compare(collected[chosen], published)
    cells: dict[str, dict[tuple[str, str, str], str]] = {}
    for dataset, title in DATASETS.items():
        for variant in ("original", "perturbed"):
            of_both = tidy[(tidy["dataset"] == dataset) & (tidy["variant"] == variant)]
            for _, row in of_both.iterrows():
                line = cells.setdefault(MODELS.get(row["model"], row["model"]), {})
                line[title, variant, "here"] = obtained(row)
                line[title, variant, "published"] = published_text(row)
    order = [name for name in MODELS.values() if name in cells]
    order += [name for name in cells if name not in order]
    shown = pd.DataFrame.from_dict(cells, orient="index").reindex(order).fillna("–")
    shown.index.name = "model"
    return Table(tidy, shown, CAPTION)
