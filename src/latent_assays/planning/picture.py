"""The plan as a picture: hours by paper, and wall time against cores and GPUs."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from latent_assays.figures.style import PAGE_WIDTH, footnote
from latent_assays.planning.plan import clock, wall_hours

if TYPE_CHECKING:
    from latent_assays.planning.plan import Plan

__all__ = ["draw"]

COLOURS = {"core": "#0072b2", "other": "#9ecae1", "gpu": "#d55e00", "worst": "#f0b08a"}
WORKERS = 2 ** np.arange(8)
DAY, MINUTE = 24.0, 1 / 60
MARKS = {
    "1 min": MINUTE,
    "10 min": 10 * MINUTE,
    "1 h": 1,
    "8 h": 8,
    "1 day": DAY,
    "1 week": 7 * DAY,
}
MARKS |= {"1 month": 30 * DAY, "1 year": 365 * DAY, "10 years": 3650 * DAY}
MARKS |= {"100 years": 36500 * DAY}


def draw(plan: "Plan", scale: str, said: Sequence[str]) -> Figure:
    """Draw core and GPU hours by paper, and how long all takes on so many cores or GPUs.

    Args:
        plan: of the scale.
        scale: its name.
        said: where the rates come from, sentences without their full stops.
    """
    figure = plt.figure(figsize=(PAGE_WIDTH, 3.3), layout="constrained")
    bars, times = figure.subplots(1, 2, width_ratios=[1, 1.15])
    _draw_papers(bars, plan)
    _draw_times(times, plan)
    count = int(plan.papers["trainings"].sum())
    figure.suptitle(f"Plan of scale {scale}: {count:,} trainings", fontsize=9)
    footnote(figure, [f"{sentence[:1].upper()}{sentence[1:]}." for sentence in said])
    return figure


def _draw_papers(axes: Axes, plan: "Plan") -> None:
    papers = plan.papers
    places = np.arange(len(papers))
    bars = (  # name, upper or lower bar, from, to
        ("trainings, cores", "core", -0.2, 0, papers["core_hours"]),
        ("other jobs, cores", "other", -0.2, papers["core_hours"], papers["other_core_hours"]),
        ("trainings, V100s, at best", "gpu", 0.2, 0, papers["gpu_hours_least"]),
        (
            "trainings, V100s, at worst",
            "worst",
            0.2,
            papers["gpu_hours_least"],
            papers["gpu_hours_most"] - papers["gpu_hours_least"],
        ),
    )
    for name, colour, shift, left, width in bars:
        axes.barh(places + shift, width, 0.36, left=left, color=COLOURS[colour], label=name)
    for place, row in zip(places, papers.itertuples(), strict=True):
        core, most = row.core_hours + row.other_core_hours, row.gpu_hours_most
        for shift, end, text in (
            (-0.2, core, clock(core)),
            (0.2, most, f"{clock(row.gpu_hours_least)} to {clock(most)}" if most else ""),
        ):
            axes.annotate(
                text, (end, place + shift), (2, 0), textcoords="offset points", va="center", size=6
            )
    axes.set_yticks(places, papers["papers"].str.replace(" + ", "\n+ "))
    axes.set_ylim(len(papers) - 0.5, -0.5)
    axes.set_xlim(0, 1.3 * axes.dataLim.xmax)  # room for the text; margins stop at a bar's foot
    axes.set_xlabel("hours of one core, or of one GPU")
    axes.set_title("(a) hours by paper")
    axes.legend(fontsize=6, ncols=2, loc="upper center", bbox_to_anchor=(0.5, -0.2))


def _draw_times(axes: Axes, plan: "Plan") -> None:
    totals = plan.papers.drop(columns="papers").sum()
    of_core, *of_gpu = plan.chain
    every = totals["core_hours"] + totals["other_core_hours"]
    on_cores = [wall_hours(every, of_core, count) for count in WORKERS]
    axes.plot(WORKERS, on_cores, "o-", ms=3, color=COLOURS["core"], label="all jobs, on cores")
    least, most = (
        [wall_hours(totals[name], longest, count) for count in WORKERS]
        for name, longest in zip(("gpu_hours_least", "gpu_hours_most"), of_gpu, strict=True)
    )
    axes.fill_between(
        WORKERS, least, most, color=COLOURS["worst"], lw=0, label="trainings, on V100s"
    )
    axes.set_xscale("log", base=2)
    axes.set_yscale("log")
    axes.set_xticks(WORKERS, WORKERS)
    low, high = axes.get_ylim()
    marks = {mark: hours for mark, hours in MARKS.items() if low <= hours <= high}
    axes.set_yticks(list(marks.values()), list(marks))
    axes.minorticks_off()
    axes.grid(axis="y", color="0.9", lw=0.5)
    axes.set_xlabel("cores, or GPUs")
    axes.set_title("(b) wall time if none idles")
    axes.legend(fontsize=6)
