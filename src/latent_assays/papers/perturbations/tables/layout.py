"""What the tables of paper `perturbations` share: MIG of models on original and changed images."""

from collections.abc import Mapping, Sequence

import pandas as pd

from latent_assays.papers.perturbations.names import DATASETS, MODELS, model_name
from latent_assays.tables.comparison import (
    ROW,
    desk_text,
    mean_text,
    over_seeds,
    published_text,
    with_desk,
)

__all__ = [
    "SETTINGS",
    "TRANSCRIBED",
    "lay_out",
    "mig_rows",
    "obtained_sentence",
    "once",
    "signed",
    "tidy_mig",
]

VARIANTS = ("original", "squeezed", "noisy", "perturbed")
TRANSCRIBED = (
    " Published values are a third party's transcription of the paper's ICML 2021 version and were"
    " not checked against it."
)
SETTINGS = (
    " Networks and strengths are the scale's: the literature's at paper, others at desk, and at"
    " mini a dense network with others again."
)


def mig_rows(
    collected: pd.DataFrame, study: str, variants: Sequence[str] | None = None
) -> pd.DataFrame:
    """The MIG of a study's runs, each on its own images.

    Args:
        collected: one row a value; see `results.COLUMNS`.
        study: its name.
        variants: those to keep; None for all.
    """
    own = collected["on"] == collected["variant"]
    chosen = collected[(collected["study"] == study) & (collected["number"] == "mig") & own]
    return chosen if variants is None else chosen[chosen["variant"].isin(variants)]


def once(rows: pd.DataFrame) -> pd.DataFrame:
    """The same rows without those of runs that another study compares too."""
    return rows.drop_duplicates(["dataset", "variant", "model", "seed"])


def tidy_mig(
    rows: pd.DataFrame,
    published: pd.DataFrame | None = None,
    kept: pd.DataFrame | None = None,
    beside: Mapping[str, str] | None = None,
    settings: Sequence[str] = (),
) -> pd.DataFrame:
    """Mean and spread over seeds, the change from original images, and values to compare with.

    Args:
        rows: from `mig_rows`.
        published: dataset, variant, model, number, value, spread, source.
        kept: `rows` of the run at scale `desk` that the room keeps.
        beside: model -> the one whose original images its change is from, if it is another.
        settings: columns of swept settings to keep.

    Returns:
        as `over_seeds` with the `settings`; `change` (mean less that on original images, of model
        `change_from`); of published values `published`, `published_sd`, `published_source`,
        `published_change` and `difference` (mean less published); of desk `desk`, `desk_sd`,
        `desk_n` and `desk_change`.
    """
    tidy = over_seeds(rows, settings)
    columns = ["mean"]
    if published is not None:
        known = published.rename(columns={"value": "published", "spread": "published_sd"})
        known = known.rename(columns={"source": "published_source"})
        tidy = tidy.merge(known.assign(on=known["variant"]), how="left", on=ROW)
        tidy["difference"] = tidy["mean"] - tidy["published"]
        columns.append("published")
    if kept is not None:
        tidy = with_desk(tidy, kept)
        columns.append("desk")
    tidy["change_from"] = tidy["model"].replace(dict(beside or {}))
    of_original = tidy[tidy["variant"] == "original"].set_index(["dataset", "model"])
    place = pd.MultiIndex.from_arrays([tidy["dataset"], tidy["change_from"]])
    for column in columns:
        change = tidy[column] - of_original[column].reindex(place).to_numpy()
        name = "change" if column == "mean" else f"{column}_change"
        tidy[name] = change.where(tidy["variant"] != "original")
    return tidy


def lay_out(tidy: pd.DataFrame, names: Mapping[str, str] | None = None) -> pd.DataFrame:
    """A row for each dataset, model and kind of images, in the paper's order.

    Args:
        tidy: from `tidy_mig`.
        names: what a reader is told of a model, if it is none of the paper's.
    """
    named = {model: model_name(model) for model in tidy["model"]} | dict(names or {})
    lines = {}
    for _, row in sorted(tidy.iterrows(), key=lambda line: _place(line[1])):
        cells = {("MIG", "here"): mean_text(row)}
        changes = {"here": row["change"]}
        if "desk" in tidy:
            cells["MIG", "desk"] = desk_text(row)
            changes["desk"] = row["desk_change"]
        if "published" in tidy:
            cells["MIG", "published"] = published_text(row)
            cells["MIG", "here − published"] = signed(row["difference"])
            changes["published"] = row["published_change"]
        cells |= {("change from original", what): signed(by) for what, by in changes.items()}
        dataset = DATASETS.get(row["dataset"], row["dataset"])
        lines[dataset, named[row["model"]], row["variant"]] = cells
    shown = pd.DataFrame.from_dict(lines, orient="index")
    shown.index.names = ["dataset", "model", "images"]
    return shown


def obtained_sentence(kept: pd.DataFrame | None) -> str:
    """Where what is called `desk` comes from; nothing without it."""
    if kept is None:
        return ""
    sources = " ".join(kept["source"].dropna().unique())
    commits = ", ".join(kept["commit"].dropna().unique())
    return f" What this project obtained at scale desk is called so (commit {commits}). {sources}"


def _place(row: pd.Series) -> tuple:
    """Where a row goes: what the paper has first and in its order, a tuned model behind its own."""
    return (
        _index(DATASETS, row["dataset"]),
        _index(MODELS, row["change_from"]),
        row["model"] != row["change_from"],
        row["model"],
        _index(VARIANTS, row["variant"]),
    )


def _index(order: Sequence[str] | Mapping[str, str], name: str) -> tuple[int, str]:
    known = list(order)
    return (known.index(name) if name in known else len(known)), name


def signed(value: float) -> str:
    """`+0.18` or `−0.05`, or `–` without a value."""
    return "–" if pd.isna(value) else f"{round(value, 2) + 0:+.2f}".replace("-", "−")
