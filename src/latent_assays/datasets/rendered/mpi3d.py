"""MPI3D re-rendered in three looks: a robot arm holds an object up in front of a camera.

An image is one of a few pictures of what never moves, with two small crops laid over it: the rod
and the object. Both enter linearly, cover and colour apart, so the 57,600 object crops (shape,
size, camera, two axes) and the 4,800 rod crops serve all 1,036,800 images. Crops are cast when an
image first asks for them. The real look's noise comes from a few fixed frames, chosen by the row.

Layout imitates the original's images (Gondal et al., On the Transfer of Inductive Bias from
Simulation to the Real World, 2019); the three looks differ in light, colours, texture and noise,
not in what is built.
"""

import math

import numpy as np

from latent_assays.datasets.grid import classes_of
from latent_assays.datasets.rendered import mpi3d_scene as scene
from latent_assays.datasets.rendered.mpi3d_looks import LOOKS
from latent_assays.datasets.rendered.resolutions import check_resolution
from latent_assays.datasets.specs import SPECS

__all__ = ["SIZES", "Arm", "open_look"]

SIZES = SPECS["mpi3d_toy"].factor_sizes
WINDOW = 30
FRAMES = 32
ARM_COLOUR = np.uint16(round(255 * scene.ARM))


def open_look(look: str, resolution: int) -> "Arm":
    """One look (`toy`, `realistic` or `real`) at `resolution` (64 or 32) pixels.

    Raises:
        UserError: another resolution.
    """
    check_resolution(f"mpi3d_{look}", resolution)
    return Arm(look, resolution)


class Arm:
    """The 1,036,800 images in the original's row order."""

    def __init__(self, look: str, resolution: int):
        self.source = f"re-rendered stand-in for MPI3D {look} (not the original images)"
        self.resolution = resolution
        self._look = LOOKS[look]
        self._colours = np.rint(self._look.objects).astype(np.uint16)
        self._cameras, stills = zip(
            *(scene.cast_static(height, resolution, self._look) for height in range(SIZES[3])),
            strict=True,
        )
        self._stills = np.rint(np.stack(stills)).astype(np.uint8)
        shape = (FRAMES, resolution, resolution, 3)
        noise = self._look.noise * np.random.default_rng(0).normal(size=shape)
        self._noise = np.rint(noise).astype(np.int16)
        side = resolution * WINDOW // 64
        self._objects = _Crops((*SIZES[1:4], *SIZES[5:]), side, self._cast_object)
        self._rods = _Crops((SIZES[3], *SIZES[5:]), side, self._cast_rod)

    def __len__(self) -> int:
        return math.prod(SIZES)

    def factors(self, rows: np.ndarray) -> np.ndarray:
        """Classes (B,7) int16 of the rows (B,)."""
        return classes_of(rows, SIZES)

    def images(self, rows: np.ndarray) -> np.ndarray:
        """Images (B,H,W,3) uint8 of the rows (B,), in any order."""
        colour, shape, size, height, ring, swing, lift = np.unravel_index(rows, SIZES)
        images = self._stills[height, ring]
        rods = self._rods.indices(height, swing, lift)
        self._rods.lay_over(images, rods, np.broadcast_to(ARM_COLOUR, (len(images), 3)))
        objects = self._objects.indices(shape, size, height, swing, lift)
        self._objects.lay_over(images, objects, self._colours[colour])
        if self._look.noise:
            for image, frame in zip(images, _scattered(rows), strict=True):
                image[...] = np.clip(image + self._noise[frame], 0, 255)
        return images

    def _cast_object(self, shape, size, height, swing, lift) -> scene.Crop:
        camera, side = self._cameras[height], self._objects.side
        return scene.cast_object(camera, shape, size, swing, lift, side, self._look)

    def _cast_rod(self, height, swing, lift) -> scene.Crop:
        return scene.cast_rod(self._cameras[height], swing, lift, self._rods.side, self._look)


def _scattered(rows: np.ndarray) -> np.ndarray:
    """A noise frame (B,) for each row, that tells nothing about any factor (Knuth's hash)."""
    return (np.asarray(rows, np.uint64) * 2654435761 % 2**32 * FRAMES >> 32).astype(np.intp)


class _Crops:
    """Crops by class combination, cast when first asked for."""

    def __init__(self, sizes: tuple[int, ...], side: int, cast):
        self.side = side
        self._sizes = sizes
        self._cast = cast
        count = math.prod(sizes)
        self._is_cast = np.zeros(count, bool)
        self._corners = np.empty((count, 2), np.intp)
        self._layers = np.empty((3, count, side, side), np.uint8)

    def indices(self, *classes: np.ndarray) -> np.ndarray:
        """Positions (B,) of the crops of these classes, which are now cast."""
        indices = np.ravel_multi_index(classes, self._sizes)
        for index in np.unique(indices[~self._is_cast[indices]]):
            crop = self._cast(*np.unravel_index(index, self._sizes))
            self._corners[index] = crop.top, crop.left
            self._layers[:, index] = crop.cover, crop.shade, crop.shine
            self._is_cast[index] = True
        return indices

    def lay_over(self, images: np.ndarray, indices: np.ndarray, colours: np.ndarray) -> None:
        """Lay crops (B,) in `colours` (B,3) uint16 over `images` (B,H,W,3) uint8, in place.

        No sum exceeds 255, since shade + shine <= cover.
        """
        for image, index, colour in zip(images, indices, colours, strict=True):
            top, left = self._corners[index]
            window = image[top : top + self.side, left : left + self.side]
            cover, shade, shine = self._layers[:, index, :, :, None]
            behind = (window * (255 - cover.astype(np.uint16)) + 127) // 255
            window[...] = behind + (colour * shade + 127) // 255 + shine
