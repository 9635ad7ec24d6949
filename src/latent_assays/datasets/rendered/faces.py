"""Painted faces in the place of CelebA: 24 continuous attributes, drawn independently.

They have CelebA's frame and kinds of variation (pose, light, hair, skin, glasses, expression) but
are drawings, not photographs, and their attributes are not CelebA's 40 labels (Liu et al., Deep
Learning Face Attributes in the Wild, 2015). Images are painted when asked for and not kept:
about 0.01 s each.
"""

import numpy as np

from latent_assays.datasets.rendered.faces_painting import paint
from latent_assays.datasets.rendered.resolutions import check_resolution
from latent_assays.datasets.specs import FACE_ATTRIBUTES

__all__ = ["COUNT", "Faces", "open_source"]

COUNT = 20_000


def open_source(resolution: int, files: dict) -> "Faces":
    """Painted faces at `resolution` (128 or 64) pixels; `files` is empty.

    Raises:
        UserError: another resolution.
    """
    check_resolution("celeba", resolution)
    return Faces(resolution)


class Faces:
    """20,000 faces whose attributes are drawn with a fixed seed."""

    source = "painted faces, a stand-in for CelebA (not photographs)"

    def __init__(self, resolution: int):
        self.resolution = resolution
        normals = np.random.default_rng(0).normal(size=(COUNT, len(FACE_ATTRIBUTES)))
        self._attributes = (1 / (1 + np.exp(-1.3 * normals))).astype(np.float32)

    def __len__(self) -> int:
        return COUNT

    def factors(self, rows: np.ndarray) -> np.ndarray:
        """Attributes (B,24) float32, from 0 to 1, of the rows (B,)."""
        return self._attributes[rows]

    def images(self, rows: np.ndarray) -> np.ndarray:
        """Images (B,H,W,3) uint8 of the rows (B,), in any order."""
        images = np.empty((len(rows), self.resolution, self.resolution, 3), np.uint8)
        for image, attributes in zip(images, self._attributes[rows], strict=True):
            named = dict(zip(FACE_ATTRIBUTES, attributes.tolist(), strict=True))
            image[...] = paint(named, self.resolution)
        return images
