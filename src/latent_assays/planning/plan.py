"""A plan: trainings and other jobs with the hours, the memory and the disk that they will take."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from latent_assays.config.names import Config
from latent_assays.config.studies import Kind
from latent_assays.datasets.downloads.table import read_table
from latent_assays.planning.jobs import EXPERIENCE, STARTED, jobs_of
from latent_assays.planning.rates import Rate
from latent_assays.planning.trainings import Training, count_images, image_shape, trainings
from latent_assays.planning.work import Work, work_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["COLUMNS", "SHARED", "Plan", "clock", "make_plan", "memory_of", "wall_hours"]

COLUMNS = {
    "papers": "that need it, joined with +; or `shared`",
    "dataset": "that it is trained on",
    "variant": "of the dataset",
    "model": "its name",
    "seeds": "how many such trainings there are",
    "steps": "of one training",
    "batch": "images of a step",
    "weights": "parameters of the network",
    "operations": "floating-point operations of a step",
    "core_hours": "of one training and of encoding all images, on one core of this machine",
    "gpu_hours_least": "of the steps of one training on a V100",
    "gpu_hours_most": "the same at the worse of two rates, see `rates.v100_rates`",
    "memory": "peak in MiB",
}
HOURS = ("core_hours", "gpu_hours_least", "gpu_hours_most")
SHARED = "shared"
FORKED = 0.2  # of importing torch: what a fork takes before its first step
# MiB without images; what a step holds of its activations, and encoding of its widest layer,
# measured on a CPU.
PROCESS, KEPT, ENCODED = 350, 2.2, 1.4
MIB, HOUR = 2**20, 3600.0


@dataclass(frozen=True)
class Plan:
    """What a scale takes.

    Attributes:
        trainings: one row a kind of training, see `COLUMNS`.
        stages: one row a stage: `stage`, `jobs`, `core_hours`, `memory` (peak of one job in MiB)
            and `disk` (of its results in MiB).
        papers: one row a paper, or papers that share jobs: `papers`, `trainings`, `steps` (of all),
            `operations`, `core_hours` of trainings, `other_core_hours`, `gpu_hours_least` and
            `gpu_hours_most` of trainings.
        chain: core hours, least and most GPU hours of the longest chain of trainings in which each
            begins where another ends.
    """

    trainings: "pd.DataFrame"
    stages: "pd.DataFrame"
    papers: "pd.DataFrame"
    chain: tuple[float, float, float]


def make_plan(
    config: Config, scale: str, rate: Rate, gpu_rates: tuple[Rate, Rate], start: float
) -> Plan:
    """The plan of a scale.

    Args:
        config: the configuration.
        scale: `mini`, `desk` or `paper`.
        rate: of one core.
        gpu_rates: best and worst rate of a GPU.
        start: CPU seconds that importing torch takes here, for what `EXPERIENCE` tells of jobs.
    """
    import pandas as pd

    planned = trainings(config, scale)
    works = [work_of(one.settings, one.image_shape) for one in planned]
    rows = [_row(*pair, rate, gpu_rates, start) for pair in zip(planned, works, strict=True)]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    jobs = jobs_of(config, scale)
    others = pd.DataFrame(
        [
            {
                "stage": PurePosixPath(job).parts[0],
                "papers": " + ".join(papers) or SHARED,
                "core_hours": EXPERIENCE[PurePosixPath(job).parts[0]].seconds
                * (start / STARTED / HOUR),
                "disk": _disk_of(config, scale, job),
            }
            for job, papers in jobs.items()
        ],
        columns=["stage", "papers", "core_hours", "disk"],
    )
    chains = (_longest_chain(planned, table[name].tolist()) for name in HOURS)
    stages, papers = _stages(table, planned, works, others), _papers(table, others)
    return Plan(table, stages, papers, tuple(chains))


def memory_of(work: Work, batch: int, images: int) -> float:
    """Peak of a run in MiB, roughly: weights with gradient and two moments, activations of a step,
    which the process keeps, and what encoding `images` holds."""
    from latent_assays.training.encode import AT_ONCE

    step = KEPT * work.activations * batch
    encoding = ENCODED * work.widest * min(images, AT_ONCE)
    return PROCESS + 4 * (4 * work.weights + step + encoding) / MIB


def wall_hours(total: float, longest: float, workers: int) -> float:
    """Hours that workers need for jobs of `total` hours, the longest chain of which takes
    `longest`: at least this, and little more if the long jobs begin first."""
    return max(total / workers, longest)


def clock(hours: float) -> str:
    """`40 s`, `17 min`, `5.2 h`, `3.4 days` or `1,200 days`."""
    if hours < 1 / 30:
        return f"{3600 * hours:.0f} s"
    if hours < 2:
        return f"{60 * hours:.0f} min"
    if hours < 48:
        return f"{hours:.1f} h"
    return f"{hours / 24:,.{int(hours < 2400)}f} days"


def _row(
    one: Training, work: Work, rate: Rate, gpu_rates: tuple[Rate, Rate], start: float
) -> dict[str, object]:
    steps, batch = one.settings["steps"], one.settings["batch"]
    core = FORKED * start + steps * rate.step(work, batch) + rate.encoding(work, one.images)
    least, most = (steps * gpu.step(work, batch) / HOUR for gpu in gpu_rates)
    told = [" + ".join(one.papers), *one.kind, one.seeds, steps, batch, work.weights]
    took = [work.of_step(batch), core / HOUR, least, most, memory_of(work, batch, one.images)]
    return dict(zip(COLUMNS, [*told, *took], strict=True))


def _stages(
    table: "pd.DataFrame", planned: list[Training], works: list[Work], others: "pd.DataFrame"
) -> "pd.DataFrame":
    import pandas as pd

    grouped = others.groupby("stage", sort=False)
    found = grouped.agg(
        jobs=("stage", "size"), core_hours=("core_hours", "sum"), disk=("disk", "sum")
    )
    found["memory"] = [EXPERIENCE[stage].memory for stage in found.index]
    # Weights lie in the model and once more in the checkpoint; codes are means and, mostly, stds.
    weights = sum(8 * work.weights * one.seeds for one, work in zip(planned, works, strict=True))
    codes = sum(8 * one.settings["latents"] * one.images * one.seeds for one in planned)
    runs = {
        "jobs": int(table["seeds"].sum()),
        "core_hours": (table["core_hours"] * table["seeds"]).sum(),
        "disk": (weights + codes) / MIB,
        "memory": table["memory"].max(),
    }
    found = pd.concat([found, pd.DataFrame(runs, index=["runs"])]).rename_axis("stage")
    return found.sort_values("core_hours", ascending=False).reset_index()


def _papers(table: "pd.DataFrame", others: "pd.DataFrame") -> "pd.DataFrame":
    import pandas as pd

    seeds = table["seeds"]
    of_all = pd.DataFrame(
        {
            "papers": table["papers"],
            "trainings": seeds,
            "steps": table["steps"] * seeds,
            "operations": table["operations"].astype(float) * table["steps"] * seeds,
            **{name: table[name] * seeds for name in HOURS},
        }
    )
    found = of_all.groupby("papers").sum()
    rest = others.groupby("papers")["core_hours"].sum().rename("other_core_hours")
    found = found.join(rest, how="outer").fillna(0).astype({"trainings": int, "steps": int})
    return found.rename_axis("papers").reset_index()


def _longest_chain(planned: Iterable[Training], hours: Iterable[float]) -> float:
    """Hours of trainings that wait for each other, of those that take the longest."""
    took = dict(zip((one.kind for one in planned), hours, strict=True))
    before = {one.kind: one.before for one in planned}

    @cache
    def until(kind: Kind) -> float:
        return took[kind] + max(map(until, before[kind]), default=0.0)

    return max(map(until, took), default=0.0)


def _disk_of(config: Config, scale: str, job: str) -> float:
    """MiB of a job's results; originals whose size is not known count as nothing."""
    stage, name, *_ = PurePosixPath(job).parts
    if stage == "downloads":
        return sum(file.size or 0 for file in read_table()[name].values()) / MIB
    if stage == "datasets":
        channels, height, width = image_shape(config, scale, name)
        pixel = 4 if height == 1 else 1
        return count_images(config, scale, name) * channels * height * width * pixel / MIB
    return EXPERIENCE[stage].disk
