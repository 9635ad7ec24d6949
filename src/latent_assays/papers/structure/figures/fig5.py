"""Fig. 5 of paper `structure`: disentanglement on 3D-Shapes as a table, and seed by seed."""

from collections.abc import Sequence

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from latent_assays.figures.style import PAGE_WIDTH, footnote
from latent_assays.papers.structure.figures.by_seed import draw_scores, scores_of
from latent_assays.papers.structure.names import label_of

__all__ = ["GROUPS", "draw", "lines_of"]

GROUPS = (
    ("sae-12", "sae-6", "sae-4"),
    ("vlae-12", "vlae-6", "vlae-4"),
    ("adaae-12", "ae-12", "vae-12", "beta-vae-12", "wae-12"),
)
"""Models of the table; a line stands between groups."""

COLUMNS = {"dci": "DCI-D", "irs": "IRS", "mig": "MIG", "modularity": "ModExp"}
BY_SEED = {"irs": "IRS", "dci": "DCI-D", "mig": "MIG"}
SIZE = 6.5  # of the table, in points
RIGHT = (0.4, 0.6, 0.8, 1.0)  # right edges of its columns
SAID = (
    "(a) Mean over seeds, their number behind a model's name, and below it in grey what the paper"
    " published; the best of a column is bold. (b) x: one seed; upright: mean; line: one standard"
    " deviation to either side."
)


def draw(
    numbers: pd.DataFrame, replicas: pd.DataFrame, published: pd.DataFrame, sources: list[str]
) -> Figure:
    """Draw the table beside the scores by seed.

    Args:
        numbers: collected scores of the models on 3D-Shapes.
        replicas: the same of more seeds.
        published: the paper's Table 1.
        sources: sentences for the footnote.
    """
    models = [model for group in GROUPS for model in group]
    values = scores_of(pd.concat([numbers, replicas], ignore_index=True), models)
    figure = plt.figure(figsize=(PAGE_WIDTH, 4.6), layout="constrained")
    table, seeds = figure.subplots(1, 2, width_ratios=[1.15, 1])
    table.set_title("(a) disentanglement on 3D-Shapes")
    _draw_table(table, values, published)
    seeds.set_title("(b) by seed")
    draw_scores(seeds, values, BY_SEED)
    footnote(figure, [SAID, " ".join(sources)])
    return figure


def lines_of(
    values: pd.DataFrame, published: pd.DataFrame, models: Sequence[str]
) -> dict[str, tuple[int, list[float], list[float]]]:
    """Of each model: seeds with a value, means here and published values, NaN where there is none.

    Args:
        values: `model`, `seed`, `number` and `value`.
        published: `model`, `number` and `value`.
        models: whose lines are wanted.
    """
    here = values.groupby(["model", "number"])["value"].mean()
    paper = published.set_index(["model", "number"])["value"]
    return {
        model: (
            values.loc[values["model"] == model, "seed"].nunique(),
            [float(here.get((model, number), float("nan"))) for number in COLUMNS],
            [float(paper.get((model, number), float("nan"))) for number in COLUMNS],
        )
        for model in models
    }


def _draw_table(axes: Axes, values: pd.DataFrame, published: pd.DataFrame) -> None:
    lines = lines_of(values, published, [model for group in GROUPS for model in group])
    best = [pd.DataFrame([line[side] for line in lines.values()]).max() for side in (1, 2)]
    axes.set_axis_off()
    axes.axhline(0, color="black", lw=0.8)
    for right, name in zip(RIGHT, COLUMNS.values(), strict=True):
        axes.text(right, -0.5, name, ha="right", va="center", fontsize=SIZE, weight="bold")
    axes.text(0, -0.5, "model (seeds)", va="center", fontsize=SIZE, weight="bold")
    y = 0.0
    for group in GROUPS:
        for model in group:
            seeds, here, paper = lines[model]
            axes.text(0, y + 0.45, f"{label_of(model)} ({seeds})", va="center", fontsize=SIZE)
            _write(axes, y + 0.45, here, best[0], "black")
            axes.text(0.03, y + 1.2, "published", va="center", fontsize=SIZE - 1, color="0.45")
            _write(axes, y + 1.2, paper, best[1], "0.45")
            y += 1.8
        axes.axhline(y, color="0.6", lw=0.5)
    axes.set(xlim=(0, 1), ylim=(y + 0.1, -1))


def _write(axes: Axes, y: float, line: Sequence[float], best: pd.Series, colour: str) -> None:
    for right, value, largest in zip(RIGHT, line, best, strict=True):
        text = "–" if pd.isna(value) else f"{value:.3f}"
        weight = "bold" if value == largest else "normal"
        axes.text(
            right, y, text, ha="right", va="center", fontsize=SIZE, color=colour, weight=weight
        )
