"""RFD re-rendered: a robot finger over a table with a coloured cube.

As in the original (Dittadi et al., On the Transfer of Disentangled Representations in Realistic
Settings, 2021) the rows are a sample, not a grid: classes are drawn evenly and a draw is left out
if finger and cube or table would touch, so the factors are not quite independent. The original's
shape and size, which have one class each, are not listed. Images are cast when asked for and not
kept: about 0.02 s each.
"""

import colorsys

import numpy as np

from latent_assays.datasets.rendered import finger_scene as scene
from latent_assays.datasets.rendered.resolutions import check_resolution
from latent_assays.datasets.specs import SPECS

__all__ = ["COUNT", "SIZES", "Finger", "open_source", "poses"]

SIZES = SPECS["rfd"].factor_sizes
COUNT = 20_000
SAMPLES = {128: 2, 64: 3}

COLOURS = np.array([colorsys.hsv_to_rgb(n / 8, 0.9, 0.9) for n in range(8)])
JOINTS = np.radians([np.linspace(-36, 36, 30), np.linspace(-15, 65, 30), np.linspace(-75, 15, 30)])
PLACES = np.array([np.linspace(-0.45, 0.45, 30), np.linspace(-0.42, 0.4, 30)])
TURNS = np.radians(np.arange(10) * 9)


def open_source(resolution: int, files: dict) -> "Finger":
    """RFD at `resolution` (128 or 64) pixels; `files` is empty.

    Raises:
        UserError: another resolution.
    """
    check_resolution("rfd", resolution)
    return Finger(resolution)


class Finger:
    """20,000 images of poses drawn with a fixed seed."""

    source = "re-rendered stand-in for the Robot Finger Dataset (not the original images)"

    def __init__(self, resolution: int):
        self.resolution = resolution
        self._classes = _drawn()
        self._view = scene.view(resolution, SAMPLES[resolution])

    def __len__(self) -> int:
        return COUNT

    def factors(self, rows: np.ndarray) -> np.ndarray:
        """Classes (B,7) int16 of the rows (B,)."""
        return self._classes[rows]

    def images(self, rows: np.ndarray) -> np.ndarray:
        """Images (B,H,W,3) uint8 of the rows (B,), in any order."""
        images = np.empty((len(rows), self.resolution, self.resolution, 3), np.uint8)
        for image, classes in zip(images, self._classes[rows], strict=True):
            pixels = scene.render(poses(classes), COLOURS[classes[0]], self._view)
            image[...] = pixels.reshape(image.shape)
        return images


def poses(classes: np.ndarray) -> scene.Pose:
    """The poses of `classes` (...,7), as numbers or arrays (...)."""
    _, *joints, x, y, angle = np.moveaxis(classes, -1, 0)
    bends = (angles[joint] for angles, joint in zip(JOINTS, joints, strict=True))
    return scene.Pose(*bends, PLACES[0, x], PLACES[1, y], TURNS[angle])


def _drawn() -> np.ndarray:
    """The classes (COUNT,7) int16 of the set: the first draws whose parts do not touch."""
    rng = np.random.default_rng(0)
    draws = np.stack([rng.integers(0, size, 5 * COUNT // 4) for size in SIZES], axis=1)
    free = draws[~scene.collides(poses(draws))]
    return free[:COUNT].astype(np.int16)
