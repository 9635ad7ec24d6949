"""Figs 7 and 12 of the paper: errors on classes that the first phase never saw, and images."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from latent_assays.figures.grids import draw_grid, lay_out
from latent_assays.figures.style import PAGE_WIDTH, footnote
from latent_assays.papers.structure.figures.bars import height_of
from latent_assays.papers.structure.names import label_of

__all__ = ["PHASES", "Setting", "draw_extrapolation", "lines_of", "strips_of"]

PHASES = {
    "neither": "No update",
    "encoder": "Encoder only",
    "decoder": "Decoder only",
    "both": "Both",
}
SHOWN = 2  # images of a model, one below the other
COLUMNS = (0.52, 0.68, 0.84, 1.0)  # right edges of the phases' numbers
SIZE = 6  # of the table, in points
LINES = {
    "missing_error": "here, test part",
    "missing_error_train": "here, train part",
    "published": "paper, train part",
}
SAID = (
    "(a) Mean squared error of a pixel and channel, times 1,000, over {missing}: of the test part,"
    " which no phase is trained on, and of the train part, which updates are trained on and the"
    " paper reports.{spread} First phase {first} steps, update {second} (paper: 80,000 and 20,000)."
    " (b) Images of the test part, and what is made of them after each phase."
)
SPREAD = " ± is the standard deviation over {seeds} seeds."


@dataclass(frozen=True)
class Setting:
    """What the first phase leaves out.

    Attributes:
        first: variant that it is trained on.
        missing: variant of the images that it leaves out.
        second: what follows a model's name in that of a second phase, but for what it trains.
        said: the missing images in words.
    """

    first: str
    missing: str
    second: str
    said: str

    def phases(self, runs: pd.DataFrame) -> pd.DataFrame:
        """Rows of first and second phases, with the `label` of their model and their `phase`."""
        ended = rf"^(?P<base>.+)-{self.second}-(?P<phase>{'|'.join(PHASES)})$"
        found = runs["model"].str.extract(ended)
        is_first = runs["variant"] == self.first
        base, phase = found["base"].mask(is_first, runs["model"]), found["phase"]
        labelled = runs.assign(label=base, phase=phase.mask(is_first, "neither"))
        labelled = labelled.dropna(subset=["label", "phase"])
        return labelled.assign(label=labelled["label"].map(label_of))


def strips_of(labels: Sequence[str], given: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Label -> phase -> what a figure is given as `{model}_{phase}`, such as `sae_12_both`."""
    return {
        label: {phase: given[f"{label.lower().replace('-', '_')}_{phase}"] for phase in PHASES}
        for label in labels
    }


def draw_extrapolation(
    setting: Setting,
    strips: Mapping[str, Mapping[str, Mapping[str, np.ndarray]]],
    numbers: pd.DataFrame,
    published: pd.DataFrame,
    sources: Sequence[str],
) -> Figure:
    """Draw the table beside reconstructions of a few models after each phase.

    Args:
        setting: of the figure.
        strips: label of a model -> phase -> arrays `original` and `reconstruction` (S,H,W,C) uint8.
        numbers: collected `missing_error` and `missing_error_train`.
        published: `model`, `variant`, `number` and `value` of the paper's table.
        sources: sentences for the footnote.
    """
    lines = list(lines_of(setting, numbers, published))
    said = [_said(setting, numbers), " ".join(sources)]
    size = PAGE_WIDTH, 1.2 + 0.125 * len(lines) + height_of(said)
    figure = plt.figure(figsize=size, layout="constrained")
    table, images = figure.subplots(1, 2, width_ratios=[1.2, 1])
    table.set_title("(a) error on missing classes (MSE × 1,000)")
    _draw_table(table, lines)
    _draw_images(images, strips)
    images.set_title("(b) missing classes, reconstructed")
    images.set_anchor("N")
    footnote(figure, said)
    return figure


def lines_of(
    setting: Setting, numbers: pd.DataFrame, published: pd.DataFrame
) -> Iterator[tuple[str, str, list[str]]]:
    """(model, key of `LINES`, text of each phase), models in the paper's order, then others."""
    here = setting.phases(numbers[numbers["on"] == setting.missing])
    paper = setting.phases(published)
    for label in dict.fromkeys([*paper["label"], *sorted(here["label"])]):
        of_model = here[here["label"] == label]
        for number in ("missing_error", "missing_error_train"):
            yield label, number, _cells(of_model[of_model["number"] == number])
        printed = paper[paper["label"] == label]
        if len(printed):
            yield label, "published", _cells(printed)


def _cells(rows: pd.DataFrame) -> list[str]:
    """Of each phase mean and standard deviation over seeds; a dash where there is no value."""
    cells = []
    for phase in PHASES:
        values = rows.loc[rows["phase"] == phase, "value"].dropna()
        spread = f" ± {values.std():.2f}" if len(values) > 1 else ""
        cells.append(f"{values.mean():.2f}{spread}" if len(values) else "–")
    return cells


def _draw_table(axes: Axes, lines: Sequence[tuple[str, str, list[str]]]) -> None:
    axes.set_axis_off()
    axes.set(xlim=(0, 1), ylim=(len(lines) + 0.5, -1))
    for right, phase in zip(COLUMNS, PHASES, strict=True):
        axes.text(right, -0.5, phase.capitalize(), ha="right", fontsize=SIZE, weight="bold")
    above = None
    for place, (model, line, texts) in enumerate(lines, start=0):
        y, colour = place + 0.5, "0.45" if line == "published" else "black"
        if model != above:
            axes.axhline(place - 0.1, color="0.8", lw=0.5)
            axes.text(0, y, model, fontsize=SIZE, weight="bold", va="center")
        above = model
        for x, text, side in [
            (0.15, LINES[line], "left"),
            *((right, text, "right") for right, text in zip(COLUMNS, texts, strict=True)),
        ]:
            axes.text(x, y, text, ha=side, va="center", fontsize=SIZE, color=colour)


def _draw_images(axes: Axes, strips: Mapping[str, Mapping[str, Mapping[str, np.ndarray]]]) -> None:
    """Models in rows; the images, and their reconstructions after each phase, in columns."""
    rows = [
        np.stack(
            [
                phases["neither"]["original"][:SHOWN],
                *(phases[phase]["reconstruction"][:SHOWN] for phase in PHASES),
            ],
            axis=1,
        )
        for phases in strips.values()
    ]
    each = len(rows[0])
    if not each:
        axes.text(0.5, 0.5, "the test part has no such image", ha="center")
        axes.set_axis_off()
        return
    grid = lay_out(np.concatenate(rows), row_groups=np.repeat(np.arange(len(rows)), each))
    middles = grid.rows.reshape(len(rows), each).mean(axis=1)
    labels = ["Input", *(name.replace(" ", "\n") for name in PHASES.values())]
    named = {"row_labels": list(strips), "column_labels": labels}
    draw_grid(axes, replace(grid, rows=middles, **named))


def _said(setting: Setting, numbers: pd.DataFrame) -> str:
    on = numbers[numbers["on"] == setting.missing]
    is_first = on["variant"] == setting.first
    seeds = on["seed"].nunique()
    return SAID.format(
        missing=setting.said,
        spread=SPREAD.format(seeds=seeds) if seeds > 1 else "",
        first=_steps(on[is_first]),
        second=_steps(on[~is_first]),
    )


def _steps(numbers: pd.DataFrame) -> str:
    return " or ".join(f"{int(steps):,}" for steps in sorted(numbers["steps"].dropna().unique()))
