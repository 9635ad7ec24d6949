"""Fig. 5 of paper `perturbations`: MIG on perturbed images against the models' strength."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from latent_assays.figures.style import PAGE_WIDTH, footnote
from latent_assays.papers.perturbations.names import DATASETS, FACTORS, MODELS, VAES

__all__ = ["draw"]

COLOURS = dict(zip(VAES, ("#0072b2", "#e69f00", "#009e73", "#cc79a7"), strict=True))
MARKERS = dict(zip(VAES, "osD^", strict=True))
APART = 1.03  # factor between the models' places on the axis, so that their bars do not hide


def draw(strengths: pd.DataFrame, table1: pd.DataFrame, sources: list[str]) -> Figure:
    """Draw MIG and the mean number of active units of each VAE on each perturbed dataset.

    Args:
        strengths: collected numbers of models `NAME-x{strength}` on perturbed images, with `mig`,
            `active_units` and a column `strength`.
        table1: collected numbers of Table 1, whose models have strength 1: perturbed images go on
            the lines, and MIG on original images is marked beside them.
        sources: sentences for the footnote.
    """
    lines = {name: _of_model(strengths, table1, name) for name in VAES}
    lines = {name: rows for name, rows in lines.items() if len(rows)}
    found = sorted({strength for rows in lines.values() for strength in rows["strength"]})
    figure = plt.figure(figsize=(PAGE_WIDTH, 4.6), layout="constrained")
    panels = figure.subplots(2, 2, sharex=True, height_ratios=[1.4, 1], squeeze=False)
    for (top, bottom), letters, (dataset, title) in zip(
        panels.T, ("ac", "bd"), DATASETS.items(), strict=True
    ):
        for place, (name, rows) in enumerate(lines.items()):
            shift = APART ** (place - (len(lines) - 1) / 2)
            line = _by_strength(rows[rows["dataset"] == dataset])
            _draw_model(top, bottom, line, name, dataset, shift)
            _mark_original(top, table1, name, dataset, shift)
        bottom.axhline(FACTORS[dataset], color="0.6", lw=0.8, zorder=0)
        bottom.set_ylim(0, FACTORS[dataset] + 0.5)
        bottom.set_yticks(range(FACTORS[dataset] + 1))
        top.set_title(f"({letters[0]}) perturbed {title}: MIG")
        bottom.set_title(f"({letters[1]}) mean active units; the line is the number of factors")
        top.set_ylim(bottom=0)
        bottom.set_xscale("log")
        bottom.set_xticks(found, [f"{strength:g}" for strength in found])
        bottom.set_xticks([], minor=True)
        bottom.set_xlabel("strength, as a multiple of Table 1's")
    panels[0, 0].set_ylabel("MIG")
    panels[1, 0].set_ylabel("active units")
    figure.legend(
        handles=_legend(list(lines)), loc="outside upper center", ncols=6, frameon=False, fontsize=7
    )
    footnote(figure, [_seeds_sentence(lines), *sources])
    return figure


def _of_model(strengths: pd.DataFrame, table1: pd.DataFrame, name: str) -> pd.DataFrame:
    """The rows of one VAE of every strength on perturbed images."""
    named = [f"{name}-x{strength:g}" for strength in strengths["strength"]]
    usual = table1[(table1["model"] == name) & (table1["variant"] == "perturbed")]
    return pd.concat([strengths[strengths["model"] == named], usual.assign(strength=1.0)])


def _by_strength(rows: pd.DataFrame) -> pd.DataFrame:
    """By strength: mean and standard deviation of MIG, `mig` and `sd`, and mean `active` units."""
    over_seeds = rows.groupby(["strength", "number"])["value"]
    means = over_seeds.mean().unstack().reindex(columns=["mig", "active_units"])
    means.columns = ["mig", "active"]
    return means.assign(sd=over_seeds.std().unstack().get("mig"))


def _draw_model(
    top: Axes, bottom: Axes, line: pd.DataFrame, name: str, dataset: str, shift: float
) -> None:
    """MIG with its spread, and active units; dashed towards and from strengths that over-prune."""
    at = line.index.to_numpy() * shift
    pruned = (line["active"] < FACTORS[dataset]).to_numpy()
    style = {"color": COLOURS[name], "lw": 1.2}
    for axes, column in ((top, "mig"), (bottom, "active")):
        values = line[column].to_numpy()
        for first in range(len(line) - 1):
            part = slice(first, first + 2)
            axes.plot(at[part], values[part], "--" if pruned[part].any() else "-", **style)
    top.errorbar(at, line["mig"], line["sd"].fillna(0), fmt="none", ecolor=COLOURS[name], lw=0.7)
    for axes, column in ((top, "mig"), (bottom, "active")):
        for hollow in (False, True):
            chosen = pruned == hollow
            face = "white" if hollow else COLOURS[name]
            marker = {"marker": MARKERS[name], "ms": 3.5, "mfc": face, "mec": COLOURS[name]}
            axes.plot(at[chosen], line[column].to_numpy()[chosen], ls="none", **marker)


def _mark_original(axes: Axes, table1: pd.DataFrame, name: str, dataset: str, shift: float) -> None:
    """A star where the same model's MIG is on original images."""
    chosen = {"dataset": dataset, "variant": "original", "model": name, "number": "mig"}
    rows = table1[(table1[list(chosen)] == pd.Series(chosen)).all(axis=1)]
    if rows["value"].notna().any():
        axes.plot(shift, rows["value"].mean(), "*", ms=8, mec="k", mew=0.4, mfc=COLOURS[name])


def _legend(names: list[str]) -> list[Line2D]:
    """The VAEs, and what hollow marks and stars mean."""
    of_vaes = [
        Line2D([], [], color=COLOURS[name], marker=MARKERS[name], ms=3.5, label=MODELS[name])
        for name in names
    ]
    hollow = {"ls": "--", "marker": "o", "mfc": "white", "ms": 3.5, "color": "0.3"}
    star = {"ls": "none", "marker": "*", "ms": 8, "color": "0.5", "mec": "k", "mew": 0.4}
    return [
        *of_vaes,
        Line2D([], [], **hollow, label="over-pruned"),
        Line2D([], [], **star, label="original images, strength 1"),
    ]


def _seeds_sentence(lines: Mapping[str, pd.DataFrame]) -> str:
    """How many seeds a point has, and what bars and dashes are."""
    rows = pd.concat(lines.values())
    valued = rows[rows["number"] == "mig"].dropna(subset="value")
    counts = valued.groupby(["dataset", "model"])["seed"].nunique()
    least, most = (int(counts.min()), int(counts.max())) if len(counts) else (0, 0)
    many = f"{least}" if least == most else f"{least} to {most}"
    plural = "" if most == 1 else "s"
    return (
        f"Means over {many} seed{plural}; bars are standard deviations over seeds. Hollow and"
        " dashed: fewer active units on average than the dataset has factors."
    )
