"""3D-Shapes re-rendered: one of four solids in a room, lit from the left, seen from an orbit.

The hues enter an image linearly: a pixel is w_floor·C_floor + w_wall·C_wall + w_object·C_object
+ w_sky·C_sky, with shading and shadow inside the weights w. So each of the 480 geometries
(scale, shape, orientation) is ray-cast once into weights, the weights become three tables of
uint8 images, one for each coloured thing and its ten hues, and any of the 480,000 images is the
sum of three table rows. Geometries are cast when an image first asks for them.

Layout and lighting imitate the original's images (Burgess & Kim, 3D Shapes Dataset, 2018).
"""

import colorsys
import math

import numpy as np

from latent_assays.datasets.grid import classes_of
from latent_assays.datasets.rendered import rays
from latent_assays.datasets.rendered.resolutions import check_resolution
from latent_assays.datasets.specs import SPECS

__all__ = ["SIZES", "Room", "geometry_weights", "open_source"]

SIZES = SPECS["shapes3d"].factor_sizes

HUES = np.array([colorsys.hsv_to_rgb(hue, 1, 1) for hue in np.linspace(0, 0.9, 10)], np.float32)
SKY = np.array((153, 226, 249), np.float32) / 255
SCALES = np.linspace(0.75, 1.25, 8)
ORIENTATIONS = np.radians(np.linspace(-30, 30, 15))

SAMPLES = 3
CAMERA_DISTANCE, CAMERA_HEIGHT, VIEW, DROP = 3.0, 0.9, 50.0, 0.014
HALF_WIDTH, WALL_HEIGHT = 4.1, 2.5
LIGHTS = np.array(
    [(-1.0 + dx, -0.75 + dy, 1.9) for dx in (-0.12, 0.12) for dy in (-0.12, 0.12)], np.float32
)
LIGHTS /= np.linalg.norm(LIGHTS, axis=1, keepdims=True)
LIGHT = LIGHTS.mean(axis=0) / np.linalg.norm(LIGHTS.mean(axis=0))
SHADOW = 0.68
TEXTURE = np.random.default_rng(0).random((64, 64), np.float32)

# Images are added up in blocks that stay in the processor's cache.
BLOCK_BYTES = 1 << 20


def open_source(resolution: int, files: dict) -> "Room":
    """3D-Shapes at `resolution` (16, 32, ..., 128) pixels; `files` is empty.

    Raises:
        UserError: another resolution.
    """
    check_resolution("shapes3d", resolution)
    return Room(resolution)


class Room:
    """The 480,000 images in the original's row order."""

    source = "re-rendered stand-in for 3D-Shapes (not the original images)"

    def __init__(self, resolution: int):
        self.resolution = resolution
        geometries = math.prod(SIZES[3:])
        shape = (3, len(HUES), geometries, resolution * resolution * 3)
        self._tables = np.empty(shape, np.uint8)
        self._is_cast = np.zeros(geometries, bool)

    def __len__(self) -> int:
        return math.prod(SIZES)

    def factors(self, rows: np.ndarray) -> np.ndarray:
        """Classes (B,6) int16 of the rows (B,)."""
        return classes_of(rows, SIZES)

    def images(self, rows: np.ndarray) -> np.ndarray:
        """Images (B,H,W,3) uint8 of the rows (B,), in any order."""
        *hues, geometry = np.unravel_index(rows, (*SIZES[:3], len(self._is_cast)))
        self._cast(np.unique(geometry[~self._is_cast[geometry]]))
        tables = self._tables.reshape(3, -1, self._tables.shape[-1])
        picks = [hue * len(self._is_cast) + geometry for hue in hues]
        images = np.empty((len(rows), self._tables.shape[-1]), np.uint8)
        block = max(1, BLOCK_BYTES // images.shape[1])
        buffer = np.empty((block, images.shape[1]), np.uint8)
        for start in range(0, len(rows), block):
            part = slice(start, start + block)
            out, addend = images[part], buffer[: len(images[part])]
            tables[0].take(picks[0][part], axis=0, out=out, mode="clip")
            for table, pick in zip(tables[1:], picks[1:], strict=True):
                table.take(pick[part], axis=0, out=addend, mode="clip")
                np.add(out, addend, out=out)
        return images.reshape(-1, self.resolution, self.resolution, 3)

    def _cast(self, geometries: np.ndarray) -> None:
        """Fill the tables of the given geometries."""
        for geometry in geometries:
            weights = geometry_weights(geometry, self.resolution)
            floor, wall, thing, sky = weights[:, None, :, None]
            hues = HUES[:, None]
            self._tables[0, :, geometry] = _bytes(floor * hues)
            self._tables[1, :, geometry] = _bytes(wall * hues)
            self._tables[2, :, geometry] = _bytes(thing * hues + sky * SKY)
            self._is_cast[geometry] = True


def geometry_weights(geometry: int, resolution: int) -> np.ndarray:
    """Weights (4,H*W) float32 of floor, wall, object and sky for one of the 480 geometries."""
    scale, shape, orientation = np.unravel_index(geometry, SIZES[3:])
    angle = ORIENTATIONS[orientation]
    position = np.array(
        (CAMERA_DISTANCE * np.sin(angle), -CAMERA_DISTANCE * np.cos(angle), CAMERA_HEIGHT),
        np.float32,
    )
    directions = rays.camera(position, (0, 0, CAMERA_HEIGHT), VIEW, resolution, SAMPLES, drop=DROP)
    weights = np.zeros((4, len(directions)), np.float32)
    _room(position, directions, weights, shape, SCALES[scale])
    seen, distance, normals = _solid(position, directions, shape, SCALES[scale])
    seen, normals = seen[np.isfinite(distance)], normals[np.isfinite(distance)]
    weights[:, seen] = 0
    weights[2, seen] = np.clip(
        0.38
        + 0.40 * np.maximum(normals @ LIGHT, 0)
        + 0.38 * np.maximum(-rays.dot(normals, directions[seen]), 0)
        + 0.12 * np.maximum(normals[:, 2], 0),
        0,
        1,
    )
    points = SAMPLES * SAMPLES
    return weights.reshape(4, -1, points) @ np.full(points, 1 / points, np.float32)


def _room(position, directions, weights, shape: int, scale: float) -> None:
    """Write the weights of floor, walls and sky, with the solid's shadow on the floor."""
    with np.errstate(divide="ignore"):
        to_floor = np.where(directions[:, 2] < 0, -position[2] / directions[:, 2], np.inf)
        edges = np.copysign(np.float32(HALF_WIDTH), directions[:, :2])
        to_side, to_far = ((edges - position[:2]) / directions[:, :2]).T
    to_wall = np.minimum(to_side, to_far)
    floor = np.flatnonzero(to_floor < to_wall)
    points = position + to_floor[floor, None] * directions[floor]
    shade = 1 - 0.2 * np.clip(np.linalg.norm(points - position, axis=1) / 7, 0, 1)
    weights[0, floor] = shade * _grain(points[:, 0], points[:, 1], 0.055)
    for light in LIGHTS:
        ways = np.broadcast_to(light, points.shape)
        reached, distance, _ = _solid(points, ways, shape, scale)
        dark = floor[reached[np.isfinite(distance)]]
        weights[0, dark] -= SHADOW / len(LIGHTS) * shade[reached[np.isfinite(distance)]]
    points = position + to_wall[:, None] * directions
    wall = np.flatnonzero((to_wall <= to_floor) & (points[:, 2] < WALL_HEIGHT))
    side = np.where(directions[wall, 0] > 0, 0.70, 0.62)
    far = to_far[wall] < to_side[wall]
    along = np.where(far, points[wall, 0], points[wall, 1])
    weights[1, wall] = np.where(far, 1, side) * _grain(along, points[wall, 2] * 2, 0.06)
    weights[3, (to_wall <= to_floor) & (points[:, 2] >= WALL_HEIGHT)] = 1


def _solid(origins, directions, shape: int, scale: float):
    """The rays (M,) that may hit the solid, their distances (M,) and normals (M,3)."""
    radius, height = [(0.425, 0.85), (0.44, 1.0), (0.52, 1.04), (0.385, 1.62)][shape]
    radius, height = radius * scale, height * scale
    reach = 1.01 * math.hypot(radius * (math.sqrt(2) if shape == 0 else 1), height / 2)
    rows = rays.near(origins, directions, (0, 0, height / 2), reach)
    origins = origins[rows] if origins.ndim == 2 else np.broadcast_to(origins, (len(rows), 3))
    directions = directions[rows]
    if shape == 0:
        low, high = (-radius, -radius, 0), (radius, radius, height)
        return rows, *rays.box(origins, directions, low, high)
    if shape == 1:
        return rows, *rays.cylinder(origins, directions, radius, height)
    if shape == 2:
        return rows, *rays.sphere(origins, directions, (0, 0, radius), radius)
    start, end = (0, 0, radius), (0, 0, height - radius)
    return rows, *rays.capsule(origins, directions, start, end, radius)


def _grain(across: np.ndarray, along: np.ndarray, depth: float) -> np.ndarray:
    """A faint blocky texture that is fixed to the room: 1 - depth to 1."""
    cells = np.floor(np.stack([across, along]) * 2.5).astype(np.intp) % len(TEXTURE)
    return 1 - depth * TEXTURE[cells[0], cells[1]]


def _bytes(values: np.ndarray) -> np.ndarray:
    """Values in [0,1] as uint8 (hues, H*W*3), rounded so that three never add up past 255.

    Three numbers that sum to 255 at most, each 0.33 larger and cut, sum below 256.
    """
    return (255 * values + 0.33).astype(np.uint8).reshape(len(values), -1)
