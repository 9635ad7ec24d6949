"""One training of a run at a time: a lock that the system releases however a process ends."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from latent_assays.errors import UserError
from latent_assays.training.progress import say

__all__ = ["LOCK", "alone"]

LOCK = ".lock"


@contextmanager
def alone(directory: str | Path) -> Iterator[bool]:
    """Hold the run's folder for this process; wait, and say so once, while another holds it.

    The lock's file stays, since a process may wait for it while another deletes it.

    Yields:
        whether the folder is held; False where the file system has no locks, which is said too.

    Raises:
        UserError: the folder cannot be written.
    """
    path = Path(directory) / LOCK
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = open(path, "a", encoding="utf-8")  # noqa: SIM115
    except OSError as error:
        raise UserError(f"could not write {path}: {error.strerror or error}") from error
    with file:
        yield _wait_for(file.fileno(), path)


def _wait_for(descriptor: int, path: Path) -> bool:
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"another process is training this run: waiting for it ({path})")
            fcntl.flock(descriptor, fcntl.LOCK_EX)
    except OSError as error:
        say(f"{path} cannot be locked here ({error.strerror}): train no run twice at a time")
        return False
    return True
