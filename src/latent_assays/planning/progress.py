"""How far a run of the workflow has come, in one line: of the work, not of the number of jobs."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

__all__ = ["Task", "progress_line", "training_seconds"]

STEP = 1e-3  # seconds of a training step, whatever its images
PIXEL = 2e-7  # seconds of a training step for a pixel of its batch
EARLY = 0.02  # share of the work before which nothing is said of the time left
SHOWN = 2  # jobs that are named


@dataclass(frozen=True)
class Task:
    """A job of the workflow.

    Attributes:
        seconds: that it is expected to take; only ratios count.
        papers: that it is for.
        is_training: whether it trains a network.
    """

    seconds: float
    papers: tuple[str, ...] = ()
    is_training: bool = False


def training_seconds(steps: int, batch: int, side: int) -> float:
    """Rough seconds of a training on square images of `side` pixels, without counting operations.

    Only `plan` asks the networks; this is what a scheduler can afford.
    """
    return steps * (STEP + PIXEL * batch * side**2)


def progress_line(
    done: Collection[Task], left: Collection[Task], running: Sequence[str], elapsed: float
) -> str:
    """Share of the work, time left, jobs, trainings, share of each paper's work, what is running.

    The time left is that of the work left at the rate of this run so far.

    Args:
        done: jobs that this run has finished.
        left: jobs that it has not, running ones among them.
        running: what running jobs do, in words.
        elapsed: seconds since this run began.
    """
    share = _share(done, left)
    said = [f"{share:.0%} done"]
    if EARLY <= share < 1:
        said.append(f"about {_clock(elapsed * (1 - share) / share)} left")
    jobs = f"{len(done):,} of {len(done) + len(left):,} jobs"
    if trainings := _count(done) + _count(left):
        jobs += f", {_count(done):,} of {trainings:,} trainings"
    parts = [", ".join(said), jobs]
    papers = sorted({paper for task in (*done, *left) for paper in task.papers})
    if len(papers) > 1:
        parts.append(", ".join(f"{paper} {_of(paper, done, left):.0%}" for paper in papers))
    if running:
        more = f" and {len(running) - SHOWN} more" if len(running) > SHOWN else ""
        parts.append("; ".join(running[:SHOWN]) + more)
    return " | ".join(parts)


def _share(done: Collection[Task], left: Collection[Task]) -> float:
    took, takes = (sum(task.seconds for task in tasks) for tasks in (done, left))
    return took / (took + takes) if takes else 1.0


def _of(paper: str, done: Collection[Task], left: Collection[Task]) -> float:
    return _share(*([task for task in tasks if paper in task.papers] for tasks in (done, left)))


def _count(tasks: Collection[Task]) -> int:
    return sum(task.is_training for task in tasks)


def _clock(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
