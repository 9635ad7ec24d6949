"""Obtained numbers next to published ones, with seeds and spread."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

__all__ = [
    "ROW",
    "Table",
    "compare",
    "desk_text",
    "mean_text",
    "over_seeds",
    "published_text",
    "with_desk",
]

ROW = ["dataset", "variant", "on", "model", "number"]


@dataclass(frozen=True)
class Table:
    """A table for machines and the same table for readers.

    Attributes:
        tidy: one row a number, as `compare` gives it.
        shown: cells of text, laid out as in the paper.
        caption: what the table shows and how to read it.
    """

    tidy: pd.DataFrame
    shown: pd.DataFrame
    caption: str


def over_seeds(collected: pd.DataFrame, settings: Sequence[str] = ()) -> pd.DataFrame:
    """Mean and spread over seeds.

    Args:
        collected: one row a value; see `results.COLUMNS`.
        settings: columns of swept settings to keep.

    Returns:
        one row for each dataset, variant, images measured on, model and number: the `settings`,
        `mean`, `sd` (sample standard deviation over seeds; empty for one seed), `n` and `seeds`
        with a value, `missing` (why seeds have none), and `source`, what the runs were trained on.
    """
    grouped = collected.groupby(ROW, sort=False)
    valued = collected.dropna(subset="value").groupby(ROW, sort=False)
    return pd.DataFrame(
        {
            **{name: grouped[name].first() for name in settings},
            "mean": grouped["value"].mean(),
            "sd": grouped["value"].std(),
            "n": grouped["value"].count(),
            "seeds": valued["seed"].agg(lambda seeds: " ".join(map(str, sorted(seeds)))),
            "missing": grouped["reason"].agg(lambda reasons: "; ".join(reasons.dropna().unique())),
            "source": grouped["source"].first(),
        }
    ).reset_index()


def compare(
    collected: pd.DataFrame, published: pd.DataFrame, settings: Sequence[str] = ()
) -> pd.DataFrame:
    """Mean and spread over seeds, beside the published value.

    Args:
        collected: see `over_seeds`.
        published: dataset, variant, model, number, value, spread, source.
        settings: see `over_seeds`.

    Returns:
        as `over_seeds`, with `published`, `published_sd` and `published_source`.
    """
    known = published.rename(
        columns={"value": "published", "spread": "published_sd", "source": "published_source"}
    )
    known["on"] = known["variant"]
    return over_seeds(collected, settings).merge(known, how="left", on=ROW)


def with_desk(tidy: pd.DataFrame, kept: pd.DataFrame) -> pd.DataFrame:
    """`tidy` with what a room keeps of a run at scale `desk`: `desk`, `desk_sd` and `desk_n`.

    Args:
        tidy: see `over_seeds`.
        kept: one row a value; see `results.COLUMNS`.
    """
    of_desk = over_seeds(kept)[[*ROW, "mean", "sd", "n"]]
    names = {"mean": "desk", "sd": "desk_sd", "n": "desk_n"}
    joined = tidy.merge(of_desk.rename(columns=names), how="left", on=ROW)
    return joined.assign(desk_n=joined["desk_n"].fillna(0).astype(int))


def desk_text(row: pd.Series) -> str:
    """As `mean_text`, of the run at scale `desk`."""
    of_desk = {"mean": row["desk"], "sd": row["desk_sd"], "n": row["desk_n"]}
    return mean_text(pd.Series(of_desk, dtype=object))


def mean_text(row: pd.Series, decimals: int = 2) -> str:
    """`0.41 ± 0.03 (3)`: mean, standard deviation and number of seeds; `–` without a value."""
    if not row["n"]:
        return "–"
    spread = "" if pd.isna(row["sd"]) else f" ± {row['sd']:.{decimals}f}"
    return f"{row['mean']:.{decimals}f}{spread} ({row['n']})"


def published_text(row: pd.Series) -> str:
    """`0.23 ± 0.08`, or `–` where nothing was published."""
    if pd.isna(row["published"]):
        return "–"
    spread = "" if pd.isna(row["published_sd"]) else f" ± {row['published_sd']:.2f}"
    return f"{row['published']:.2f}{spread}"
