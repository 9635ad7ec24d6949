"""dSprites from its npz: 737,280 binary images 64 x 64 of one sprite each.

The 3 GB of images are read as a stream, the pickled `metadata` is never touched, and the colour
factor, which has one class, is dropped. Classes follow from the row number and are held against
`latents_classes` when the file is opened.
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
from latent_assays.datasets.originals.npz_rows import NpzRows
from latent_assays.datasets.originals.resizing import block_mean, check_divides
from latent_assays.errors import UserError

__all__ = ["FILE", "SIZES", "Sprites", "open_source"]

FILE = "dsprites_ndarray_co1sh3sc6or40x32y32_64x64.npz"
SIZES = (3, 6, 40, 32, 32)
SIDE = 64


def open_source(resolution: int, files: dict[str, Path]) -> "Sprites":
    """Open the original dSprites.

    Args:
        resolution: side of the images to hand out: 64 or, by block means, a divisor of it.
        files: holds the npz.

    Raises:
        UserError: the file is missing, damaged or another one; the resolution is not possible.
    """
    check_divides(SIDE, resolution)
    path = file_of("dSprites", files, FILE)
    return Sprites(path, SIZES, SIDE, resolution, f"dSprites, original ({origin(path)})")


class Sprites(GridImages):
    """Binary images of a factor grid in an npz; an `ImageSource` for rows that ascend.

    Args:
        path: npz with `imgs` (N,H,H) of 0 and 1 and `latents_classes` (N,1+K), colour first.
        side: H.
        sizes, resolution, source: see `GridImages`.
    """

    def __init__(
        self, path: Path, sizes: tuple[int, ...], side: int, resolution: int, source: str
    ) -> None:
        super().__init__(path, sizes, resolution, source)
        classes = NpzRows(path, "latents_classes").read(np.arange(len(self)))
        check_classes(path, classes[:, 1:], sizes)
        self._images = NpzRows(path, "imgs")
        check_shape(path, "imgs", self._images.shape, self._images.dtype, (len(self), side, side))

    def images(self, rows: np.ndarray) -> np.ndarray:
        """Images (B,R,R,1) uint8 of the rows (B,); 0 and 1 become 0 and 255."""
        images = self._images.read(rows)[..., None]
        if images.size and images.max() > 1:
            raise UserError(f"{self._path}: imgs holds {images.max()}, not only 0 and 1")
        return block_mean(images * np.uint8(255), self._resolution)
