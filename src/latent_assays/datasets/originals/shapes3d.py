"""3D-Shapes from `3dshapes.h5`: 480,000 images 64 x 64 x 3 in gzipped HDF5 chunks.

A chunk may span thousands of rows, so rows are read in blocks as tall as a chunk, each
decompressed once while rows ascend. Classes follow from the row number and are held against the
floats in `labels` when the file is opened.
"""

from pathlib import Path

import numpy as np

from latent_assays.datasets.downloads.checking import origin
from latent_assays.datasets.originals.grid_images import (
    GridImages,
    check_classes,
    check_shape,
    file_of,
)
from latent_assays.datasets.originals.resizing import block_mean, check_divides
from latent_assays.errors import UserError

__all__ = ["SIZES", "Hdf5Grid", "open_source"]

SIZES = (10, 10, 10, 8, 4, 15)
SIDE = 64
BLOCK_BYTES = 384 << 20


def open_source(resolution: int, files: dict[str, Path]) -> "Hdf5Grid":
    """Open the original 3D-Shapes.

    Args:
        resolution: side of the images to hand out: 64 or, by block means, a divisor of it.
        files: holds `3dshapes.h5`.

    Raises:
        UserError: the file is missing, damaged or another one; the resolution is not possible.
    """
    check_divides(SIDE, resolution)
    path = file_of("3D-Shapes", files, "3dshapes.h5")
    return Hdf5Grid(path, SIZES, SIDE, resolution, f"3D-Shapes, original ({origin(path)})")


class Hdf5Grid(GridImages):
    """Images of a factor grid in an HDF5 file; an `ImageSource` for rows that ascend.

    Args:
        path: HDF5 with `images` (N,H,H,C) uint8 and `labels` (N,K).
        side: H.
        sizes, resolution, source: see `GridImages`.
    """

    def __init__(
        self, path: Path, sizes: tuple[int, ...], side: int, resolution: int, source: str
    ) -> None:
        import h5py

        super().__init__(path, sizes, resolution, source)
        try:
            self._file = h5py.File(path, "r")
            self._images = self._file["images"]
            labels = self._file["labels"][:]
        except (OSError, KeyError) as error:
            raise UserError(f"{path} cannot be read as 3D-Shapes ({error}): replace it") from None
        check_shape(
            path, "images", self._images.shape, self._images.dtype, (len(self), side, side, 3)
        )
        check_classes(path, labels, sizes)
        chunk_rows = self._images.chunks[0] if self._images.chunks else 1024
        most = max(1, BLOCK_BYTES // (side * side * 3))
        self._block_rows = min(most, max(1, 1024 // chunk_rows) * chunk_rows)
        self._block_start, self._block = 0, np.empty((0, side, side, 3), np.uint8)

    def images(self, rows: np.ndarray) -> np.ndarray:
        """Images (B,R,R,3) uint8 of the rows (B,)."""
        starts = rows // self._block_rows * self._block_rows
        parts = [
            self._block_at(start)[rows[starts == start] - start] for start in np.unique(starts)
        ]
        images = np.concatenate(parts) if parts else self._block[:0]
        return block_mean(images, self._resolution)

    def _block_at(self, start: int) -> np.ndarray:
        if start != self._block_start or not len(self._block):
            self._block = np.empty((0,), np.uint8)  # free the last one before the next is read
            try:
                self._block = self._images[start : start + self._block_rows]
            except OSError as error:
                raise UserError(f"{self._path} is damaged at row {start} ({error})") from None
            self._block_start = start
        return self._block
