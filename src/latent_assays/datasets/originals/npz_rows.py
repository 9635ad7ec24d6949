"""Rows of one array in an npz: memory stays bounded whatever the file's size.

Rows of a stored member are read from where they lie. A deflated member can only be read forwards,
so rows should ascend; going back starts the member again.
"""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from latent_assays.errors import UserError

__all__ = ["NpzRows"]

LOCAL_HEADER = 30


class NpzRows:
    """The rows of the array `name` of an npz.

    Args:
        path: the npz.
        name: the array, without `.npy`.

    Attributes:
        shape: of the array.
        dtype: of the array.

    Raises:
        UserError: the file or the array cannot be read.
    """

    def __init__(self, path: Path, name: str) -> None:
        self._path = path
        try:
            self._stream, member_start = _open_member(path, f"{name}.npy")
            self._stream.seek(member_start)
            if np.lib.format.read_magic(self._stream) == (1, 0):
                header = np.lib.format.read_array_header_1_0(self._stream)
            else:
                header = np.lib.format.read_array_header_2_0(self._stream)
            self.shape, fortran_order, self.dtype = header
            if fortran_order or self.dtype.hasobject:
                raise ValueError("it is not a plain array in C order")
        except (OSError, KeyError, ValueError, zipfile.BadZipFile, zlib.error) as error:
            raise UserError(f"{path} has no readable array {name} ({error}): replace it") from None
        self._start = self._stream.tell()
        self._row_bytes = int(np.prod(self.shape[1:])) * self.dtype.itemsize

    def read(self, rows: np.ndarray) -> np.ndarray:
        """The rows (B,) as an array (B,...).

        Raises:
            UserError: the file is truncated or damaged.
        """
        content = bytearray(len(rows) * self._row_bytes)
        view, at = memoryview(content), 0
        try:
            for first, count in _runs(rows):
                self._stream.seek(self._start + first * self._row_bytes)
                end = at + count * self._row_bytes
                while at < end:
                    received = self._stream.readinto(view[at:end])
                    if not received:
                        raise EOFError("it ends too early")
                    at += received
        except (OSError, EOFError, zipfile.BadZipFile, zlib.error) as error:
            raise UserError(f"{self._path} is truncated or damaged ({error})") from None
        return np.frombuffer(content, self.dtype).reshape(len(rows), *self.shape[1:])


def _open_member(path: Path, name: str):
    """A seekable stream that holds the member, and the member's start in it."""
    with zipfile.ZipFile(path) as archive:
        member = archive.getinfo(name)
        if member.compress_type != zipfile.ZIP_STORED:
            return archive.open(member), 0
    file = open(path, "rb")  # noqa: SIM115 - kept open for reading rows
    file.seek(member.header_offset)
    header = file.read(LOCAL_HEADER)
    name_length, extra_length = struct.unpack_from("<HH", header, 26)
    return file, member.header_offset + LOCAL_HEADER + name_length + extra_length


def _runs(rows: np.ndarray) -> Iterator[tuple[int, int]]:
    """First row and length of each run of successive rows."""
    rows = np.asarray(rows, np.int64)
    breaks = np.flatnonzero(np.diff(rows) != 1) + 1
    for run in np.split(rows, breaks):
        if len(run):
            yield int(run[0]), len(run)
