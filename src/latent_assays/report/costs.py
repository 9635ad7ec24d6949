"""What the jobs took, by stage and by paper, from Snakemake's own records."""

import subprocess
import sys
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd

from latent_assays.costs import totals

__all__ = ["Costs", "costs_of", "read_costs"]

NAMES = {
    "stage": "stage",
    "papers": "paper",
    "jobs": "jobs",
    "cpu": "CPU seconds",
    "wall": "wall seconds",
    "memory": "largest memory, MiB",
}
BY = ("stage", "papers")


@dataclass(frozen=True)
class Costs:
    """What the jobs of a scale took.

    Attributes:
        tables: `stage` and `papers` -> heads and rows of text; the last row is the sum.
        jobs: how many there were.
        began: when the first began, local time; empty if that is not known.
        ended: when the last ended.
        took: how long at least one job ran.
        cpu: CPU seconds of all jobs; None if that is not known.
        reason: why there are none; else empty.
    """

    tables: dict[str, tuple[list[str], list[list[str]]]] = field(default_factory=dict)
    jobs: int = 0
    began: str = ""
    ended: str = ""
    took: str = ""
    cpu: float | None = None
    reason: str = ""


def read_costs(results: Path, project: Path) -> Costs:
    """The costs of a scale; where there are no records, why.

    Args:
        results: folder of the scale.
        project: folder of the Snakefile.
    """
    # Its subcommand reads the configuration, which is no part of what this job is made of.
    command = [sys.executable, "-m", "latent_assays", "costs", str(results)]
    with TemporaryDirectory() as folder:
        output = Path(folder) / "costs.csv"
        command += ["--project", str(project), "--output", str(output)]
        done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
        if done.returncode:
            lines = done.stderr.strip().splitlines() or ["no reason was given"]
            return Costs(reason=lines[-1].removeprefix("error: "))
        return costs_of(pd.read_csv(output))


def costs_of(jobs: pd.DataFrame) -> Costs:
    """The same of a frame of jobs, see `costs.COLUMNS`."""
    if jobs.empty:
        return Costs(reason="no job left a record")
    cpu = jobs["cpu"].dropna()
    return Costs(
        tables={by: _table(jobs, by) for by in BY},
        jobs=len(jobs),
        began=_moment(jobs["starts"].min()),
        ended=_moment(jobs["ends"].max()),
        took=_duration(_seconds_at_work(jobs)),
        cpu=float(cpu.sum()) if len(cpu) else None,
    )


def _seconds_at_work(jobs: pd.DataFrame) -> float:
    """The seconds in which at least one job ran."""
    ordered = jobs.sort_values("starts")
    before = ordered["ends"].cummax().shift(fill_value=ordered["starts"].min())
    return float((ordered["ends"] - np.maximum(ordered["starts"], before)).clip(lower=0).sum())


def _table(jobs: pd.DataFrame, by: str) -> tuple[list[str], list[list[str]]]:
    every = totals(jobs.assign(**{by: "all"}), by)
    found = pd.concat([totals(jobs, by), every], ignore_index=True)
    columns = [name for name in NAMES if name in found]
    rows = [[_cell(row[name]) for name in columns] for row in found.to_dict("records")]
    return [NAMES[name] for name in columns], rows


def _cell(value: Any) -> str:
    if isinstance(value, str):
        return value
    return "–" if pd.isna(value) else f"{value:,.0f}"


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds).strftime("%Y-%m-%d %H:%M")


def _duration(seconds: float) -> str:
    minutes = round(seconds / 60)
    if minutes < 1:
        return f"{seconds:.0f} seconds"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"
