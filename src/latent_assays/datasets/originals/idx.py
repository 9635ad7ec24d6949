"""The IDX format of MNIST: two zero bytes, type, rank, big-endian sizes, then the data."""

import gzip
import struct
from pathlib import Path

import numpy as np

from latent_assays.datasets.downloads.checking import origin
from latent_assays.datasets.originals.resizing import bilinear
from latent_assays.errors import UserError

__all__ = ["LabelledImages", "open_labelled_images", "read_idx"]

FILES = (
    ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"),
    ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"),
)


def read_idx(path: str | Path) -> np.ndarray:
    """Read an IDX file of unsigned bytes, gzipped or not.

    Returns:
        array uint8 of the shape that the file states.

    Raises:
        UserError: the file is missing, truncated or not IDX.
    """
    try:
        content = Path(path).read_bytes()
        if content[:2] == b"\x1f\x8b":
            content = gzip.decompress(content)
        zero, kind, rank = struct.unpack_from(">HBB", content)
        shape = struct.unpack_from(f">{rank}I", content, 4)
        if zero or kind != 8:
            raise ValueError("it does not begin as IDX of unsigned bytes does")
        return np.frombuffer(content, np.uint8, offset=4 + 4 * rank).reshape(shape)
    except (OSError, EOFError, ValueError, struct.error) as error:
        raise UserError(f"{path} cannot be read as IDX ({error}): delete it and rerun") from None


class LabelledImages:
    """Square grey images and their labels, held in memory; an `ImageSource`.

    Args:
        images: (N,H,H) uint8.
        labels: (N,) classes.
        resolution: side of the images handed out; see `resizing.bilinear`.
        source: see `ImageSource`.
    """

    def __init__(
        self, images: np.ndarray, labels: np.ndarray, resolution: int, source: str
    ) -> None:
        self._images = images
        self._labels = labels
        self._resolution = resolution
        self.source = source

    def __len__(self) -> int:
        return len(self._images)

    def factors(self, rows: np.ndarray) -> np.ndarray:
        """Labels (B,1) int16 of the rows (B,)."""
        return self._labels[rows, None].astype(np.int16)

    def images(self, rows: np.ndarray) -> np.ndarray:
        """Images (B,H,H,1) uint8 of the rows (B,)."""
        return bilinear(self._images[rows, :, :, None], self._resolution)


def open_labelled_images(title: str, resolution: int, files: dict[str, Path]) -> LabelledImages:
    """Open the four files of an MNIST-like set: the training rows, then the test rows.

    Args:
        title: name of the set, for `source` and errors.
        resolution: side of the images to hand out, in pixels.
        files: the four IDX files by the names in `FILES`.

    Raises:
        UserError: a file is missing or damaged, or images and labels do not pair up.
    """
    images, labels = [], []
    for images_name, labels_name in FILES:
        for name in (images_name, labels_name):
            if name not in files:
                raise UserError(f"{title}: the file {name} is missing")
        images.append(read_idx(files[images_name]))
        labels.append(read_idx(files[labels_name]))
        if images[-1].ndim != 3 or labels[-1].shape != images[-1].shape[:1]:
            raise UserError(
                f"{title}: {files[images_name]} {images[-1].shape} and {files[labels_name]}"
                f" {labels[-1].shape} do not pair up"
            )
    source = f"{title}, original ({origin(Path(files[FILES[0][0]]))})"
    return LabelledImages(np.concatenate(images), np.concatenate(labels), resolution, source)
