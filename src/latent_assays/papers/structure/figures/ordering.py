"""Not in the paper: what each latent of each model does to the pixels, and how far from linear."""

import re

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.transforms import ScaledTranslation

from latent_assays.claims.statistics import STATISTICS
from latent_assays.figures.style import PAGE_WIDTH, footnote
from latent_assays.papers.structure.measures.ordering import ACTIVE
from latent_assays.papers.structure.names import FAMILIES, architecture_of, label_of

__all__ = ["draw", "finding"]

LEAST = 1e-4  # share of the effect that the darkest colour stands for
NONE = "0.85"  # colour of what has no value
ORDERS = {
    "effect_order": ("effect", "#0072b2", "s", -0.16),
    "active_nonlinearity_order": ("non-linearity of active latents", "#d55e00", "o", 0.16),
}


def draw(numbers: pd.DataFrame, sources: list[str]) -> Figure:
    """Draw effect and non-linearity by model and latent, and how both are ordered by index.

    Args:
        numbers: collected numbers of the measure `ordering`, of one dataset.
        sources: sentences for the footnote.
    """
    rows = numbers[numbers["number"].isin([*ORDERS, "effect", "nonlinearity"])]
    models = sorted(rows["model"].unique(), key=_place)
    effect, nonlinearity = (
        rows[rows["number"] == name].pivot(index=["model", "seed"], columns="case", values="value")
        for name in ("effect", "nonlinearity")
    )
    active = effect.ge(ACTIVE * effect.max(axis=1), axis=0) & (effect > 0)
    share = effect.div(effect.sum(axis=1).replace(0, np.nan), axis=0)
    figure = plt.figure(figsize=(PAGE_WIDTH, 1.75 + 0.21 * len(models)), layout="constrained")
    panels = figure.subplots(1, 3, sharey=True, width_ratios=[1, 1, 0.95])
    maps = {
        "(a) share of the effect": (share, "share", {"norm": LogNorm(LEAST, 1)}),
        "(b) non-linearity of active latents": (
            nonlinearity.where(active),
            "share of the effect that no line explains",
            {"vmin": 0},
        ),
    }
    for axes, (title, (values, told, style)) in zip(panels, maps.items(), strict=False):
        means = values.groupby("model").mean().reindex(models)
        image = _draw_map(axes, means, style)
        axes.set_title(title)
        bar = figure.colorbar(image, ax=axes, location="bottom", aspect=25, shrink=0.9, pad=0.02)
        bar.set_label(f"{told}, mean over seeds", fontsize=6)
    panels[0].set_yticks(range(len(models)), map(label_of, models))
    _draw_orders(panels[2], rows, models)
    footnote(figure, [finding(rows), *sources])
    return figure


def finding(rows: pd.DataFrame) -> str:
    """Which order the structural decoders have: of non-linearity, of effect, both or neither.

    Args:
        rows: `model`, `number` and `value`, of all models.
    """
    structural = rows[rows["model"].map(architecture_of) == "Structural"]
    said = []
    for number, (name, *_) in ORDERS.items():
        values = structural[structural["number"] == number].dropna(subset="value")
        if values.empty:
            said.append(f"no run has an order of {name}")
            continue
        found = STATISTICS["mean"].estimate(values)
        interval = f"95 % interval {found.low:+.2f} to {found.high:+.2f}, {found.n} runs"
        order = "shows no order"
        if np.isnan(found.low):
            order, interval = "cannot be judged from one run", "1 run"
        elif found.low > 0:
            order = "rises with the index"
        elif found.high < 0:
            order = "falls with the index"
        said.append(f"{name} {order} (mean rank correlation {found.value:+.2f}, {interval})")
    expected = "By the paper's text, non-linearity should fall."
    return f"Structural decoders (SAE): {'; '.join(said)}. {expected}"


def _draw_map(axes: Axes, means: pd.DataFrame, style: dict) -> AxesImage:
    values = np.ma.masked_invalid(means.to_numpy(float))
    image = axes.imshow(values, cmap="viridis", aspect="auto", interpolation="nearest", **style)
    axes.set_facecolor(NONE)
    axes.set_xlabel("latent, the first enters deepest")
    axes.set_xticks(range(means.shape[1]), means.columns)
    axes.tick_params(length=0)
    return image


def _draw_orders(axes: Axes, rows: pd.DataFrame, models: list[str]) -> None:
    places = {model: place for place, model in enumerate(models)}
    for number, (name, colour, marker, shift) in ORDERS.items():
        found = rows[rows["number"] == number].dropna(subset="value")
        means = found.groupby("model")["value"].mean()
        style = {"color": colour, "marker": marker, "linestyle": "none"}
        heights = found["model"].map(places).astype(float) + shift
        axes.plot(found["value"], heights, ms=2.5, alpha=0.5, mew=0, **style)
        at = [places[model] + shift for model in means.index]
        axes.plot(means, at, ms=4.5, label=name, mec="white", mew=0.4, **style)
    axes.axvline(0, color="0.4", lw=0.6, zorder=0)
    for place in range(len(models) - 1):
        axes.axhline(place + 0.5, color="0.9", lw=0.4, zorder=0)
    axes.set_xlim(-1.05, 1.05)
    axes.set_ylim(len(models) - 0.5, -0.5)
    axes.set_title("(c) order by index")
    axes.set_xlabel("rank correlation, by run and mean")
    axes.tick_params(axis="y", length=0)
    inches = ScaledTranslation(0, -0.38, axes.figure.dpi_scale_trans)
    below = {"bbox_to_anchor": (0.5, 0), "bbox_transform": axes.transAxes + inches}
    axes.legend(loc="upper center", fontsize=6, frameon=False, **below).set_in_layout(False)


def _place(model: str) -> tuple[int, int, str]:
    """Where a model stands in the paper's tables; those that it does not have come last."""
    family, segments = re.fullmatch(r"(.+?)(?:-(\d+))?", label_of(model)).groups()
    known = [name for name, _ in FAMILIES.values()]
    place = known.index(family) if family in known else len(known)
    return place, -int(segments or 0), model
