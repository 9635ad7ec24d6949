"""MPI3D from its npz files: 1,036,800 images 64 x 64 x 3 of a robot arm, 12.7 GB uncompressed.

The files hold images only, so classes follow from the row number alone. Rows are read from where
they lie in the file.
"""

from pathlib import Path

import numpy as np

from latent_assays.datasets.downloads.checking import origin
from latent_assays.datasets.originals.grid_images import GridImages, check_shape, file_of
from latent_assays.datasets.originals.npz_rows import NpzRows
from latent_assays.datasets.originals.resizing import block_mean, check_divides

__all__ = ["SIZES", "RobotArm", "open_look"]

SIZES = (6, 6, 2, 3, 3, 40, 40)
SIDE = 64


def open_look(look: str, resolution: int, files: dict[str, Path]) -> "RobotArm":
    """Open one of the three sets of images.

    Args:
        look: `toy`, `realistic` or `real`.
        resolution: side of the images to hand out: 64 or, by block means, a divisor of it.
        files: holds `mpi3d_LOOK.npz`.

    Raises:
        UserError: the file is missing, damaged or another one; the resolution is not possible.
    """
    check_divides(SIDE, resolution)
    path = file_of(f"MPI3D {look}", files, f"mpi3d_{look}.npz")
    return RobotArm(path, SIZES, SIDE, resolution, f"MPI3D {look}, original ({origin(path)})")


class RobotArm(GridImages):
    """Images of a factor grid in an npz; an `ImageSource`, fastest for rows that ascend.

    Args:
        path: npz with `images` (N,H,H,3) uint8.
        side: H.
        sizes, resolution, source: see `GridImages`.
    """

    def __init__(
        self, path: Path, sizes: tuple[int, ...], side: int, resolution: int, source: str
    ) -> None:
        super().__init__(path, sizes, resolution, source)
        self._images = NpzRows(path, "images")
        expected = (len(self), side, side, 3)
        check_shape(path, "images", self._images.shape, self._images.dtype, expected)

    def images(self, rows: np.ndarray) -> np.ndarray:
        """Images (B,R,R,3) uint8 of the rows (B,)."""
        return block_mean(self._images.read(rows), self._resolution)
