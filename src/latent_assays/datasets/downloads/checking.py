"""Whether a file is the one that was published, and the record kept beside it.

The record `FILE.json` holds the source, the sha256 and how the file was checked. Where no checksum
is public, or a moved file differs from the checksum known, later copies are held to that sha256.
"""

import hashlib
import logging
import tarfile
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from latent_assays.datasets.downloads.failures import WrongContent
from latent_assays.datasets.downloads.table import OriginalFile
from latent_assays.store import read_json

__all__ = ["check", "digests", "origin", "record_path"]


def digests(path: str | Path, algorithms: set[str]) -> dict[str, str]:
    """Hex digests of a file by algorithm, all in one reading."""
    hashes = {algorithm: hashlib.new(algorithm) for algorithm in sorted(algorithms)}
    with open(path, "rb") as file:
        while chunk := file.read(1 << 20):
            for each in hashes.values():
                each.update(chunk)
    return {algorithm: each.hexdigest() for algorithm, each in hashes.items()}


def record_path(path: Path) -> Path:
    """Where the record of the file `path` is kept."""
    return path.with_name(f"{path.name}.json")


def origin(path: Path) -> str:
    """Where the file `path` came from, in a few words for a reader of a figure."""
    record = record_path(path)
    if not record.is_file():
        return f"file {path.name}"
    scheme, _, rest = read_json(record)["source"].partition(":")
    if scheme == "pypi":
        return f"package {rest.partition('!')[0].replace('==', ' ')}"
    if scheme == "deb":
        return f"Debian package {rest.partition('!')[0]}"
    if scheme in ("http", "https"):
        return urlsplit(f"{scheme}:{rest}").netloc
    return scheme


def check(entry: OriginalFile, path: Path, target: Path, source: str) -> dict[str, Any]:
    """Check a candidate for `target`.

    Args:
        entry: what the table says of the file.
        path: the candidate.
        target: the final path, beside which an earlier record may lie.
        source: where the candidate came from.

    Returns:
        the record to keep beside `target`.

    Raises:
        WrongContent: the candidate is not the file, in a few words.
    """
    size = path.stat().st_size
    if size == 0:
        raise WrongContent("the file is empty")
    strict = entry.mismatch == "refuse"
    if strict and entry.size is not None and size != entry.size:
        raise WrongContent(f"{size} bytes instead of {entry.size}")
    wanted = dict(checksum.split(":") for checksum in entry.checksums)
    found = digests(path, {*wanted, "sha256"})
    wrong = [name for name in wanted if found[name] != wanted[name]]
    if strict and wrong:
        name = wrong[0]
        raise WrongContent(f"its {name} is {found[name]}, not {wanted[name]}")
    record = {"source": source, "bytes": size, **found, "checked": _how(wanted, wrong)}
    if not strict and (wrong or not wanted) and not _accepted_before(found["sha256"], target):
        _check_structure(path)
        if wrong:
            logging.getLogger(__name__).warning(
                "%s differs from the %s known of it (found %s, known %s): its structure is intact, "
                "and it is accepted and recorded in %s",
                target.name,
                wrong[0],
                found[wrong[0]],
                wanted[wrong[0]],
                record_path(target),
            )
    return record


def _how(wanted: dict[str, str], wrong: list[str]) -> str:
    if not wanted:
        return "no checksum is public; held to this sha256 from now on"
    if wrong:
        return f"differs from the known {', '.join(wrong)}; held to this sha256 from now on"
    return ", ".join(wanted)


def _accepted_before(sha256: str, target: Path) -> bool:
    """Whether this very file was accepted before; another one in its place is refused."""
    record = record_path(target)
    if not record.is_file():
        return False
    if read_json(record)["sha256"] != sha256:
        raise WrongContent(
            f"its sha256 {sha256} is not that of the file accepted first; if the new one is right,"
            f" delete {record}"
        )
    return True


def _check_structure(path: Path) -> None:
    """Read an archive through, so that a truncated or damaged one is not accepted."""
    try:
        if path.suffix in (".npz", ".zip"):
            with zipfile.ZipFile(path) as archive:
                damaged = archive.testzip()
            if damaged:
                raise WrongContent(f"its member {damaged} is damaged")
        elif path.suffix == ".tar":
            with tarfile.open(path, "r:") as archive:
                while archive.next() is not None:
                    archive.members = []  # keep memory bounded
    except (zipfile.BadZipFile, tarfile.TarError, EOFError, OSError) as error:
        raise WrongContent(f"it is truncated or damaged ({error})") from None
