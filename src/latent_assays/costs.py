"""What the jobs of a workflow took, and how well they filled the cores: functions of a data frame.

A frame of jobs has one row a job and the columns `COLUMNS`. A job that waits for nothing but a free
core could have begun earlier; one that reads what another made could not.
"""

from collections.abc import Collection, Iterable, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "COLUMNS",
    "SHARED",
    "idle_stretches",
    "longest_chain",
    "owners",
    "sessions",
    "summary",
    "timeline",
    "totals",
]

COLUMNS = {
    "job": "its name, that of its log",
    "stage": "first part of the name",
    "papers": "which ask for it, joined with +; or `shared`",
    "session": "counted from 1; an hour without a job begins a new one",
    "starts": "seconds since 1970",
    "ends": "seconds since 1970",
    "wall": "ends - starts",
    "cpu": "CPU seconds; empty if unknown",
    "memory": "peak of resident memory in MiB; empty if unknown",
    "inputs": "names of the jobs whose outputs it reads, a tuple",
}

SHARED = "shared"
GAP = 3600.0  # seconds without a job


def owners(
    inputs: Mapping[str, Iterable[str]],
    asked: Mapping[str, Collection[str]],
    common: Collection[str] = (),
) -> dict[str, str]:
    """Which papers each job works for.

    Args:
        inputs: job -> the jobs whose outputs it reads.
        asked: paper -> jobs that it asks for; it owns all that they read, too.
        common: jobs that are shared, whoever asks for them.

    Returns:
        job -> papers joined with ` + `, or `shared`; `shared` too if no paper asks for it.
    """
    owned = {paper: _behind(inputs, jobs) for paper, jobs in asked.items()}
    found = {}
    for job in inputs:
        papers = [] if job in common else [paper for paper, jobs in owned.items() if job in jobs]
        found[job] = " + ".join(papers) or SHARED
    return found


def sessions(jobs: "pd.DataFrame", gap: float = GAP) -> "pd.Series":
    """The session of each job, from 1: a new one begins after `gap` seconds without a job."""
    ordered = jobs.sort_values("starts")
    before = ordered["ends"].cummax().shift()
    return ((ordered["starts"] - before) > gap).cumsum().add(1).reindex(jobs.index)


def totals(jobs: "pd.DataFrame", by: str) -> "pd.DataFrame":
    """Number of jobs, CPU and wall seconds summed, and the largest memory; most wall first.

    Args:
        jobs: see `COLUMNS`.
        by: column to group by.
    """
    grouped = jobs.groupby(by, sort=True)
    found = grouped.agg(
        jobs=("job", "size"), cpu=("cpu", "sum"), wall=("wall", "sum"), memory=("memory", "max")
    )
    return found.sort_values("wall", ascending=False, kind="stable").reset_index()


def timeline(jobs: "pd.DataFrame") -> "pd.DataFrame":
    """The time of one session, cut wherever a job starts or ends.

    Returns:
        one row a piece, in order: `starts`, `ends`, `running` (tuple of jobs) and `count` of them.
    """
    import pandas as pd

    # At one moment jobs end before others start: a core goes from the one to the other.
    took = [job for job in jobs.itertuples() if job.ends > job.starts]
    changes = sorted(
        [(job.ends, False, job.job) for job in took] + [(job.starts, True, job.job) for job in took]
    )
    rows = []
    running: dict[str, None] = {}
    for (at, begins, job), (until, _, _) in pairwise(changes):
        if begins:
            running[job] = None
        else:
            del running[job]
        if until > at:
            rows.append((at, until, tuple(running), len(running)))
    return pd.DataFrame(rows, columns=["starts", "ends", "running", "count"])


def summary(jobs: "pd.DataFrame", cores: int | None = None) -> "pd.DataFrame":
    """How well the jobs of each session filled the cores.

    Args:
        jobs: see `COLUMNS`.
        cores: how many there were; None for as many as jobs ever ran at once.

    Returns:
        one row a session: `session`, `jobs`, `cores`, `starts`, `ends`, `span` between them, and in
        seconds `full` (all cores had a job), `partly` and `empty` (no core had one); `idle`, core
        seconds without a job.
    """
    import pandas as pd

    times = {session: timeline(own) for session, own in jobs.groupby("session")}
    cores = cores or max((n for time in times.values() for n in time["count"]), default=1)
    rows = []
    for session, time in times.items():
        seconds = time["ends"] - time["starts"]
        full, empty = time["count"] >= cores, time["count"] == 0
        rows.append(
            {
                "session": session,
                "jobs": int((jobs["session"] == session).sum()),
                "cores": cores,
                "starts": time["starts"].min(),
                "ends": time["ends"].max(),
                "span": seconds.sum(),
                "full": seconds[full].sum(),
                "partly": seconds[~full & ~empty].sum(),
                "empty": seconds[empty].sum(),
                "idle": (seconds * (cores - time["count"]).clip(lower=0)).sum(),
            }
        )
    return pd.DataFrame(rows)


def idle_stretches(jobs: "pd.DataFrame", cores: int) -> "pd.DataFrame":
    """Times of one session in which fewer jobs ran than there were cores.

    Returns:
        one row a stretch, the longest first: `starts`, `ends`, `seconds`, `running` (tuple of all
        jobs that ran in it, those that ran longest first) and `idle`, core seconds without a job.
    """
    import pandas as pd

    time = timeline(jobs)
    idle = time["count"] < cores
    rows = []
    for _, piece in time[idle].groupby((~idle).cumsum()[idle]):
        seconds = piece["ends"] - piece["starts"]
        ran: dict[str, float] = {}
        for running, length in zip(piece["running"], seconds, strict=True):
            for job in running:
                ran[job] = ran.get(job, 0.0) + length
        rows.append(
            {
                "starts": piece["starts"].min(),
                "ends": piece["ends"].max(),
                "seconds": seconds.sum(),
                "running": tuple(sorted(ran, key=lambda job: (-ran[job], job))),
                "idle": (seconds * (cores - piece["count"])).sum(),
            }
        )
    found = pd.DataFrame(rows, columns=["starts", "ends", "seconds", "running", "idle"])
    return found.sort_values("seconds", ascending=False, kind="stable").reset_index(drop=True)


def longest_chain(jobs: "pd.DataFrame") -> list[str]:
    """Of all chains in which each job reads what the one before it made, that with the most wall
    seconds: no number of cores is faster, as long as each job takes what it took.

    A job does not wait for one that ended after it began: such a one was made anew later.
    """
    by_name = jobs.set_index("job")
    ends, wall = by_name["ends"].to_dict(), by_name["wall"].to_dict()
    length: dict[str, float] = {}
    before: dict[str, str | None] = {}
    for job in jobs.sort_values(["starts", "ends"]).itertuples():
        waited = [name for name in job.inputs if name in length and ends[name] <= job.starts]
        before[job.job] = max(waited, key=length.__getitem__, default=None)
        length[job.job] = wall[job.job] + length.get(before[job.job], 0.0)
    chain = []
    at = max(length, key=length.__getitem__, default=None)
    while at is not None:
        chain.append(at)
        at = before[at]
    return chain[::-1]


def _behind(inputs: Mapping[str, Iterable[str]], jobs: Iterable[str]) -> set[str]:
    """Jobs, and all that they read, directly or not."""
    found: set[str] = set()
    wanted = [job for job in jobs if job in inputs]
    while wanted:
        job = wanted.pop()
        if job not in found:
            found.add(job)
            wanted += [name for name in inputs[job] if name in inputs]
    return found
