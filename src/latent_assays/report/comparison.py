"""What a paper published beside what was obtained here."""

from dataclasses import dataclass

import pandas as pd

__all__ = ["Beside", "compared"]


@dataclass(frozen=True)
class Beside:
    """One number, published and obtained.

    Attributes:
        dataset: as the paper names it.
        variant: of the images that the model was trained on.
        model: its name here.
        number: its name here.
        mean: over seeds; None where no seed has a value.
        sd: sample standard deviation over seeds; None for one seed.
        n: seeds with a value.
        published: by the paper.
        spread: that the paper gives; None where it gives none.
        difference: mean - published; None where there is no mean.
        inside: whether the mean lies within published ± spread; None where that is not known.
    """

    dataset: str
    variant: str
    model: str
    number: str
    mean: float | None
    sd: float | None
    n: int
    published: float
    spread: float | None
    difference: float | None
    inside: bool | None


def compared(tidy: pd.DataFrame) -> list[Beside]:
    """Every published number of a table, beside its own.

    Args:
        tidy: the table's CSV, see `tables.comparison.compare`; one without published numbers has no
            column for them.
    """
    if "published" not in tidy:
        return []
    return [_beside(row) for row in tidy.dropna(subset="published").to_dict("records")]


def _beside(row: dict) -> Beside:
    mean, spread = _known(row["mean"]), _known(row.get("published_sd"))
    difference = None if mean is None else mean - row["published"]
    lacks = difference is None or spread is None
    return Beside(
        dataset=row["dataset"],
        variant=row["variant"],
        model=row["model"],
        number=row["number"],
        mean=mean,
        sd=_known(row["sd"]),
        n=int(_known(row["n"]) or 0),
        published=row["published"],
        spread=spread,
        difference=difference,
        inside=None if lacks else abs(difference) <= spread,
    )


def _known(value: float | None) -> float | None:
    return None if value is None or pd.isna(value) else float(value)
