"""Panels of sorted bars, one a dataset, of which Figs 2 and 3 of the paper consist."""

from collections.abc import Callable, Mapping, Sequence

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from latent_assays.figures.style import PAGE_WIDTH, footnote
from latent_assays.papers.structure.names import DISTANCES, first_distance, label_of

__all__ = ["PANELS", "collect", "draw_panels", "height_of", "means_of"]

PANELS = {
    "shapes3d": "3D-Shapes",
    "mpi3d_toy": "MPI3D Toy",
    "mpi3d_real": "MPI3D Real",
    "celeba": "CelebA",
    "rfd": "RFD",
}
ACROSS = 3
LETTERS = 155  # of a line of the footnote
UNTRAINED = "*"
SAID = {
    "seeds": "Bars are means over seeds ({seeds} of them), whiskers standard deviations.",
    "floor": "The dashed line is what as many other real images reach.",
    "untrained": (
        f"{UNTRAINED}: reconstructs no better than the mean image (R² of at most 0), so it is not"
        " trained enough to be compared."
    ),
    "few": (
        "n is not above the number of features, so that the distance is biased upwards and only the"
        " order counts."
    ),
}


def collect(*numbers: pd.DataFrame) -> pd.DataFrame:
    """Numbers of several studies, of runs on their own, unchanged images."""
    joined = pd.concat(numbers, ignore_index=True)
    return joined[(joined["variant"] == "original") & (joined["on"] == "original")]


def means_of(numbers: pd.DataFrame, number: str) -> pd.DataFrame:
    """One row a dataset and model that has a value of a number.

    Returns:
        `dataset`, `model`, `mean`, `sd` over seeds (NaN of one), `seeds`, `floor`, `n`, `few`.
    """
    valued = numbers[(numbers["number"] == number) & numbers["value"].notna()]
    grouped = valued.groupby(["dataset", "model"], as_index=False)
    return grouped.agg(
        mean=("value", "mean"),
        sd=("value", "std"),
        seeds=("seed", "nunique"),
        floor=("floor", "mean"),
        n=("n", "max"),
        few=("few_samples", "max"),
    )


def height_of(lines: Sequence[str]) -> float:
    """Inches that lines of a footnote take."""
    return sum(0.1 * (1 + len(line) // LETTERS) for line in lines)


def draw_panels(
    numbers: pd.DataFrame,
    kinds: Sequence[str],
    colour: Callable[[pd.Series], str],
    legend: tuple[str, Mapping[str, str]],
    title: str,
    sources: Sequence[str],
) -> Figure:
    """A figure with a panel of sorted bars for each dataset, and a legend in the sixth place.

    Args:
        numbers: see `collect`.
        kinds: of images, `reconstruction`, `hybrid` or `prior`; a bar of each kind and model.
        colour: of a bar, of its row: `model` and `kind`.
        legend: its title, and colours by label.
        title: what follows a dataset's name, such as `reconstructions`.
        sources: sentences for the footnote.
    """
    distance = first_distance(numbers, kinds[0])
    bars = pd.concat([means_of(numbers, f"{kind}_{distance}").assign(kind=kind) for kind in kinds])
    bars["colour"] = [colour(bar) for _, bar in bars.iterrows()]
    r2 = means_of(numbers, "reconstruction_r2").set_index(["dataset", "model"])["mean"]
    bars["untrained"] = [
        r2.get((bar["dataset"], bar["model"]), 1) <= 0 for _, bar in bars.iterrows()
    ]
    said = [_said(bars), " ".join(sources)]
    size = PAGE_WIDTH, 4.4 + height_of(said)
    figure, panels = plt.subplots(2, ACROSS, figsize=size, layout="constrained")
    for letter, axes, (dataset, name) in zip("abcde", panels.flat, PANELS.items(), strict=False):
        axes.set_title(f"({letter}) {name}, {title}")
        of_set = numbers[numbers["dataset"] == dataset]
        _draw_bars(axes, bars[bars["dataset"] == dataset], of_set)
    for axes in panels[:, 0]:
        axes.set_ylabel(DISTANCES[distance])
    _draw_legend(panels.flat[-1], *legend)
    footnote(figure, said)
    return figure


def _draw_bars(axes: Axes, bars: pd.DataFrame, numbers: pd.DataFrame) -> None:
    if bars.empty:
        reasons = "; ".join(sorted(set(numbers["reason"].dropna())))
        text = f"no distance: {reasons}" if reasons else "no run"
        axes.text(0.5, 0.5, text, ha="center", va="center", wrap=True, transform=axes.transAxes)
        axes.set(xticks=[], yticks=[])
        return
    ordered = bars.sort_values(["mean", "model"])
    places = range(len(ordered))
    axes.bar(places, ordered["mean"], 0.8, color=ordered["colour"])
    spread = ordered["sd"].notna()
    axes.errorbar(
        [place for place, known in zip(places, spread, strict=True) if known],
        ordered.loc[spread, "mean"],
        ordered.loc[spread, "sd"],
        fmt="none",
        ecolor="0.15",
        elinewidth=0.8,
        capsize=1.5,
    )
    axes.axhline(ordered["floor"].mean(), color="0.3", lw=0.8, ls="--")
    labels = [
        label_of(bar["model"]) + UNTRAINED * bar["untrained"] for _, bar in ordered.iterrows()
    ]
    axes.set_xticks(places, labels, rotation=90)
    axes.tick_params(axis="x", length=0, labelsize=6 if len(ordered) < 18 else 5)
    axes.set_xlim(-0.7, len(ordered) - 0.3)
    axes.set_xlabel(_trained(numbers, ordered), fontsize=6, color="0.35")


def _trained(numbers: pd.DataFrame, bars: pd.DataFrame) -> str:
    """How long the runs of a panel were trained, and how many images were compared."""
    steps = sorted(numbers["steps"].dropna().astype(int).unique())
    return f"{_range(steps)} steps, n = {_range(sorted(bars['n'].astype(int).unique()))} images"


def _range(values: Sequence[int]) -> str:
    return f"{values[0]:,}" if len(values) == 1 else f"{values[0]:,} to {values[-1]:,}"


def _draw_legend(axes: Axes, title: str, colours: Mapping[str, str]) -> None:
    axes.set_axis_off()
    axes.set_title(title)
    handles = [Patch(color=colour, label=name) for name, colour in colours.items()]
    axes.legend(handles=handles, frameon=False, loc="upper center", fontsize=8)


def _said(bars: pd.DataFrame) -> str:
    said = [SAID["seeds"].format(seeds=_range(sorted(bars["seeds"].unique())))] if len(bars) else []
    said += [SAID["floor"]]
    said += [SAID["untrained"]] * bool(bars["untrained"].any())
    said += [SAID["few"]] * bool(bars["few"].eq(True).any())
    return " ".join(said)
