"""Files that users bring: named arrays of an npz, HDF5, npy, CSV or TSV, told apart by content.

Only the arrays that are asked for are loaded, and nothing is ever unpickled. Whatever is wrong is a
`UserError` that names the file, the member and what to do.
"""

import csv
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from latent_assays.errors import UserError

__all__ = ["Brought", "check_images", "open_brought"]

_HDF5 = b"\x89HDF\r\n\x1a\n"
_FOREIGN = {
    b"\x1f\x8b": "is compressed by gzip: unpack it",
    b"\x80": "is a Python pickle: save its arrays with numpy.savez",
    b"PAR1": "is a Parquet file: save it as CSV, without an index",
    b"\xd0\xcf\x11\xe0": "is a spreadsheet: save it as CSV",
}
_UNREADABLE = (OSError, ValueError, EOFError, KeyError, zipfile.BadZipFile, zlib.error)
_BLOCK = 2**24  # values that a look at all images takes at once


class Brought:
    """The arrays of a user's file.

    Attributes:
        path: the file.
        kind: `npz`, `HDF5`, `npy` or `CSV`; the latter two hold one array without a name.
        members: names of the arrays, in the file's order; empty for `npy` and `CSV`.
        columns: of a CSV, the names in its header; empty for other files.
    """

    def __init__(self, path: Path, kind: str, stored: Any) -> None:
        self.path, self.kind, self._stored = path, kind, stored
        self.columns: tuple[str, ...] = ()
        self.members: tuple[str, ...] = ()
        if kind == "CSV":
            self.columns, self._stored = stored
        elif kind != "npy":
            self.members = tuple(stored.files if kind == "npz" else stored)

    def __contains__(self, name: str) -> bool:
        return name in self.members

    def find(self, *names: str) -> str:
        """The first of some names that the file has; the first name if it holds one array only.

        Raises:
            UserError: it has none of them.
        """
        if self.kind in ("npy", "CSV"):
            return names[0]
        for name in names:
            if name in self:
                return name
        wanted = " or ".join(f"`{name}`" for name in names)
        raise self.fault(f"must hold {wanted} and holds {', '.join(self.members) or 'no arrays'}")

    def stored(self, name: str) -> Any:
        """An array, or an HDF5 dataset, which stays on disk; of whatever type.

        Args:
            name: a member; ignored if the file holds one array only.

        Raises:
            UserError: it is no array, its bytes are damaged, or it holds Python objects.
        """
        if self.kind == "npy":
            return self._load(name, lambda: np.load(self.path, mmap_mode="r", allow_pickle=False))
        if self.kind == "CSV":
            return self._stored
        found = self._load(name, lambda: self._stored[name])
        if hasattr(found, "keys"):
            raise self.fault(
                f"has `{name}` as a group ({', '.join(found) or 'empty'}): make it a dataset, an"
                " array at the top of the file"
            )
        if not hasattr(found, "dtype"):
            raise self.fault(f"has `{name}`, which is no array: save it with numpy.savez")
        return found

    def numbers(self, name: str) -> np.ndarray:
        """An array of numbers, in memory.

        Raises:
            UserError: see `stored`; or it holds anything but real numbers.
        """
        found = self.stored(name)
        array = self._load(name, lambda: np.asarray(found[()]))
        if array.dtype.kind in "SUTO":
            words = array.ravel().tolist()
            first = next((each for each in words if not _is_number(each)), "digits as text")
            first = first.decode(errors="replace") if isinstance(first, bytes) else first
            raise self.fault(
                f"has text in `{name}` ({first!r}), which must be numbers: give each label a whole"
                " number (0, 1, 2, ...)"
            )
        if array.dtype.kind not in "biuf":
            raise self.fault(f"has {array.dtype} in `{name}`, which must be real numbers")
        return array

    def texts(self, name: str) -> list[str]:
        """An array (K,) as words."""
        found = self.stored(name)
        words = self._load(name, lambda: np.atleast_1d(np.asarray(found[()])).ravel().tolist())
        return [each.decode() if isinstance(each, bytes) else str(each) for each in words]

    def attribute(self, name: str) -> list[str] | None:
        """Words (K,) in an attribute of an HDF5 file; None if there is none."""
        if self.kind != "HDF5" or name not in self._stored.attrs:
            return None
        words = np.atleast_1d(np.asarray(self._stored.attrs[name])).ravel().tolist()
        return [each.decode() if isinstance(each, bytes) else str(each) for each in words]

    def fault(self, what: str) -> UserError:
        """An error of this file: `what` says what it has and what to do."""
        return UserError(f"{self.path} {what}")

    def _load(self, name: str, load: Any) -> Any:
        try:
            return load()
        except _UNREADABLE as error:
            if any(word in str(error) for word in ("Object array", "Python objects", "pickle")):
                raise self.fault(
                    f"has Python objects in `{name}`, which are never read: save it as an array of"
                    " numbers of one length (or of words, if it is names)"
                ) from None
            raise self.fault(
                f"is damaged or truncated at `{name}` ({_short(error)}): copy or save it again"
            ) from None


def open_brought(path: str | Path) -> Brought:
    """Open a file of the user's, whatever its ending.

    Raises:
        UserError: it is missing, empty, damaged, or none of the kinds.
    """
    path = Path(path)
    if not path.exists():
        raise UserError(f"{path} does not exist")
    if not path.is_file():
        raise UserError(f"{path} is no file: give an npz, HDF5, npy, CSV or TSV")
    try:
        with open(path, "rb") as file:
            begin = file.read(4096)
    except OSError as error:
        raise UserError(f"{path} cannot be read ({_short(error)})") from None
    if not begin:
        raise UserError(f"{path} is empty: copy or save it again")
    kind = _kind_of(path, begin)
    openers = {"npz": _open_npz, "HDF5": _open_hdf5, "npy": Path, "CSV": _read_table}
    return Brought(path, kind, openers[kind](path))


def _kind_of(path: Path, begin: bytes) -> str:
    if begin.startswith(b"PK"):
        return "npz"
    if begin.startswith(b"\x93NUMPY"):
        return "npy"
    if begin.startswith(_HDF5) or begin[512:].startswith(_HDF5):
        return "HDF5"
    for magic, what in _FOREIGN.items():
        if begin.startswith(magic):
            raise UserError(f"{path} {what}")
    if b"\0" in begin:
        raise UserError(f"{path} is neither npz, HDF5, npy, CSV nor TSV: save it as one of them")
    return "CSV"


def _open_npz(path: Path) -> Any:
    try:
        archive = np.load(path, allow_pickle=False)
    except _UNREADABLE as error:
        raise UserError(
            f"{path} is a damaged or truncated npz ({_short(error)}): copy or save it again"
        ) from None
    inside = archive.zip.namelist()
    if inside and not any(name.endswith(".npy") for name in inside):
        raise UserError(
            f"{path} is an archive of {inside[0]} and the like, not of arrays (a PyTorch or Excel"
            " file?): save its arrays with numpy.savez"
        )
    return archive


def _open_hdf5(path: Path) -> Any:
    import h5py

    try:
        return h5py.File(path, "r")
    except OSError as error:
        raise UserError(
            f"{path} is a damaged or truncated HDF5 file ({_short(error)}): copy or save it again"
        ) from None


def _read_table(path: Path) -> tuple[tuple[str, ...], np.ndarray]:
    """Column names and the numbers (N,columns) of a CSV or TSV, which has a header and no index."""
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            separator = _separator(file.readline(), file.readline())
            file.seek(0)
            rows = _cells(file, separator)
            _, names = next(rows, (0, []))
            _check_header(path, names)
            values = [_numbers_of(path, names, line, cells) for line, cells in rows]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UserError(
            f"{path} cannot be read as text ({_short(error)}): give an npz, HDF5, npy, or a CSV in"
            " UTF-8"
        ) from None
    if not values:
        raise UserError(f"{path} has a header and no rows: put a row of numbers for each code")
    return tuple(names), _table(values)


def _separator(first: str, second: str) -> str | None:
    """What separates the first two lines: tab, comma or semicolon, or None for blanks."""
    for separator in "\t,;":
        if separator in first:
            return separator
    return None if len(first.split()) == len(second.split()) > 1 else ","


def _cells(file: Any, separator: str | None) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells of every line that is not blank."""
    if separator is None:
        lines = ((number, line.split()) for number, line in enumerate(file, 1))
    else:
        reader = csv.reader(file, delimiter=separator)
        lines = ((reader.line_num, cells) for cells in reader)
    for number, cells in lines:
        if any(cells) or len(cells) > 1:
            yield number, [cell.strip() for cell in cells]


def _check_header(path: Path, names: list[str]) -> None:
    if not names or not all(names) or any(name.startswith("Unnamed: ") for name in names):
        raise UserError(
            f"{path} has a column without a name: name every column in the first row and leave"
            " out the index (pandas: to_csv(index=False))"
        )
    if any(map(_is_number, names)) and names != [str(d) for d in range(len(names))]:
        raise UserError(
            f"{path} begins with the numbers {', '.join(names[:3])}, which would be taken for"
            " names: a CSV needs a header, so put a row of names, or 0 to the number of columns"
            " less 1, before them"
        )


def _numbers_of(
    path: Path, names: list[str], line: int, cells: list[str]
) -> tuple[int | float, ...]:
    """The numbers of a row; NaN where a cell is empty."""
    if len(cells) != len(names):
        raise UserError(
            f"{path} has {len(cells)} values in line {line} and {len(names)} names in its header:"
            " give every row as many values as there are names"
        )
    try:
        return tuple(map(_number, cells))
    except ValueError:
        bad = next(k for k, cell in enumerate(cells) if _number_or_none(cell) is None)
        raise UserError(
            f"{path} has text in column `{names[bad]}`, line {line} ({cells[bad]!r}), which must"
            " be a number: give each label a whole number (0, 1, 2, ...), or leave the column out"
        ) from None


def _number(cell: str) -> int | float:
    """Whole numbers stay whole; True and False are 1 and 0."""
    if "_" in cell:
        raise ValueError(cell)
    try:
        return int(cell)
    except ValueError:
        return _WORDS[cell] if cell in _WORDS else float(cell)


_WORDS = {"": float("nan"), "True": 1, "False": 0}


def _number_or_none(cell: str) -> int | float | None:
    try:
        return _number(cell)
    except ValueError:
        return None


def _table(values: list[tuple[int | float, ...]]) -> np.ndarray:
    """(N,columns) of whole numbers if all are and fit, else of floats."""
    columns = [np.array(column) for column in zip(*values, strict=True)]
    kinds = {column.dtype.kind for column in columns}
    return np.stack(columns, axis=1).astype(np.int64 if kinds == {"i"} else np.float64)


def _is_number(text: Any) -> bool:
    try:
        float(text)
    except (TypeError, ValueError):
        return False
    return True


def _short(error: BaseException) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__


def check_images(images: Any, where: str) -> None:
    """Refuse pixels that are not bytes from 0 to 255, and those whose range says otherwise.

    Args:
        images: (N,...) array or HDF5 dataset; a dataset is looked at block by block.
        where: the file, for the sentence.

    Raises:
        UserError: they are not uint8, or hold nothing above 1 as masks do.
    """
    dtype = images.dtype
    if dtype == np.uint8:
        if not any(block.max() > 1 for block in _blocks(images)):
            raise UserError(
                f"{where}: images are uint8 and hold nothing above 1, which would be all but"
                " black: multiply them by 255"
            )
        return
    if dtype.kind == "b":
        raise UserError(f"{where}: images are bool; they must be uint8: give 255 * uint8 of them")
    if dtype.kind not in "iuf":
        raise UserError(f"{where}: images are {dtype}; they must be uint8, 0 to 255")
    least, most = np.inf, -np.inf
    for block in _blocks(images):
        if not np.isfinite(block).all():
            raise UserError(
                f"{where}: images are {dtype} and some pixels are not finite; they must be uint8, 0"
                " to 255"
            )
        least, most = min(least, block.min()), max(most, block.max())
    spans = f"{where}: images are {dtype} from {least:.4g} to {most:.4g}; they must be uint8"
    if dtype.kind == "f" and least >= 0 and most <= 1:
        raise UserError(f"{spans}: multiply them by 255 and round them")
    if least >= 0 and 1 < most <= 255:
        raise UserError(f"{spans}: round them and save them as uint8")
    raise UserError(f"{spans}: scale them to 0 to 255 and save them as uint8")


def _blocks(images: Any) -> Iterator[np.ndarray]:
    rows = max(1, _BLOCK // max(1, int(np.prod(images.shape[1:], dtype=np.int64))))
    for start in range(0, images.shape[0], rows):
        yield np.asarray(images[start : start + rows])
