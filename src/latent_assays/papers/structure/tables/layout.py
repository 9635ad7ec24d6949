"""What Tables 1 to 4 of paper `structure` share: six scores of many models on one dataset."""

from collections.abc import Mapping, Sequence

import pandas as pd

from latent_assays.errors import UserError
from latent_assays.papers.structure.names import label_of
from latent_assays.tables.comparison import (
    ROW,
    Table,
    compare,
    desk_text,
    mean_text,
    published_text,
    with_desk,
)

__all__ = ["SCORES", "lay_out", "paper_order", "score_rows", "score_table"]

SCORES = {
    "dci": ("disentanglement", "DCI-d"),
    "irs": ("disentanglement", "IRS"),
    "mig": ("disentanglement", "MIG"),
    "sap": ("disentanglement", "SAP"),
    "modularity": ("disentanglement", "ModExp"),
    "dci_completeness": ("completeness", "DCI-c"),
}
"""Numbers, and the two lines above their columns: what they score, and the paper's heading."""

CAPTION = (
    "Disentanglement of {title}: mean ± standard deviation over seeds (number of seeds), beside the"
    " published value, which is rounded to two decimals here; higher is better. DCI-d and DCI-c are"
    " DCI's disentanglement and completeness. ModExp is the modularity score alone, as in the"
    " authors' code. Models were trained for {steps} steps, the paper's for 100,000."
)
OBTAINED = (
    " What this project obtained at scale desk is called so ({steps} steps, commit {commits})."
    " {sources}"
)


def score_table(
    collected: pd.DataFrame,
    published: pd.DataFrame,
    studies: Sequence[str],
    dataset: str,
    title: str,
    kept: pd.DataFrame | None = None,
) -> Table:
    """Models in the paper's order, others after them, each with a line for every origin of numbers.

    Args:
        collected: numbers of the studies.
        published: dataset, variant, model, number, value, spread, source.
        studies: whose runs are shown.
        dataset: as the paper names it.
        title: of the dataset, for the caption.
        kept: numbers that the room keeps of a run at scale `desk`.

    Raises:
        UserError: the studies were not run on the dataset.
    """
    rows = score_rows(collected, studies, dataset)
    if rows.empty:
        raise UserError(
            f"studies {', '.join(studies)}: no numbers on {dataset}; name it under"
            " papers.structure.studies, or leave this table out"
        )
    tidy = compare(rows, published)
    caption = CAPTION.format(title=title, steps=_steps(rows))
    if kept is not None:
        rows = score_rows(kept, studies, dataset)
        tidy = with_desk(tidy, rows)
        commits = ", ".join(rows["commit"].dropna().unique())
        sources = " ".join(rows["source"].dropna().unique())
        caption += OBTAINED.format(steps=_steps(rows), commits=commits, sources=sources)
    return Table(tidy, lay_out(tidy, paper_order(published, tidy["model"])), caption)


def score_rows(collected: pd.DataFrame, studies: Sequence[str], dataset: str) -> pd.DataFrame:
    """Scores of the studies' runs on a dataset, those of a run that several compare once."""
    chosen = collected["study"].isin(studies) & (collected["dataset"] == dataset)
    rows = collected[chosen & collected["number"].isin(SCORES)]
    return rows.drop_duplicates([*ROW, "seed"])


def paper_order(published: pd.DataFrame, models: Sequence[str]) -> list[str]:
    """Models in the order in which the paper lists them, those that it does not list by name."""
    listed = list(dict.fromkeys(published["model"]))
    found = set(models)
    return [*(m for m in listed if m in found), *sorted(found.difference(listed))]


def lay_out(tidy: pd.DataFrame, models: Sequence[str]) -> pd.DataFrame:
    """Scores in columns; of each model a line from `here`, `desk` if there is one, and `published`.

    Args:
        tidy: as `score_table` makes it.
        models: in order; those without a published number have no such line.
    """
    lines = {}
    for model in models:
        of_model = tidy[tidy["model"] == model]
        found: Mapping[str, pd.Series] = {row["number"]: row for _, row in of_model.iterrows()}
        shown = [(number, head) for number, head in SCORES.items() if number in set(tidy["number"])]
        label = label_of(model)
        lines[label, "here"] = {
            head: mean_text(found[number]) if number in found else "–" for number, head in shown
        }
        if "desk" in tidy and of_model["desk_n"].any():
            lines[label, "desk"] = {head: desk_text(found[number]) for number, head in shown}
        if of_model["published"].notna().any():
            lines[label, "published"] = {
                head: published_text(found[number]) for number, head in shown
            }
    table = pd.DataFrame.from_dict(lines, orient="index")
    table.index.names = ["model", "from"]
    return table


def _steps(rows: pd.DataFrame) -> str:
    steps = sorted(rows["steps"].dropna().astype(int).unique())
    return " or ".join(f"{count:,}" for count in steps)
