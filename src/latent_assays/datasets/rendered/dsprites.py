"""dSprites re-rendered: a white square, ellipse or heart on black.

The 720 masks (shape, scale, orientation) are drawn once on a 96 x 96 canvas about its centre; an
image is the 64 x 64 window of a canvas that brings the sprite to its place. At 64 pixels every
value is 0 or 255. At 32 and 16 pixels an image is the area average of the 64-pixel image, so the
outline is grey and steps of position finer than a pixel still show.

Sizes and places are those of the original's images (Matthey et al., dSprites, 2017), places
rounded to whole pixels: the sprite's centroid runs from 15.5 to 47.5 pixels in 31 steps of 1
pixel but for one step of 2 in the middle, where the original steps by 32/31. Orientation runs
over [0, 2π] inclusive as in the original, so its classes 0 and 39 give the same image.
"""

import math

import numpy as np

from latent_assays.datasets.grid import classes_of
from latent_assays.datasets.rendered.resolutions import check_resolution
from latent_assays.datasets.specs import SPECS

__all__ = ["SIZES", "Sprites", "open_source"]

SIZES = SPECS["dsprites"].factor_sizes
SIDE, CANVAS = 64, 96
SCALES = np.linspace(0.5, 1, 6)
ORIENTATIONS = np.linspace(0, 2 * np.pi, 40)
SHIFTS = np.rint(np.arange(32) * 32 / 31).astype(np.intp)
SAMPLES = 4


def open_source(resolution: int, files: dict) -> "Sprites":
    """dSprites at `resolution` (64, 32 or 16) pixels; `files` is empty.

    Raises:
        UserError: another resolution.
    """
    check_resolution("dsprites", resolution)
    return Sprites(resolution)


class Sprites:
    """The 737,280 images in the original's row order (position_y fastest)."""

    source = "re-rendered stand-in for dSprites (not the original images)"

    def __init__(self, resolution: int):
        self.resolution = resolution
        self._pixel = SIDE // resolution
        canvases = _shrunk(_canvases(), self._pixel)
        self._windows = np.lib.stride_tricks.sliding_window_view(
            canvases, (resolution, resolution), axis=(3, 4)
        )

    def __len__(self) -> int:
        return math.prod(SIZES)

    def factors(self, rows: np.ndarray) -> np.ndarray:
        """Classes (B,5) int16 of the rows (B,)."""
        return classes_of(rows, SIZES)

    def images(self, rows: np.ndarray) -> np.ndarray:
        """Images (B,H,W,1) uint8 of the rows (B,), in any order."""
        mask, x, y = np.unravel_index(rows, (math.prod(SIZES[:3]), *SIZES[3:]))
        left, left_rest = np.divmod((CANVAS - SIDE) - SHIFTS[x], self._pixel)
        top, top_rest = np.divmod((CANVAS - SIDE) - SHIFTS[y], self._pixel)
        return self._windows[mask, top_rest, left_rest, top, left][..., None]


def _canvases() -> np.ndarray:
    """Masks (720,96,96) uint8, 0 or 255: a pixel is white if half of it is inside the sprite."""
    steps = (np.arange(CANVAS * SAMPLES) + 0.5) / SAMPLES - CANVAS / 2
    inner = slice(CANVAS * SAMPLES // 4, -(CANVAS * SAMPLES // 4))
    across, down = np.meshgrid(steps[inner], steps[inner])
    canvases = np.zeros((*SIZES[:3], CANVAS, CANVAS), np.uint8)
    border = CANVAS // 4
    for o, angle in enumerate(ORIENTATIONS[:-1]):
        x = np.cos(angle) * across + np.sin(angle) * down
        y = np.cos(angle) * down - np.sin(angle) * across
        for shape, inside in enumerate((_square(x, y), _ellipse(x, y), _heart(x, y))):
            for s, scale in enumerate(SCALES):
                covered = (inside <= scale).reshape(CANVAS // 2, SAMPLES, CANVAS // 2, SAMPLES)
                white = covered.mean(axis=(1, 3)) >= 0.5
                canvases[shape, s, o, border:-border, border:-border] = 255 * white
    canvases[:, :, -1] = canvases[:, :, 0]
    return canvases.reshape(-1, CANVAS, CANVAS)


def _square(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The scale at which a square, side 20 at scale 1, reaches the points."""
    return np.maximum(np.abs(x), np.abs(y)) / 10


def _ellipse(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The scale at which an ellipse, 28 by 14 at scale 1, reaches the points."""
    return np.hypot(x / 14, y / 7)


def _heart(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The scale at which a heart, 20 wide at scale 1, reaches the points.

    Its outline (16 sin³t, 13 cos t - 5 cos 2t - 2 cos 3t - cos 4t) is met once by each ray from
    its centroid.
    """
    t = np.linspace(0, 2 * np.pi, 721)
    outline_x = 16 * np.sin(t) ** 3
    outline_y = -(13 * np.cos(t) - 5 * np.cos(2 * t) - 2 * np.cos(3 * t) - np.cos(4 * t))
    cross = outline_x[:-1] * outline_y[1:] - outline_x[1:] * outline_y[:-1]
    centroid = ((outline_y[:-1] + outline_y[1:]) * cross).sum() / (3 * cross.sum())
    outline_y = outline_y - centroid
    angles = np.arctan2(outline_x, -outline_y)
    order = np.argsort(angles)
    radius = np.hypot(outline_x, outline_y)[order]
    reach = np.interp(np.arctan2(x, -y), angles[order], radius, period=2 * np.pi)
    return np.hypot(x, y) / (reach * 20 / 32)


def _shrunk(canvases: np.ndarray, pixel: int) -> np.ndarray:
    """Area averages (720,pixel,pixel,S,S) uint8 of canvases (720,96,96), one for each start.

    Entry [:, a, b] averages squares of `pixel` x `pixel` from row a and column b on; squares that
    the canvas does not fill are left out, so the last row and column may be 0.
    """
    side = CANVAS // pixel
    shrunk = np.zeros((len(canvases), pixel, pixel, side, side), np.uint8)
    for a in range(pixel):
        for b in range(pixel):
            rows, columns = (CANVAS - a) // pixel, (CANVAS - b) // pixel
            part = canvases[:, a : a + rows * pixel, b : b + columns * pixel]
            means = part.reshape(len(canvases), rows, pixel, columns, pixel).mean(axis=(2, 4))
            shrunk[:, a, b, :rows, :columns] = np.rint(means)
    return shrunk
