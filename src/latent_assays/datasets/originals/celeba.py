"""CelebA, aligned and cropped: 202,599 photographs of faces, JPEG 178 x 218, in a zip.

As in paper 003 the middle 128 x 128 pixels are cut out and not resized (178 x 218 leaves 25 columns
and 45 rows on each side). Factors are the 40 attributes; `partition` tells training, validation
and test images apart.
"""

import io
import zipfile
from pathlib import Path

import numpy as np

from latent_assays.datasets.downloads.checking import origin
from latent_assays.datasets.downloads.unpacking import is_web_page
from latent_assays.datasets.originals.grid_images import file_of
from latent_assays.datasets.originals.resizing import block_mean, check_divides
from latent_assays.datasets.specs import CELEBA_ATTRIBUTES
from latent_assays.errors import UserError

__all__ = ["Faces", "open_source"]

ARCHIVE, ATTRIBUTE_FILE, PARTITION_FILE = (
    "img_align_celeba.zip",
    "list_attr_celeba.txt",
    "list_eval_partition.txt",
)
SIDE = 128


def open_source(resolution: int, files: dict[str, Path]) -> "Faces":
    """Open CelebA.

    Args:
        resolution: side of the images to hand out: 128 or, by block means, a divisor of it.
        files: the zip, the attributes and the partition by their published names.

    Raises:
        UserError: a file is missing or damaged, or they do not belong together.
    """
    check_divides(SIDE, resolution)
    paths = [file_of("CelebA", files, name) for name in (ARCHIVE, ATTRIBUTE_FILE, PARTITION_FILE)]
    return Faces(*paths, resolution, f"CelebA, original ({origin(paths[0])})")


class Faces:
    """Photographs and their attributes in the order of the image names; an `ImageSource`.

    Args:
        archive: zip of JPEGs.
        attributes: text with the number of images, the names of the attributes, then a line each.
        partition: text with a line each: image, and 0 training, 1 validation or 2 test.
        resolution: side of the images handed out.
        source: see `ImageSource`.

    Attributes:
        partition: (N,) int8, 0 training, 1 validation, 2 test.
    """

    def __init__(
        self, archive: Path, attributes: Path, partition: Path, resolution: int, source: str
    ) -> None:
        self.source = source
        self._path, self._resolution = archive, resolution
        try:
            self._archive = zipfile.ZipFile(archive)
        except (OSError, zipfile.BadZipFile) as error:
            what = "a web page, saved under this name" if is_web_page(archive) else error
            raise UserError(f"{archive} is not a zip ({what}): fetch it again") from None
        self._members = sorted(n for n in self._archive.namelist() if n.endswith(".jpg"))
        names = [member.rpartition("/")[2] for member in self._members]
        lines = attributes.read_text().splitlines()
        if tuple(lines[1].split()) != CELEBA_ATTRIBUTES:
            raise UserError(f"{attributes} does not name the 40 attributes of CelebA in its line 2")
        self._attributes = (_numbers(attributes, lines[2:], names) > 0).astype(np.int16)
        self.partition = _numbers(partition, partition.read_text().splitlines(), names)[:, 0]

    def __len__(self) -> int:
        return len(self._members)

    def factors(self, rows: np.ndarray) -> np.ndarray:
        """Attributes (B,40) int16 of the rows (B,): 1 where present, 0 where absent."""
        return self._attributes[rows]

    def images(self, rows: np.ndarray) -> np.ndarray:
        """Images (B,R,R,3) uint8 of the rows (B,)."""
        images = np.empty((len(rows), SIDE, SIDE, 3), np.uint8)
        for at, row in enumerate(rows):
            images[at] = self._photograph(self._members[row])
        return block_mean(images, self._resolution)

    def _photograph(self, member: str) -> np.ndarray:
        from PIL import Image

        try:
            with Image.open(io.BytesIO(self._archive.read(member))) as photograph:
                pixels = np.asarray(photograph.convert("RGB"))
        except (OSError, zipfile.BadZipFile) as error:
            raise UserError(f"{self._path}: {member} is damaged ({error})") from None
        top, left = (pixels.shape[0] - SIDE) // 2, (pixels.shape[1] - SIDE) // 2
        if top < 0 or left < 0:
            raise UserError(f"{self._path}: {member} is smaller than {SIDE} x {SIDE} pixels")
        return pixels[top : top + SIDE, left : left + SIDE]


def _numbers(path: Path, lines: list[str], names: list[str]) -> np.ndarray:
    """The numbers (N,...) int8 that follow each image's name."""
    rows = [line.split() for line in lines if line.strip()]
    if [row[0] for row in rows] != names:
        raise UserError(
            f"{path} lists {len(rows)} images, not the {len(names)} of the zip in order"
        )
    try:
        return np.array([row[1:] for row in rows], np.int8)
    except ValueError as error:
        raise UserError(f"{path} cannot be read ({error}): fetch it again") from None
