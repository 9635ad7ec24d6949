"""Getting one URL over HTTP: progress, retries with back-off, resumption, and an end to stalls.

`Transfer` follows pooch's downloader protocol, so that `pooch.retrieve` keeps the file under a
temporary name until it is whole. What has arrived stays in a hidden file beside the final one;
the next attempt, or the next run, asks the server for the rest of it.
"""

import logging
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from latent_assays.datasets.downloads.failures import SourceFailure, UnreachableHost

__all__ = ["Transfer", "download"]

CHUNK = 1 << 20
ATTEMPTS = 5  # in a row that bring less than a chunk
FIRST_WAIT = 1.0  # seconds before the second attempt; doubles with each further one
CONNECT_SECONDS = 10
STALL_SECONDS = 30
SLOWEST = 1024  # bytes a second; a server below it for STALL_SECONDS counts as stalled
WORTH_ANOTHER_TRY = {408, 425, 429, 500, 502, 503, 504}


class _Interrupted(Exception):
    """The transfer stopped in a way that another attempt may mend."""


def download(url: str, folder: Path, partial: Path) -> Path:
    """Download `url` into `folder`, where it appears whole or not at all.

    Args:
        url: http or https.
        folder: an existing, empty folder.
        partial: file on the same file system that collects the bytes; it stays when the transfer
            fails in a way that a later run may mend.

    Returns:
        the path of the file.

    Raises:
        SourceFailure: the server did not give the file.
        OSError: the disk is full or not writable.
    """
    import pooch

    pooch.get_logger().setLevel(logging.WARNING)
    name = urlsplit(url).path.rpartition("/")[2] or "file"
    return Path(pooch.retrieve(url, None, name, folder, downloader=Transfer(partial)))


class Transfer:
    """A downloader for pooch that resumes and does not wait for ever.

    Args:
        partial: see `download`.
    """

    def __init__(self, partial: Path) -> None:
        self.partial = partial

    def __call__(self, url: str, output_file: str, pooch: Any) -> None:
        """Write `url` to `output_file`; see `download` for the errors."""
        failures, reached = 0, 0
        try:
            while True:
                try:
                    self._attempt(url)
                    break
                except _Interrupted as interruption:
                    failures = 1 if self._size() >= reached + CHUNK else failures + 1
                    reached = max(reached, self._size())
                    if failures == ATTEMPTS:
                        raise SourceFailure(f"{interruption}, {ATTEMPTS} times") from None
                    time.sleep(FIRST_WAIT * 2 ** (failures - 1))
        except OSError:
            self.partial.unlink(missing_ok=True)
            raise
        self.partial.replace(output_file)

    def _size(self) -> int:
        return self.partial.stat().st_size if self.partial.exists() else 0

    def _attempt(self, url: str) -> None:
        """Fetch what is missing of `url` into the partial file."""
        import requests

        start = self._size()
        headers = {"Accept-Encoding": "identity"}
        if start:
            headers["Range"] = f"bytes={start}-"
        timeout = (CONNECT_SECONDS, STALL_SECONDS)
        try:
            with requests.get(url, headers=headers, stream=True, timeout=timeout) as response:
                self._check_status(response)
                self._receive(response, url, start if _continues(response, start) else 0)
        except requests.ConnectTimeout:
            raise UnreachableHost(f"no connection within {CONNECT_SECONDS} s") from None
        except requests.Timeout:
            raise _Interrupted(f"stalled for {STALL_SECONDS} s") from None
        except requests.ConnectionError as error:
            raise _connection_failure(url, error) from None
        except requests.RequestException as error:
            raise SourceFailure(f"{type(error).__name__}: {error}"[:200]) from None

    def _check_status(self, response: Any) -> None:
        code = response.status_code
        if code in (200, 206):
            return
        message = f"HTTP {code} {response.reason}".strip()
        if code == 416:  # the partial file is no beginning of what the server has now
            self.partial.unlink(missing_ok=True)
            raise _Interrupted(message)
        raise _Interrupted(message) if code in WORTH_ANOTHER_TRY else SourceFailure(message)

    def _receive(self, response: Any, url: str, start: int) -> None:
        """Put the body after the first `start` bytes of the partial file."""
        from tqdm import tqdm
        from urllib3.exceptions import HTTPError, ReadTimeoutError

        length = response.headers.get("Content-Length")
        total = start + int(length) if length else None
        progress = tqdm(
            desc=urlsplit(url).path.rpartition("/")[2],
            initial=start,
            total=total,
            unit="B",
            unit_scale=True,
            mininterval=0.1 if sys.stderr.isatty() else 10,
        )
        pace = _Pace()
        received = start
        with progress, open(self.partial, "r+b" if start else "wb") as file:
            file.seek(start)
            try:
                while chunk := response.raw.read1(CHUNK, decode_content=False):
                    file.write(chunk)
                    received += len(chunk)
                    progress.update(len(chunk))
                    pace.count(len(chunk))
            except ReadTimeoutError:
                raise _Interrupted(f"stalled for {STALL_SECONDS} s") from None
            except (HTTPError, ConnectionError):
                of = f" of {total}" if total else ""
                raise _Interrupted(f"the connection ended after {received}{of} bytes") from None


class _Pace:
    """Notices a server that sends too little for too long."""

    def __init__(self) -> None:
        self.since = time.monotonic()
        self.received = 0

    def count(self, size: int) -> None:
        self.received += size
        elapsed = time.monotonic() - self.since
        if elapsed < STALL_SECONDS:
            return
        if self.received < SLOWEST * elapsed:
            raise _Interrupted(f"only {self.received} bytes came in {elapsed:.0f} s")
        self.since, self.received = time.monotonic(), 0


def _continues(response: Any, start: int) -> bool:
    """Whether the server sends from byte `start` on, rather than all of the file again."""
    sent = response.headers.get("Content-Range", "")
    return response.status_code == 206 and sent.startswith(f"bytes {start}-")


def _connection_failure(url: str, error: Exception) -> Exception:
    """What it means that no answer came: a host that is down, or a connection that was cut."""
    host = urlsplit(url).netloc
    text = str(error)
    if "NameResolutionError" in text:
        return UnreachableHost(f"the host {host} is not known; no network?")
    if "refused" in text:
        return UnreachableHost(f"{host} refuses connections")
    if "NewConnectionError" in text or "ProxyError" in text:
        return UnreachableHost(f"{host} cannot be reached")
    return _Interrupted("the connection was cut before an answer came")
