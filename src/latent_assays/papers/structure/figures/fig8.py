"""Fig. 8 of paper `structure`: reconstruction loss against distance, seed by seed, on 3D-Shapes."""

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from latent_assays.figures.style import PAGE_WIDTH, footnote
from latent_assays.papers.structure.figures.bars import collect, height_of
from latent_assays.papers.structure.names import DISTANCES, first_distance, label_of

__all__ = ["MODELS", "draw"]

MODELS = {
    "SAE-12": "#0072b2",
    "SAE-6": "#56b4e9",
    "SAE-4": "#7a5195",
    "VLAE-12": "#b2182b",
    "AdaAE-12": "#44aa77",
    "AE": "#e69f00",
    "VAE": "#8c510a",
    "β-VAE": "#cc79a7",
    "WAE": "0.45",
}
LOSS = "reconstruction_bce_per_image"


def draw(numbers: pd.DataFrame, sources: list[str]) -> Figure:
    """Draw a cross for each seed and a circle for each model's mean.

    Args:
        numbers: collected `reconstruction_bce_per_image` and `reconstruction_NAME` for one of
            `names.DISTANCES`, with their `floor`.
        sources: sentences for the footnote.
    """
    of_set = collect(numbers)
    of_set = of_set[of_set["dataset"] == "shapes3d"]
    distance = first_distance(of_set, "reconstruction")
    wanted = of_set[of_set["number"].isin([LOSS, f"reconstruction_{distance}"])]
    wanted = wanted.assign(label=wanted["model"].map(label_of))
    table = wanted.pivot(index=["label", "seed"], columns="number", values="value")
    table = table.reindex(columns=[LOSS, f"reconstruction_{distance}"]).dropna()
    floors = wanted.groupby("number")["floor"].mean()
    said = [_said(floors, distance, table), " ".join(sources)]
    size = PAGE_WIDTH, 3.6 + height_of(said)
    figure, axes = plt.subplots(figsize=size, layout="constrained")
    axes.set_title("3D-Shapes, reconstructions")
    axes.set_xlabel("reconstruction loss (binary cross-entropy of an image, nats)")
    axes.set_ylabel(DISTANCES[distance])
    for label, colour in MODELS.items():
        if label in table.index:
            _draw_model(axes, table.loc[label].to_numpy(), label, colour)
    if axes.collections:
        axes.legend(title="Model", frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
    else:
        axes.text(0.5, 0.5, "no run has both numbers", ha="center", transform=axes.transAxes)
    footnote(figure, said)
    return figure


def _draw_model(axes: Axes, points, label: str, colour: str) -> None:
    """Seeds (S,2), each joined to their mean."""
    mean = points.mean(axis=0)
    for point in points:
        axes.plot(*zip(point, mean, strict=True), color=colour, lw=0.6, alpha=0.6)
    axes.scatter(*points.T, marker="x", s=18, lw=0.9, color=colour)
    axes.scatter(*mean, marker="o", s=42, color=colour, edgecolors="white", lw=0.6, label=label)


def _said(floors: pd.Series, distance: str, table: pd.DataFrame) -> str:
    said = ["x: one seed, joined to the mean of the model's seeds (circle)."]
    if len(table):
        loss, apart = floors[LOSS], floors[f"reconstruction_{distance}"]
        said.append(
            f"A perfect copy has a loss of {loss:.1f}, and real images lie {apart:.1f} apart."
        )
    return " ".join(said)
