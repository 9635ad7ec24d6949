"""Rows of results/bench.csv: our cost beside a peer's, both measured in this run."""

import time
from collections.abc import Callable
from typing import NamedTuple

__all__ = ["Row", "cpu_seconds"]


class Row(NamedTuple):
    """One comparison.

    Attributes:
        work: what was done.
        ours: our figure.
        peer: the peer's.
        peer_name: who the peer is.
        unit: of both; a cost, or a rate if it ends in /s.
        ratio: how many times better ours is; of a plan, what was planned over what was taken.
    """

    work: str
    ours: float
    peer: float
    peer_name: str
    unit: str
    ratio: float


def cpu_seconds(work: Callable[[], object], repeats: int = 1) -> float:
    """Least CPU time of `repeats` calls."""
    times = []
    for _ in range(repeats):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)
