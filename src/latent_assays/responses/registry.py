"""Assays of a run by name: what each is given."""

from typing import NamedTuple

__all__ = ["ASSAYS", "Assay"]


class Assay(NamedTuple):
    """One process that assays a run.

    Attributes:
        settings: keys under `responses` in the configuration that it takes.
        before: the assay of the same run that it builds on, None for none.
    """

    settings: tuple[str, ...]
    before: str | None


ASSAYS = {
    "matrix": Assay(
        ("samples", "activity", "graph", "traversals", "interventions", "reading"), None
    ),
    "map": Assay(("map", "path"), "matrix"),
}
