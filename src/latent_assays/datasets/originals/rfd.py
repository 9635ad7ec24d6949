"""RFD, the robot finger dataset: about a million simulated images 128 x 128 x 3.

A tar holds one PNG for each row, its name the row number; `labels` in an npz holds the factors,
which are not independent and fill no grid. The factors shape and size have one class each and are
dropped. The pickled `factor_values` of the info file are never unpickled. The files carry no split,
so that training, validation and test images are drawn.

Dittadi et al., On the Transfer of Disentangled Representations in Realistic Settings, ICLR 2021.
"""

import io
import tarfile
from pathlib import Path, PurePosixPath

import numpy as np

from latent_assays.datasets.downloads.checking import origin
from latent_assays.datasets.originals.grid_images import file_of
from latent_assays.datasets.originals.npz_rows import NpzRows
from latent_assays.datasets.originals.resizing import block_mean, check_divides
from latent_assays.datasets.specs import RFD_FACTORS
from latent_assays.errors import UserError

__all__ = ["RobotFinger", "open_source"]

SIDE = 128
# The file's own factors: shape and size have one class each and are left out.
ALL_FACTORS = {"shape": 1, "color": 8, "size": 1} | RFD_FACTORS


def open_source(resolution: int, files: dict[str, Path]) -> "RobotFinger":
    """Open the simulated images.

    Args:
        resolution: side of the images to hand out: 128 or, by block means, a divisor of it.
        files: `finger_images.tar`, `finger_labels.npz` and `finger_info.npz`.

    Raises:
        UserError: a file is missing or damaged, or they do not belong together.
    """
    check_divides(SIDE, resolution)
    names = ("finger_images.tar", "finger_labels.npz", "finger_info.npz")
    paths = [file_of("RFD", files, name) for name in names]
    return RobotFinger(*paths, resolution, f"RFD, original ({origin(paths[0])})")


class RobotFinger:
    """Images in a tar and their factors; an `ImageSource`.

    Args:
        images: tar of PNGs named by row number.
        labels: npz with `labels` (N,9): classes, or values from which classes follow by rank.
        info: npz with `num_factor_values` (9,).
        resolution: side of the images handed out.
        source: see `ImageSource`.
    """

    def __init__(
        self, images: Path, labels: Path, info: Path, resolution: int, source: str
    ) -> None:
        self.source = source
        self._path, self._resolution = images, resolution
        counts = _whole(info, "num_factor_values").tolist()
        if counts != list(ALL_FACTORS.values()):
            raise UserError(f"{info}: num_factor_values is {counts}, not {[*ALL_FACTORS.values()]}")
        self._classes = _classes(labels, _whole(labels, "labels"))
        self._places = _index(images)
        if len(self._places) != len(self._classes):
            raise UserError(
                f"{images} holds {len(self._places)} images, {labels} {len(self._classes)} labels"
            )
        self._file = open(images, "rb")  # noqa: SIM115 - kept open for reading rows

    def __len__(self) -> int:
        return len(self._places)

    def factors(self, rows: np.ndarray) -> np.ndarray:
        """Classes (B,7) int16 of the rows (B,), in the order of `RFD_FACTORS`."""
        return self._classes[rows]

    def images(self, rows: np.ndarray) -> np.ndarray:
        """Images (B,R,R,3) uint8 of the rows (B,)."""
        images = np.empty((len(rows), SIDE, SIDE, 3), np.uint8)
        for at, row in enumerate(rows):
            images[at] = self._image(*self._places[row].tolist())
        return block_mean(images, self._resolution)

    def _image(self, number: int, offset: int, size: int) -> np.ndarray:
        from PIL import Image

        self._file.seek(offset)
        try:
            with Image.open(io.BytesIO(self._file.read(size))) as image:
                pixels = np.asarray(image.convert("RGB"))
        except OSError as error:
            raise UserError(f"{self._path}: image {number} is damaged ({error})") from None
        if pixels.shape != (SIDE, SIDE, 3):
            raise UserError(f"{self._path}: image {number} is {pixels.shape}, not 128 x 128 x 3")
        return pixels


def _whole(path: Path, name: str) -> np.ndarray:
    array = NpzRows(path, name)
    return array.read(np.arange(array.shape[0]))


def _index(path: Path) -> np.ndarray:
    """Number, offset and size (N,3) int64 of the images in a tar, by number."""
    places = []
    try:
        with tarfile.open(path, "r:") as archive:
            while (member := archive.next()) is not None:
                if member.isfile():
                    number = int(PurePosixPath(member.name).stem)
                    places.append((number, member.offset_data, member.size))
                archive.members = []  # a million of them would take a gigabyte
    except (OSError, ValueError, tarfile.TarError) as error:
        raise UserError(f"{path} cannot be read as a tar of numbered images ({error})") from None
    index = np.array(sorted(places), np.int64).reshape(-1, 3)
    if not np.array_equal(index[:, 0], np.arange(len(index))):
        raise UserError(f"{path}: the images are not numbered from 0 without gaps")
    return index


def _classes(path: Path, labels: np.ndarray) -> np.ndarray:
    """Classes (N,7) int16 from labels (N,9) that are classes already, or values."""
    sizes = list(ALL_FACTORS.values())
    if labels.ndim != 2 or labels.shape[1] != len(sizes):
        raise UserError(f"{path}: labels are {labels.shape}, not (N, {len(sizes)})")
    classes = np.empty(labels.shape, np.int16)
    for factor, size in enumerate(sizes):
        column = labels[:, factor]
        if np.array_equal(column, np.clip(np.floor(column), 0, size - 1)):
            classes[:, factor] = column
            continue
        values, ranks = np.unique(np.round(column, 6), return_inverse=True)
        if len(values) != size:
            raise UserError(f"{path}: factor {factor} takes {len(values)} values instead of {size}")
        classes[:, factor] = ranks.ravel()
    return classes[:, [factor for factor, size in enumerate(sizes) if size > 1]]
