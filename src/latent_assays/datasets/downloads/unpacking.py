"""Turning what a source gives into the file that the table names."""

import gzip
import shutil
import zlib
from collections.abc import Callable
from pathlib import Path

from latent_assays.datasets.downloads.failures import SourceFailure, WrongContent

__all__ = ["UNPACKERS", "is_web_page", "unpack"]


def _gunzip(given: Path, name: str, folder: Path) -> Path:
    """Decompress; a server may have done so already, which the first two bytes tell."""
    with open(given, "rb") as file:
        if file.read(2) != b"\x1f\x8b":
            return given
    target = folder / f"{name}.unpacked"
    with gzip.open(given, "rb") as source, open(target, "wb") as file:
        shutil.copyfileobj(source, file, 1 << 20)
    return target


def _mnist_pickle(given: Path, name: str, folder: Path) -> Path:
    from latent_assays.datasets.originals.mnist_pickle import idx_from_pickle

    target = folder / f"{name}.unpacked"
    target.write_bytes(idx_from_pickle(given, name))
    return target


UNPACKERS: dict[str, Callable[[Path, str, Path], Path]] = {
    "": lambda given, name, folder: given,
    "gzip": _gunzip,
    "mnist-pickle": _mnist_pickle,
}


def unpack(how: str, given: Path, name: str, folder: Path) -> Path:
    """Unpack `given` into `folder`.

    Args:
        how: a key of `UNPACKERS`.
        given: what a source or the user gave; left as it is.
        name: name of the file in the table.
        folder: where a new file may be written.

    Returns:
        the path of the content wanted: a new file, or `given` when nothing was to be done.

    Raises:
        SourceFailure: `given` is a web page.
        WrongContent: `given` is damaged.
    """
    if is_web_page(given):
        raise SourceFailure(
            "a web page came instead of the file (a quota, virus-scan or sign-in page)"
        )
    try:
        return UNPACKERS[how](given, name, folder)
    except (EOFError, zlib.error, gzip.BadGzipFile, ValueError) as error:
        raise WrongContent(f"{given.name} is truncated or damaged ({error})") from None


def is_web_page(path: Path) -> bool:
    """Whether a file begins as HTML does."""
    with open(path, "rb") as file:
        start = file.read(512).lstrip().lower()
    return start.startswith((b"<!doctype html", b"<html"))
