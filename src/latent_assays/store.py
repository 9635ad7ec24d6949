"""Reading and writing artefacts: every output appears whole or not at all.

An image set is one HDF5 file: `images` (N,H,W,C) uint8, contiguous, so that it can be
memory-mapped and shared by all jobs through the page cache; `factors` (N,K); `split` (N,), the part
of each image; and attributes that say what the images are. The value of a pixel is
`scale * u8 + offset`. Vectors are `images` (N,1,1,C) float32 with scale 1 and offset 0.
"""

import io
import json
import os
import platform
import tempfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from latent_assays.errors import UserError
from latent_assays.split import PARTS

__all__ = [
    "ImageSet",
    "atomic_path",
    "checksum",
    "read_arrays",
    "read_image_set",
    "read_json",
    "read_yaml",
    "write_arrays",
    "write_image_set",
    "write_json",
    "write_text",
]

CHECKED = 2**24  # bytes that a checksum takes at once
KEPT = ("images", "factors", "split")  # of every image set


@contextmanager
def atomic_path(path: str | Path) -> Iterator[Path]:
    """A temporary path beside `path`, renamed to it on success and removed on failure.

    The temporary name keeps the suffix of `path`, since writers choose a format by it. What killed
    processes of this machine left of earlier writes of `path` is removed.
    """
    path = Path(path)
    writer = f".{path.name}.{platform.node()}-"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _sweep(path.parent, writer)
        handle, name = tempfile.mkstemp(
            prefix=f"{writer}{os.getpid()}.", suffix=f".part{path.suffix}", dir=path.parent
        )
    except OSError as error:
        raise UserError(f"could not write {path}: {error.strerror or error}") from error
    os.close(handle)
    partial = Path(name)
    os.chmod(partial, 0o666 & ~_umask())
    try:
        yield partial
        with open(partial, "rb") as written:
            os.fsync(written.fileno())
        os.replace(partial, path)
    except OSError as error:
        if str(error.filename or name) != name:
            raise  # of a file that was read meanwhile
        raise UserError(f"could not write {path}: {error.strerror or error}") from error
    finally:
        partial.unlink(missing_ok=True)


def _sweep(folder: Path, writer: str) -> None:
    """Remove the temporary files of a writer whose process is gone."""
    for entry in os.scandir(folder):
        process = entry.name.removeprefix(writer).partition(".")[0]
        if entry.name.startswith(writer) and process.isdigit() and not _is_alive(int(process)):
            Path(entry.path).unlink(missing_ok=True)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def write_text(path: str | Path, text: str) -> None:
    """Write `text` to `path`, whole or not at all."""
    with atomic_path(path) as partial:
        partial.write_text(text, encoding="utf-8")


def write_json(path: str | Path, value: Any) -> None:
    """Write `value` as indented JSON; NaN and infinities are refused, since JSON has none."""
    write_text(path, json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n")


def read_json(path: str | Path) -> Any:
    """Read a JSON file.

    Raises:
        UserError: the file is missing or is not JSON.
    """
    return _read(path, "JSON", lambda: json.loads(Path(path).read_text(encoding="utf-8")))


def read_yaml(path: str | Path) -> Any:
    """Read a YAML file that a person wrote.

    Raises:
        UserError: it is not YAML, or a key is there twice in one mapping; with file and line.
    """
    import yaml

    class Strict(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
        """YAML in which a key that stands twice is a fault, and not the last one's victory."""

    def mapping(loader: Any, node: Any) -> dict[Any, Any]:
        seen: dict[Any, int] = {}
        for key, _ in node.value:
            line = key.start_mark.line + 1
            if key.tag != "tag:yaml.org,2002:merge" and key.value in seen:
                raise UserError(
                    f"{path}, line {line}: {key.value!r} stands in line {seen[key.value]} already:"
                    " merge the two"
                )
            seen[key.value] = line
        loader.flatten_mapping(node)
        return loader.construct_mapping(node, deep=True)

    Strict.add_constructor("tag:yaml.org,2002:map", mapping)
    if not Path(path).is_file():
        raise UserError(f"{path} does not exist")
    try:
        return yaml.load(Path(path).read_text(encoding="utf-8"), Strict) or {}
    except yaml.YAMLError as error:
        at = getattr(error, "problem_mark", None)
        line = f", line {at.line + 1}" if at else ""
        raise UserError(f"{path}{line}: not YAML ({getattr(error, 'problem', error)})") from None


def write_arrays(path: str | Path, arrays: Mapping[str, Any]) -> None:
    """Write named arrays as an uncompressed npz."""
    with atomic_path(path) as partial, open(partial, "wb") as file:
        np.savez(file, **arrays)


def read_arrays(path: str | Path) -> dict[str, np.ndarray]:
    """Read every array of an npz; pickled members are refused.

    Raises:
        UserError: the file is missing, is not an npz or holds pickled objects.
    """

    def read() -> dict[str, np.ndarray]:
        with np.load(path, allow_pickle=False) as archive:
            return {name: archive[name] for name in archive.files}

    return _read(path, "npz", read)


def _read(path: str | Path, kind: str, read: Callable[[], Any]) -> Any:
    if not Path(path).is_file():
        raise UserError(f"{path} does not exist")
    try:
        return read()
    except Exception as error:
        raise UserError(
            f"{path} cannot be read as {kind} ({error}): give another file if it is yours; if the"
            " workflow made it, delete it and rerun"
        ) from None


@dataclass(frozen=True)
class ImageSet:
    """Images and the factors that generated them.

    Attributes:
        images: (N,H,W,C) uint8, or vectors (N,1,1,C) float32; memory-mapped read-only when read
            from a file.
        factors: (N,K); integer class indices 0..size-1, or floats where a factor is continuous.
            K is 0 when nothing is known.
        split: (N,) uint8, the part of each image: 0 train, 1 validation, 2 test.
        factor_names: K names.
        factor_sizes: K class counts; 0 marks a continuous factor.
        attributes: what the images are. Always `dataset`, `variant`, `source` (where the images
            come from, in words), `licence`, `stand_in` (bool: rendered in place of the original),
            `split_rule` (what decided the parts, in words) and `grid` (bool: rows enumerate every
            combination of classes, last factor fastest).
        scale: value of a pixel = scale * u8 + offset; 1/255 unless a variant says otherwise, and
            1 for vectors.
        offset: see scale.
        extra: further arrays that a variant keeps beside its images, such as its pattern.
    """

    images: np.ndarray
    factors: np.ndarray
    split: np.ndarray
    factor_names: tuple[str, ...]
    factor_sizes: tuple[int, ...]
    attributes: dict[str, Any]
    scale: float = 1 / 255
    offset: float = 0.0
    extra: Mapping[str, np.ndarray] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.images)

    @property
    def is_vectors(self) -> bool:
        """Whether the images are vectors (N,1,1,C) float32."""
        return self.images.dtype == np.float32

    def rows_of(self, part: str) -> np.ndarray:
        """Ascending rows (B,) int64 of one part.

        Args:
            part: `train`, `validation`, `test` or `all`.

        Raises:
            UserError: there is no such part, or no image is in it.
        """
        if part not in (*PARTS, "all"):
            raise UserError(f"part {part!r} must be one of {', '.join(PARTS)}, all")
        rows = np.arange(len(self)) if part == "all" else np.flatnonzero(self.split == PARTS[part])
        if not len(rows):
            name = f"{self.attributes['dataset']}/{self.attributes['variant']}"
            raise UserError(
                f"part {part} of {name} is empty ({len(self):,} images in all): take another part"
                " or more images"
            )
        return rows


def write_image_set(
    path: str | Path,
    batches: Iterable[np.ndarray],
    shape: tuple[int, int, int, int],
    factors: np.ndarray,
    split: np.ndarray,
    factor_names: Iterable[str],
    factor_sizes: Iterable[int],
    attributes: Mapping[str, Any],
    scale: float = 1 / 255,
    offset: float = 0.0,
    dtype: type[np.generic] = np.uint8,
    extra: Mapping[str, np.ndarray] | None = None,
    check: Callable[[Any], None] | None = None,
) -> None:
    """Write an image set batch by batch, so that memory stays bounded.

    Args:
        path: the HDF5 file.
        batches: arrays (B,H,W,C), N rows in all.
        shape: (N,H,W,C).
        factors: (N,K), see `ImageSet`.
        split: (N,), see `ImageSet`.
        factor_names: K names.
        factor_sizes: K class counts.
        attributes: see `ImageSet`; numbers, strings and booleans.
        scale: see `ImageSet`.
        offset: see `ImageSet`.
        dtype: of the batches: uint8, or float32 for vectors.
        extra: further named arrays to keep beside the images (a perturbed set keeps its pattern).
        check: called with the images, still open, before the file appears; may raise.

    Raises:
        ValueError: the batches do not add up to `shape` or are not `dtype`, or the factors or the
            split have another number of rows.
    """
    import h5py

    for what, rows in (("factors", factors), ("split", split)):
        if len(rows) != shape[0]:
            raise ValueError(f"{len(rows)} rows of {what} came for {shape[0]} images")
    # HDF5 lays out the file and Python writes all that takes room, see `_Patient`.
    early = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    early.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
    early.set_fill_time(h5py.h5d.FILL_TIME_NEVER)
    with atomic_path(path) as partial:
        aligned = {"alignment_threshold": 1, "alignment_interval": 8}  # so that NumPy maps numbers
        with _Patient(partial) as disk, h5py.File(disk, "w", libver="latest", **aligned) as file:
            images = file.create_dataset("images", shape, dtype, dcpl=early)
            first = images.id.get_offset()
            file.create_dataset("factors", data=factors)
            file.create_dataset("split", data=split, dtype=np.uint8)
            for name, array in (extra or {}).items():
                file.create_dataset(name, data=array)
            file.attrs["factor_names"] = list(factor_names)
            file.attrs["factor_sizes"] = np.asarray(list(factor_sizes), dtype=np.int64)
            file.attrs["scale"] = scale
            file.attrs["offset"] = offset
            file.attrs["crc32"] = np.uint32(0)
            for name, value in attributes.items():
                file.attrs[name] = value
        disk.raise_failure()
        with h5py.File(partial, "r") as file:
            total = checksum(file["factors"][:], file["split"][:])
        with open(partial, "r+b") as file:
            file.seek(first)
            written = 0
            for batch in batches:
                if batch.dtype != dtype or batch.shape[1:] != tuple(shape[1:]):
                    wanted = f"{np.dtype(dtype)}{shape}"
                    raise ValueError(f"batch {batch.dtype}{batch.shape} does not fit {wanted}")
                batch = np.ascontiguousarray(batch)
                file.write(batch)
                total = checksum(batch, start=total)
                written += len(batch)
        with _Patient(partial) as disk, h5py.File(disk, "r+") as file:
            file.attrs.modify("crc32", np.uint32(total))
        disk.raise_failure()
        if written != shape[0]:
            raise ValueError(f"{written} images came for a set of {shape[0]}")
        if check is not None:
            check(np.memmap(partial, dtype, "r", first, shape))


class _Patient(io.FileIO):
    """An existing file for HDF5, which is told of no failure to write, such as of a full disk.

    HDF5 cannot close a file then, and takes the interpreter down with it.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path, "r+")
        self._failure: OSError | None = None

    def write(self, data: Any) -> int:
        rest = memoryview(data).cast("B")
        try:
            while rest:
                rest = rest[super().write(rest) :]
        except OSError as error:
            self._failure = self._failure or error
        return len(data)

    def raise_failure(self) -> None:
        """Raise the first failure, once HDF5 has let go of the file."""
        if self._failure:
            raise self._failure


def checksum(*arrays: np.ndarray, start: int = 0) -> int:
    """CRC-32 of the arrays' bytes, going on from that of others."""
    for array in arrays:
        rows = max(1, CHECKED // max(1, array[:1].nbytes))
        for first in range(0, len(array), rows):
            start = zlib.crc32(np.ascontiguousarray(array[first : first + rows]), start)
    return start


def read_image_set(path: str | Path) -> ImageSet:
    """Open an image set; the images stay on disk and are mapped into memory.

    Images, factors and split are read once, to compare them with their checksum, which takes as
    long as the disk needs for them.

    Raises:
        UserError: the file is missing, is not an image set, or was changed since it was written.
    """
    import h5py

    def read() -> ImageSet:
        with h5py.File(path, "r") as file:
            images = file["images"]
            offset = images.id.get_offset()
            if images.dtype not in (np.uint8, np.float32) or images.ndim != 4 or offset is None:
                raise ValueError("`images` must be contiguous (N,H,W,C) uint8 or float32")
            attributes = {
                name: value.item() if isinstance(value, np.generic) else value
                for name, value in file.attrs.items()
            }
            mapped = np.memmap(path, images.dtype, "r", offset, images.shape)
            factors, split = file["factors"][:], file["split"][:]
            extra = {name: file[name][:] for name in file if name not in KEPT}
            if checksum(factors, split, mapped) != attributes.pop("crc32"):
                raise ValueError("its bytes are not those that were written")
            return ImageSet(
                images=mapped,
                factors=factors,
                split=split,
                factor_names=tuple(map(str, attributes.pop("factor_names"))),
                factor_sizes=tuple(int(size) for size in attributes.pop("factor_sizes")),
                scale=attributes.pop("scale"),
                offset=attributes.pop("offset"),
                attributes=attributes,
                extra=extra,
            )

    return _read(path, "image set", read)
