"""The runs behind a figure or a table, and their settings."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from latent_assays.errors import UserError
from latent_assays.places import RUN
from latent_assays.results import COLUMNS

__all__ = ["Behind", "Compared", "read_collected", "runs_compared", "runs_drawn"]

KIND = ["set", "variant", "model"]


@dataclass(frozen=True)
class Behind:
    """One run that a figure draws.

    Attributes:
        run: DATASET/VARIANT/MODEL/seedN, as its folder is called.
        settings: all of its model's, in words.
        images: how many it was trained among.
        seconds: that the training took; None where that is not known.
        device: that it ran on.
        commit: that it was trained by.
    """

    run: str
    settings: str
    images: str
    seconds: float | None
    device: str
    commit: str


@dataclass(frozen=True)
class Compared:
    """Runs of a study that differ in nothing but their seed.

    Attributes:
        study: its name.
        kind: DATASET/VARIANT/MODEL.
        first: folder of the first of them.
        seeds: as text.
        steps: of the training.
        swept: settings that the study sweeps, in words.
    """

    study: str
    kind: str
    first: str
    seeds: str
    steps: str
    swept: str


def read_collected(path: Path) -> pd.DataFrame:
    """Collected numbers, see `results.COLUMNS`; only empty cells are missing values.

    Raises:
        UserError: the file is missing or is not CSV.
    """
    if not path.is_file():
        raise UserError(f"{path} does not exist")
    try:
        return pd.read_csv(path, keep_default_na=False, na_values=[""], low_memory=False)
    except ValueError as error:
        raise UserError(f"{path} cannot be read as CSV ({error}): delete it and rerun") from None


def runs_drawn(made: Mapping[str, Any]) -> list[Behind]:
    """The runs that a figure's own provenance names, each once; see `pictures.Picture.made`."""
    found = {}
    for facts in made.get("inputs", {}).values():
        if "run" in facts:
            behind = _behind(facts["run"])
            found[behind.run] = behind
    return list(found.values())


def runs_compared(collected: pd.DataFrame, studies: Collection[str]) -> list[Compared]:
    """The runs of some studies, by what they are but for their seed."""
    rows = collected[collected["study"].isin(studies) & collected["model"].notna()]
    swept = [column for column in rows if column not in COLUMNS]
    return [
        _compared(str(study), kind, group, swept)
        for (study, *kind), group in rows.groupby(["study", *KIND], sort=False)
    ]


def _behind(run: Mapping[str, Any]) -> Behind:
    dataset = run["dataset"]
    place = {"dataset": dataset["dataset"], "variant": dataset["variant"]}
    images = f"{dataset['images']:,} images" if "images" in dataset else ""
    return Behind(
        run=RUN.format(**place, model=run["model"], seed=run["seed"]),
        settings=", ".join(_told(run["settings"])),
        images=images,
        seconds=run.get("seconds"),
        device=run.get("device", ""),
        commit=run.get("commit") or "unknown",
    )


def _told(settings: Mapping[str, Any]) -> Iterator[str]:
    for key, value in settings.items():
        yield f"{key.replace('_', ' ')} {f'{value:,}' if type(value) is int else value}"


def _compared(study: str, kind: list[str], rows: pd.DataFrame, swept: list[str]) -> Compared:
    seeds = sorted(rows["seed"].dropna().astype(int).unique())
    steps = ", ".join(f"{step:,}" for step in sorted(rows["steps"].dropna().astype(int).unique()))
    settings = {name: rows[name].dropna().unique() for name in swept}
    dataset, variant, model = kind
    return Compared(
        study=study,
        kind="/".join(kind),
        first=RUN.format(dataset=dataset, variant=variant, model=model, seed=seeds[0]),
        seeds=_range(seeds),
        steps=steps,
        swept=", ".join(f"{name} {_plain(own[0])}" for name, own in settings.items() if len(own)),
    )


def _range(seeds: list[int]) -> str:
    """`0`, `0 to 3`, or all of them where some are left out."""
    if len(seeds) > 1 and seeds == list(range(seeds[0], seeds[-1] + 1)):
        return f"{seeds[0]} to {seeds[-1]}"
    return " ".join(map(str, seeds))


def _plain(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
