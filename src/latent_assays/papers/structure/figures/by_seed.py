"""Scores seed by seed, as Figs 5 and 10 of the paper show them."""

from collections.abc import Mapping, Sequence

import pandas as pd
from matplotlib.axes import Axes

from latent_assays.papers.structure.names import ARCHITECTURES, architecture_of, label_of

__all__ = ["MODELS", "draw_scores", "scores_of"]

MODELS = ("sae-12", "vlae-12", "adaae-12", "ae-12", "vae-12", "beta-vae-12", "wae-12")
"""In the paper's order, from above."""

GAP = 0.8  # between scores, in rows


def scores_of(numbers: pd.DataFrame, models: Sequence[str] = MODELS) -> pd.DataFrame:
    """Values of some models' runs on 3D-Shapes; those of a run that studies share stand once."""
    own = (numbers["variant"] == "original") & (numbers["on"] == "original")
    chosen = own & (numbers["dataset"] == "shapes3d") & numbers["model"].isin(models)
    valued = numbers[chosen].dropna(subset="value")
    return valued.drop_duplicates(["model", "seed", "number"])


def draw_scores(axes: Axes, values: pd.DataFrame, scores: Mapping[str, str]) -> None:
    """Draw scores one below the other, and of each the models: a cross a seed, mean and spread.

    Args:
        axes: where to draw.
        values: `model`, `seed`, `number` and `value`, see `scores_of`.
        scores: number -> what it is called, from above.
    """
    ticks, names, place = [], [], 0.0
    for number, name in scores.items():
        first = place
        for model in MODELS:
            found = values[(values["number"] == number) & (values["model"] == model)]
            _draw_model(axes, found["value"], place, ARCHITECTURES[architecture_of(model)])
            ticks.append(place)
            names.append(label_of(model))
            place += 1
        axes.annotate(
            name,
            (0, (first + place - 1) / 2),
            (-46, 0),
            xycoords=axes.get_yaxis_transform(),
            textcoords="offset points",
            rotation=90,
            ha="center",
            va="center",
            weight="bold",
            fontsize=7,
        )
        axes.axhline(place - 0.5 + GAP / 2, color="0.8", lw=0.5)
        place += GAP
    axes.set_yticks(ticks, names)
    axes.tick_params(axis="y", length=0)
    axes.set(xlim=(0, 1), ylim=(place - GAP - 0.4, -0.6))
    axes.set_xlabel("score (higher is better)")
    axes.grid(axis="x", color="0.9", lw=0.5)
    axes.set_axisbelow(True)


def _draw_model(axes: Axes, values: pd.Series, place: float, colour: str) -> None:
    if values.empty:
        axes.text(0.01, place, "no value", va="center", fontsize=5, color="0.45")
        return
    mean, spread = values.mean(), values.std()
    if len(values) > 1:
        axes.plot([mean - spread, mean + spread], [place, place], color=colour, lw=1.2)
    axes.plot([mean, mean], [place - 0.35, place + 0.35], color=colour, lw=1.6)
    axes.plot(values, [place] * len(values), "x", color="0.1", ms=3.5, mew=0.7, clip_on=False)
