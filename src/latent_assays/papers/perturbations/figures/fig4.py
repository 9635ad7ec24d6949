"""Fig. 4 of paper `perturbations`: what s does to pixels and codes as ε grows."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from latent_assays.figures.style import PAGE_WIDTH, footnote
from latent_assays.papers.perturbations.explained import ADDED
from latent_assays.papers.perturbations.measures.encoded import MOST

__all__ = ["draw"]

FACTORS = {  # colour, marker and name of dSprites' factors and of s
    "position_x": ("#0072b2", "o", "position x"),
    "position_y": ("#56b4e9", "s", "position y"),
    "scale": ("#009e73", "D", "scale"),
    "orientation": ("#e69f00", "^", "orientation"),
    "shape": ("#cc79a7", "v", "shape"),
    ADDED: ("#000000", "*", "s"),
}
LOCAL = ("position_x", "position_y", ADDED)  # factors with a step


def draw(numbers: pd.DataFrame, sources: list[str]) -> Figure:
    """Draw local expansiveness, explained variance and information of every factor against ε.

    Args:
        numbers: collected numbers of images with an added factor s, with a column `epsilon`: of
            image sets (measure `variance`) and of runs (measure `encoded`).
        sources: sentences for the footnote.
    """
    figure = plt.figure(figsize=(PAGE_WIDTH, 3.1), layout="constrained")
    local, variance, information = figure.subplots(1, 3)
    for name in LOCAL:
        _curve(local, name, _mean(numbers, f"expansiveness_{name}"))
        low = _mean(numbers, f"expansiveness_{name}_low")
        local.plot(low.index, low, ls=":", lw=0.8, color=FACTORS[name][0])
    for name in FACTORS:
        explained = _mean(numbers, f"variance_{name}")
        _curve(variance, name, explained.where(explained > 0))
        _information(information, numbers, name)
    local.set_ylim(bottom=0)
    variance.set_yscale("log")
    information.set_yscale("logit")
    local.set_ylabel("pixel values per unit")
    variance.set_ylabel("squared pixel values")
    information.set_ylabel("1 − E[σ²]")
    largest = numbers["epsilon"].max()
    for axes, title, crossing in (
        (local, "(a) local expansiveness", _crossing(numbers, "expansiveness_crossing")),
        (variance, "(b) explained global variance", _crossing(numbers, "variance_crossing")),
        (information, "(c) information of its latent", _first(numbers)),
    ):
        axes.set_title(f"{title}\n{_said(crossing, largest)}")
        if crossing <= largest:
            axes.axvline(crossing, color="0.5", lw=0.8, ls="--", zorder=1)
        axes.set_xlabel("ε")
        axes.set_xlim(0, 1.06 * largest)
        axes.locator_params(axis="x", nbins=5)
    figure.legend(handles=_legend(), loc="outside upper center", ncols=8, frameon=False, fontsize=7)
    footnote(figure, [_sentence(numbers), *sources])
    return figure


def _rows(numbers: pd.DataFrame, name: str) -> pd.DataFrame:
    """Rows of a number that have a value."""
    return numbers[numbers["number"] == name].dropna(subset="value")


def _mean(numbers: pd.DataFrame, name: str) -> pd.Series:
    """Mean of a number by ε."""
    return _rows(numbers, name).groupby("epsilon")["value"].mean()


def _curve(axes: Axes, name: str, values: pd.Series) -> None:
    """A factor's line; s is drawn above the others."""
    colour, marker, _ = FACTORS[name]
    own = name == ADDED
    style = {"color": colour, "marker": marker, "ms": 6 if own else 3.5, "lw": 1.6 if own else 1.0}
    axes.plot(values.index, values, **style, zorder=3 if own else 2)


def _information(axes: Axes, numbers: pd.DataFrame, name: str) -> None:
    """Mean and spread over the runs in which a latent is a factor's; hollow if these are few."""
    runs = ["dataset", "variant", "model", "seed", "epsilon"]
    of_runs = [
        _rows(numbers, f"{kind}_{name}").set_index(runs)["value"].rename(kind)
        for kind in ("information", "share")
    ]
    found = pd.concat(of_runs, axis=1, join="inner")
    shown = (found["share"] >= MOST) & found["information"].between(0, 1, inclusive="neither")
    encoded = found[shown]["information"].groupby("epsilon")
    table = pd.DataFrame({"mean": encoded.mean(), "sd": encoded.std(), "n": encoded.size()})
    few = table["n"] < found.groupby("epsilon").size().reindex(table.index) / 2
    colour, marker, _ = FACTORS[name]
    _curve(axes, name, table["mean"])
    place = table.index.to_numpy(dtype=float)
    axes.errorbar(place, table["mean"], table["sd"].fillna(0), fmt="none", ecolor=colour, lw=0.7)
    hollow = {"ls": "none", "marker": marker, "mfc": "white", "mec": colour, "zorder": 4}
    axes.plot(place[few], table["mean"][few], ms=6 if name == ADDED else 3.5, **hollow)


def _crossing(numbers: pd.DataFrame, name: str) -> float:
    """The ε at which s comes to the largest of the other factors, the median over image sets."""
    return _rows(numbers, name)["value"].median()


def _first(numbers: pd.DataFrame) -> float:
    """The least ε from which on s is first in most runs; NaN if it is not at the largest ε."""
    most = _mean(numbers, "s_is_first") > 0.5
    return most.index[most[::-1].cummin()[::-1]].min() if len(most) else np.nan


def _said(crossing: float, largest: float) -> str:
    """Where s comes first, in words; past the largest ε that is drawn it only would."""
    if not np.isfinite(crossing):
        return "s comes first nowhere here"
    return f"s {'comes' if crossing <= largest else 'would come'} first at ε = {crossing:.2g}"


def _legend() -> list[Line2D]:
    """The factors, and what dots, dashes and hollow marks mean."""
    of_factors = [
        Line2D([], [], color=colour, marker=marker, ms=6 if name == ADDED else 3.5, label=label)
        for name, (colour, marker, label) in FACTORS.items()
    ]
    return [
        *of_factors,
        Line2D([], [], color="0.3", ls=":", lw=0.8, label="5% quantile"),
        Line2D([], [], color="0.5", ls="--", lw=0.8, label="s comes first"),
    ]


def _sentence(numbers: pd.DataFrame) -> str:
    """How many runs there are, and which of them panel c shows."""
    seeds = _rows(numbers, f"information_{ADDED}").groupby("epsilon")["seed"].nunique()
    runs = int(seeds.max()) if len(seeds) else 0
    return (
        f"(c) {runs} run{'' if runs == 1 else 's'} for each ε; means and standard deviations over"
        f" those in which a latent has at least {MOST:.0%} of its variance from the factor, hollow"
        " if these are fewer than half of all."
    )
