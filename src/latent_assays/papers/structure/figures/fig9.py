"""Fig. 9 of paper `structure`: hybrid against prior sampling on 3D-Shapes, seed by seed."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from latent_assays.figures.style import PAGE_WIDTH, footnote

__all__ = ["draw"]

MODELS = {
    "sae-12": "SAE-12",
    "vlae-12": "VLAE-12",
    "adaae-12": "AdaAE-12",
    "ae-12": "AE",
    "vae-12": "VAE",
    "beta-vae-12": "β-VAE",
    "wae-12": "WAE",
}
# The first that has a value is drawn.
DISTANCES = {
    "fid": "FID",
    "fd_efflite0": "Fréchet distance on\nEfficientNet-Lite0 features (not FID)",
    "fd_pixels": "Fréchet distance on\nprincipal components of pixels (not FID)",
}
WAYS = {
    "hybrid": {"color": "#0072b2", "edgecolor": "white"},
    "prior": {"color": "#f2c14e", "edgecolor": "0.25", "hatch": "////"},
}
GAP = 1.2  # between models, in bars
FEW = (
    "n = {n} images are not more than the features have dimensions, so that distances are biased"
    " upwards and only their order counts."
)


def draw(numbers: pd.DataFrame, sources: list[str]) -> Figure:
    """Draw a bar for each seed, those of a model beside each other, hybrids first.

    Args:
        numbers: collected `hybrid_NAME` and `prior_NAME` of the models on 3D-Shapes for one of
            `DISTANCES`, with their `floor`, `n` and `few_samples`.
        sources: sentences for the footnote.
    """
    of_set = numbers[(numbers["dataset"] == "shapes3d") & (numbers["on"] == "original")]
    distance, found = _first_with_values(of_set)
    figure, axes = plt.subplots(figsize=(PAGE_WIDTH, 3.4), layout="constrained")
    axes.set_title("3D-Shapes, generated samples")
    said = [" ".join(sources)]
    if found.empty:
        reasons = "; ".join(sorted(set(of_set["reason"].dropna())))
        axes.text(0.5, 0.5, f"no distance: {reasons}", ha="center", transform=axes.transAxes)
        axes.set(xticks=[], yticks=[])
    else:
        _draw_bars(axes, found)
        axes.legend(frameon=False, fontsize=7, ncols=3, loc="upper left")
        axes.set(ylabel=DISTANCES[distance], ylim=(0, 1.15 * found["value"].max()))
        if found["few_samples"].any():
            said.insert(0, FEW.format(n=int(found["n"].max())))
    footnote(figure, said)
    return figure


def _first_with_values(numbers: pd.DataFrame) -> tuple[str, pd.DataFrame]:
    """The distance to draw, and its rows that have a value, with the way of sampling in `way`."""
    for distance in DISTANCES:
        named = {f"{way}_{distance}": way for way in WAYS}
        found = numbers.assign(way=numbers["number"].map(named)).dropna(subset=["way", "value"])
        if len(found):
            break
    return distance, found.sort_values("seed")


def _draw_bars(axes: Axes, found: pd.DataFrame) -> None:
    place, centres, drawn = 0.0, {}, set()
    for model, label in MODELS.items():
        first = place
        for way, style in WAYS.items():
            values = found.loc[(found["model"] == model) & (found["way"] == way), "value"]
            if len(values):
                named = {"label": f"{way} sampling"} if way not in drawn else {}
                axes.bar(place + np.arange(len(values)), values, 0.9, **style, **named)
                drawn.add(way)
            place += len(values)
        if place > first:
            centres[label] = (first + place - 1) / 2
            place += GAP
    floor = found["floor"].mean()
    axes.axhline(floor, color="0.3", lw=0.8, ls="--", label="floor: as many real images")
    axes.set_xticks(list(centres.values()), list(centres))
    axes.tick_params(axis="x", length=0, labelsize=7)
