"""A table that `tables` wrote as HTML, as rows of cells that can be sorted."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

from latent_assays.errors import UserError

__all__ = ["Cell", "Grid", "Group", "read_grid", "sort_key"]

NUMBER = re.compile(r"[+−-]?\d+(?:\.\d+)?(?:e[+−-]?\d+)?")
NOTHING = ("–", "")


@dataclass(frozen=True)
class Cell:
    """A cell of the body.

    Attributes:
        text: as it was written.
        heads: whether it names its row.
        again: whether it says what the cell above says, which names a group of rows.
    """

    text: str
    heads: bool
    again: bool


@dataclass(frozen=True)
class Group:
    """A heading over several columns.

    Attributes:
        text: may be empty.
        columns: how many.
    """

    text: str
    columns: int


@dataclass(frozen=True)
class Grid:
    """A table of which every row stands by itself.

    Attributes:
        caption: what the table shows and how to read it.
        groups: lines of headings over several columns, the outermost first.
        columns: headings of the columns.
        rows: cells, as many as columns.
        sources: sentences below the table.
    """

    caption: str
    groups: tuple[tuple[Group, ...], ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    sources: tuple[str, ...]


def read_grid(path: Path) -> Grid:
    """The table of an HTML file of `tables`.

    Raises:
        UserError: the file is missing or holds no table with a head and a body.
    """
    if not path.is_file():
        raise UserError(f"{path} does not exist")
    found = _Reader()
    found.feed(path.read_text(encoding="utf-8"))
    if not found.head or not found.body:
        raise UserError(f"{path} holds no table: delete it and rerun")
    head = [[text for text, _, _ in line] for line in _spread(found.head)]
    lines, names = _levels(head)
    body = _spread(found.body)
    return Grid(
        caption=" ".join(found.caption.split()),
        groups=tuple(_grouped(line) for line in lines),
        columns=tuple(names),
        rows=tuple(tuple(Cell(text, heads, again) for text, heads, again in line) for line in body),
        sources=tuple(" ".join(source.split()) for source in found.sources),
    )


def sort_key(text: str) -> str:
    """The number that a cell begins with, to sort by; empty for a cell that holds nothing."""
    if text in NOTHING:
        return ""
    found = NUMBER.match(text)
    return found[0].replace("−", "-") if found else ""


@dataclass
class _Piece:
    text: str
    heads: bool
    columns: int
    rows: int


class _Reader(HTMLParser):
    """Cells of head and body as they stand, the paragraph before the table and those after it."""

    def __init__(self) -> None:
        super().__init__()
        self.head: list[list[_Piece]] = []
        self.body: list[list[_Piece]] = []
        self.caption = ""
        self.sources: list[str] = []
        self._lines: list[list[_Piece]] | None = None
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("thead", "tbody"):
            self._lines = self.head if tag == "thead" else self.body
        elif tag == "tr" and self._lines is not None:
            self._lines.append([])
        elif tag in ("td", "th") and self._lines:
            spans = {name: int(value or 1) for name, value in attrs if name.endswith("span")}
            columns, rows = spans.get("colspan", 1), spans.get("rowspan", 1)
            self._lines[-1].append(_Piece("", tag == "th", columns, rows))
            self._inside = tag
        elif tag == "p":
            self._inside = tag
            if self.body:
                self.sources.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == self._inside:
            self._inside = ""
        if tag == "table":
            self._lines = None

    def handle_data(self, data: str) -> None:
        if self._inside in ("td", "th") and self._lines:
            self._lines[-1][-1].text += data
        elif self._inside == "p" and self.body:
            self.sources[-1] += data
        elif self._inside == "p":
            self.caption += data


def _spread(lines: Sequence[Sequence[_Piece]]) -> list[list[tuple[str, bool, bool]]]:
    """Each cell written into every row and column that it spans: text, heads, again."""
    waiting: dict[int, tuple[_Piece, int]] = {}  # column -> what reaches down, for how many rows
    found = []
    for line in lines:
        pieces, row = list(line), []
        while pieces or len(row) in waiting:
            piece, left = waiting.pop(len(row), (None, 0))
            again = piece is not None
            if piece is None:
                piece = pieces.pop(0)
                left = piece.rows
            for _ in range(1 if again else piece.columns):
                if left > 1:
                    waiting[len(row)] = piece, left - 1
                row.append((piece.text.strip(), piece.heads, again))
        found.append(row)
    return found


def _levels(head: list[list[str]]) -> tuple[list[list[str]], list[str]]:
    """Lines of group headings, and one heading a column.

    pandas writes the names of row headings into a line of their own, below the others.
    """
    *lines, last = head
    if lines and any(last) and not all(last):
        names = [own or above for own, above in zip(last, lines[-1], strict=True)]
        return lines[:-1], names
    return lines, last


def _grouped(line: Sequence[str]) -> tuple[Group, ...]:
    groups: list[Group] = []
    for text in line:
        if groups and groups[-1].text == text:
            groups[-1] = Group(text, groups[-1].columns + 1)
        else:
            groups.append(Group(text, 1))
    return tuple(groups)
