"""A zip whose bytes depend on its contents alone, and what it says of them."""

import hashlib
import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from latent_assays.errors import UserError
from latent_assays.store import atomic_path

__all__ = ["Archive", "new_archive"]

EARLIEST = (1980, 1, 1, 0, 0, 0)  # that a zip can say
READABLE = 0o100644 << 16  # a plain file that its owner may write and all may read
STORED = {".npz", ".safetensors"}  # deflating them takes long and saves next to nothing
CHUNK = 2**20  # bytes


class Archive:
    """A zip that is being written.

    Attributes:
        entries: place -> `sha256` and `size` in bytes, of all that was added so far.
    """

    def __init__(self, zipped: zipfile.ZipFile) -> None:
        self.entries: dict[str, dict[str, str | int]] = {}
        self._zipped = zipped

    def add_file(self, place: str, path: str | Path) -> None:
        """Add a file piece by piece, so that memory stays bounded.

        Raises:
            UserError: the file is missing, or grows or shrinks meanwhile.
        """
        try:
            with open(path, "rb") as source:
                size = os.fstat(source.fileno()).st_size
                written = self._add(place, size, iter(lambda: source.read(CHUNK), b""))
        except FileNotFoundError:
            raise UserError(f"{path} does not exist: make it with Snakemake, then pack") from None
        if written != size:
            raise UserError(f"{path} was changed while it was packed: pack again once it is whole")

    def add_text(self, place: str, text: str) -> None:
        """Add a text as UTF-8."""
        content = text.encode("utf-8")
        self._add(place, len(content), iter([content]))

    def _add(self, place: str, size: int, chunks: Iterator[bytes]) -> int:
        info = zipfile.ZipInfo(place, EARLIEST)
        info.create_system = 3  # Unix, on whatever it was made
        info.external_attr = READABLE
        info.file_size = size  # so that the zip knows beforehand whether it needs 64 bits
        stored = Path(place).suffix in STORED
        info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
        digest, written = hashlib.sha256(), 0
        with self._zipped.open(info, "w") as target:
            for chunk in chunks:
                digest.update(chunk)
                target.write(chunk)
                written += len(chunk)
        self.entries[place] = {"sha256": digest.hexdigest(), "size": written}
        return written


@contextmanager
def new_archive(path: str | Path) -> Iterator[Archive]:
    """A zip to add to, which appears whole or not at all."""
    with atomic_path(path) as partial, zipfile.ZipFile(partial, "w") as zipped:
        yield Archive(zipped)
