"""What the page says first: of which data, by which commits, on which machine."""

import os
import platform
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from latent_assays import provenance

__all__ = ["Data", "Overview", "commits_of", "data_of", "overview_of"]

STAND_IN = "stand-in"
OF_COMMIT = "Drawn by commit"


@dataclass(frozen=True)
class Data:
    """Images from one source.

    Attributes:
        source: where they come from, in words.
        stand_in: whether they stand in for others.
        selections: which of them were taken.
    """

    source: str
    stand_in: bool
    selections: tuple[str, ...]


@dataclass(frozen=True)
class Overview:
    """Facts of the page as a whole.

    Attributes:
        data: by source, stand-ins first.
        commits: of the project that the numbers were made by.
        commit: that wrote the page.
        machine: that wrote the page, in words.
        written: when, local time.
    """

    data: list[Data]
    commits: list[str]
    commit: str
    machine: str
    written: str


def overview_of(collected: Iterable[pd.DataFrame], sentences: Iterable[str]) -> Overview:
    """The facts, of collected numbers and of what figures say below themselves."""
    frames = list(collected)
    told = [source for frame in frames for source in frame["source"].dropna().unique()]
    return Overview(
        data=data_of([*told, *sentences]),
        commits=commits_of(frames),
        commit=provenance.describe()["commit"] or "unknown (no git checkout)",
        machine=_machine(),
        written=datetime.now().strftime("%Y-%m-%d %H:%M"),
    )


def data_of(sentences: Iterable[str]) -> list[Data]:
    """Sources with their selections, of sentences as `provenance.dataset_sentence` gives them.

    Others, such as those about a run, are left out.
    """
    found: dict[str, dict[str, None]] = {}
    for sentence in sentences:
        source, colon, selection = sentence.partition(": ")
        if colon and not sentence.startswith(OF_COMMIT):
            found.setdefault(source, {})[selection.removesuffix(".")] = None
    data = [
        Data(source, STAND_IN in source.lower(), tuple(selections))
        for source, selections in found.items()
    ]
    return sorted(data, key=lambda one: (not one.stand_in, one.source))


def commits_of(collected: Iterable[pd.DataFrame]) -> list[str]:
    """The commits that made the runs of collected numbers."""
    named = (name for frame in collected for name in frame["commit"].dropna().unique())
    return list(dict.fromkeys(map(str, named)))


def _machine() -> str:
    cores = os.cpu_count() or 1
    count = f"{cores} core{'s' * (cores > 1)}"
    system = f"{platform.system()} {platform.release()}"
    return f"{platform.machine()}, {count}, {system}, Python {platform.python_version()}"
