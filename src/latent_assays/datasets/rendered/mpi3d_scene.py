"""The robot arm of MPI3D: where its parts are, and what a camera sees of them.

A post on a ball carries a rod that swings sideways and upwards, and an object at the rod's tip,
above a dark platform with a coloured ring. A scene is seen in three parts that are laid over each
other: what never moves, the rod and the object. Rod and object are cast in a window of the image.
"""

from typing import NamedTuple

import numpy as np

from latent_assays.datasets.rendered import rays
from latent_assays.datasets.rendered.mpi3d_looks import Look

__all__ = [
    "CAMERAS",
    "SAMPLES",
    "Camera",
    "Crop",
    "cast_object",
    "cast_rod",
    "cast_static",
    "place",
]

CAMERAS = ((0, -3.6, 6.6), (0, -4.9, 5.4), (0, -6.4, 3.4))
TARGET, VIEW, SAMPLES = (0, 0.2, 0.88), 37.5, 3
SWINGS = np.radians(np.linspace(180, 0, 40))
LIFTS = np.radians(np.linspace(-8, 82, 40))
POST_HEIGHT, POST_RADIUS, BALL_RADIUS = 0.95, 0.13, 0.3
ROD_LENGTH, ROD_RADIUS = 1.25, 0.055
HALF_SIZES = (0.22, 0.35)
RING = (1.75, 1.98)
RING_GAP = np.radians(48)
PLATFORM = 2.9
ARM = 0.8
LIGHT = np.array((-0.45, -0.5, 0.75), np.float32)
LIGHT /= np.linalg.norm(LIGHT)
SPHERE = 5
GRAIN = np.random.default_rng(0).random((97, 97), np.float32)


class Camera(NamedTuple):
    """One of the three heights.

    Attributes:
        position: the pinhole (3,).
        directions: (H,W,samples²,3) through every pixel.
        depth: distance (H,W,samples²) to the parts that never move.
    """

    position: np.ndarray
    directions: np.ndarray
    depth: np.ndarray


class Crop(NamedTuple):
    """What covers a window of an image, as shares of pixels (S,S) uint8, 255 for all.

    Attributes:
        top, left: the window's first row and column.
        cover: how much of a pixel is covered.
        shade: how much of the covering thing's colour that adds.
        shine: how much white that adds; shade + shine <= cover.
    """

    top: int
    left: int
    cover: np.ndarray
    shade: np.ndarray
    shine: np.ndarray


def cast_static(height: int, resolution: int, look: Look) -> tuple[Camera, np.ndarray]:
    """What never moves, from one of the three camera heights.

    Returns:
        the camera, and images (3,H,W,3) float32 from 0 to 255, one for each ring colour.
    """
    position = np.array(CAMERAS[height], np.float32)
    directions = rays.camera(position, TARGET, VIEW, resolution, SAMPLES)
    parts = [
        rays.sphere(position, directions, (0, 0, 0.12), BALL_RADIUS),
        rays.capsule(position, directions, (0, 0, 0), (0, 0, POST_HEIGHT), POST_RADIUS),
    ]
    distance, normals = _nearest(parts)
    colours = np.repeat(_ground(position, directions, look)[None], 3, axis=0)
    with np.errstate(divide="ignore"):
        floor = np.where(directions[:, 2] < 0, -position[2] / directions[:, 2], np.inf)
    on_ring = _on_ring(position + np.minimum(floor, 100)[:, None] * directions)
    glow = colours[0, on_ring].mean(axis=1) / np.mean(look.ground)
    for image, ring in zip(colours, np.asarray(look.rings, np.float32), strict=True):
        image[on_ring] = np.minimum(glow, 1)[:, None] * ring
    seen = np.isfinite(distance)
    shade, shine = _light(normals[seen], directions[seen], look)
    colours[:, seen] = 255 * (ARM * shade + shine)[:, None]
    points = SAMPLES * SAMPLES
    images = colours.reshape(3, resolution, resolution, points, 3).mean(axis=3)
    if look.blur:
        images = np.moveaxis(blurred(np.moveaxis(images, -1, 0)), 0, -1)
    depth = np.minimum(distance, floor).reshape(resolution, resolution, points)
    return Camera(position, directions.reshape(resolution, resolution, points, 3), depth), images


def cast_rod(camera: Camera, swing: int, lift: int, side: int, look: Look) -> Crop:
    """The rod, in a window of `side` pixels."""
    joint, tip, _ = place(swing, lift)
    window = _window(camera, (joint + tip) / 2, side)
    directions = camera.directions[window].reshape(-1, 3)
    rows = rays.near(camera.position, directions, (joint + tip) / 2, ROD_LENGTH / 2 + ROD_RADIUS)
    hit = rays.capsule(camera.position, directions[rows], joint, tip, ROD_RADIUS)
    return _crop(camera, window, rows, *hit, look)


def cast_object(
    camera: Camera, shape: int, size: int, swing: int, lift: int, side: int, look: Look
) -> Crop:
    """The object where neither rod nor post hides it, in a window of `side` pixels."""
    joint, tip, frame = place(swing, lift)
    half = HALF_SIZES[size]
    centre = tip + 0.8 * half * frame[2]
    window = _window(camera, centre, side)
    directions = camera.directions[window].reshape(-1, 3)
    rows = rays.near(camera.position, directions, centre, half * 1.75)
    if shape == SPHERE:
        distance, normals = rays.sphere(camera.position, directions[rows], centre, 1.1 * half)
    else:
        planes, offsets = SOLIDS[shape]
        planes = planes @ frame
        offsets = half * offsets + planes @ centre
        distance, normals = rays.convex(camera.position, directions[rows], planes, offsets)
    rod, _ = rays.capsule(camera.position, directions[rows], joint, tip, ROD_RADIUS)
    return _crop(camera, window, rows, np.where(distance < rod, distance, np.inf), normals, look)


def place(swing: int, lift: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The rod's joint (3,) and tip (3,), and the object's axes (3,3), the last along the rod."""
    sideways, up = SWINGS[swing], LIFTS[lift]
    level = np.array((np.cos(sideways), np.sin(sideways), 0))
    along = np.cos(up) * level + np.sin(up) * np.array((0, 0, 1))
    across = np.array((-level[1], level[0], 0))
    joint = np.array((0, 0, POST_HEIGHT))
    return joint, joint + ROD_LENGTH * along, np.stack([across, np.cross(along, across), along])


def _prism(sides: int, taper: bool, width: float) -> tuple[np.ndarray, np.ndarray]:
    """Planes of an upright prism of half-height 1, or of a pyramid on such a base."""
    around = 2 * np.pi * (np.arange(sides) + 0.5) / sides
    inner = width * np.cos(np.pi / sides)
    walls = np.stack([np.cos(around), np.sin(around), np.full(sides, 0.5 * inner * taper)], axis=1)
    reach = np.full(sides, inner * (0.5 if taper else 1))
    length = np.linalg.norm(walls, axis=1)
    ends = np.array([(0, 0, -1)] if taper else [(0, 0, -1), (0, 0, 1)], float)
    return np.vstack([walls / length[:, None], ends]), np.hstack(
        [reach / length, np.ones(len(ends))]
    )


SOLIDS = (
    _prism(24, True, 1.05),
    _prism(4, False, np.sqrt(2)),
    _prism(24, False, 0.95),
    _prism(6, False, 1.1),
    _prism(4, True, 1.4),
)


def _ground(position, directions, look: Look) -> np.ndarray:
    """Colours (N,3) of platform and background."""
    with np.errstate(divide="ignore"):
        floor = np.where(directions[:, 2] < 0, -position[2] / directions[:, 2], 100)
    points = position + np.minimum(floor, 100)[:, None] * directions
    radius = np.hypot(points[:, 0], points[:, 1])
    cells = np.floor(points[:, :2].T * 20).astype(np.intp) % len(GRAIN)
    shade = 1 - look.pool * np.clip(radius / PLATFORM, 0, 1) ** 2
    shade = shade * (1 - look.grain * GRAIN[cells[0], cells[1]])
    ground = shade[:, None] * np.asarray(look.ground, np.float32)
    return np.where((radius < PLATFORM)[:, None], ground, np.asarray(look.far, np.float32))


def _on_ring(points: np.ndarray) -> np.ndarray:
    """Whether points (N,3) of the ground lie on the ring, which is open towards the camera."""
    radius = np.hypot(points[:, 0], points[:, 1])
    open_side = np.abs(np.arctan2(points[:, 0], -points[:, 1])) < RING_GAP
    return (radius > RING[0]) & (radius < RING[1]) & ~open_side


def _nearest(parts: list[tuple[np.ndarray, np.ndarray]]) -> tuple[np.ndarray, np.ndarray]:
    """Distance (N,) and normal (N,3) of whichever part is hit first."""
    distances = np.stack([distance for distance, _ in parts])
    first = distances.argmin(axis=0)
    every = np.arange(distances.shape[1])
    return distances[first, every], np.stack([normals for _, normals in parts])[first, every]


def _light(normals, directions, look: Look) -> tuple[np.ndarray, np.ndarray]:
    """Shade and shine (N,), together at most 1, of surfaces seen along `directions`."""
    shade = (
        look.ambient
        + look.diffuse * np.maximum(normals @ LIGHT, 0)
        + look.facing * np.maximum(-rays.dot(normals, directions), 0)
    )
    halfway = LIGHT - directions
    halfway /= np.linalg.norm(halfway, axis=1, keepdims=True)
    shine = look.gloss * np.maximum(rays.dot(normals, halfway), 0) ** 30
    shade = np.minimum(shade, 1)
    return shade * (1 - shine), shine


def _window(camera: Camera, centre, side: int) -> tuple[slice, slice]:
    """Rows and columns of the window of `side` pixels about a point."""
    resolution = len(camera.directions)
    middle = rays.project(centre, camera.position, TARGET, VIEW, resolution)
    top, left = (int(np.clip(round(m - side / 2), 0, resolution - side)) for m in middle)
    return slice(top, top + side), slice(left, left + side)


def _crop(camera: Camera, window, rows, distance, normals, look: Look) -> Crop:
    """The crop of what the window's rays `rows` hit, unless what never moves is nearer."""
    depth = camera.depth[window]
    seen = distance < depth.reshape(-1)[rows]
    rows, normals = rows[seen], normals[seen]
    layers = np.zeros((3, depth.size), np.float32)
    layers[0, rows] = 1
    layers[1:, rows] = _light(normals, camera.directions[window].reshape(-1, 3)[rows], look)
    layers = layers.reshape(3, *depth.shape).mean(axis=-1)
    if look.blur:
        layers = blurred(layers)
    cover, shade, shine = np.floor(255 * layers + 1e-3).astype(np.uint8)
    return Crop(window[0].start, window[1].start, cover, shade, shine)


def blurred(images: np.ndarray) -> np.ndarray:
    """Images (...,H,W), each pixel mixed with its neighbours by the weights 1/6, 2/3, 1/6."""
    for axis in (-2, -1):
        pad = [(0, 0)] * images.ndim
        pad[axis] = (1, 1)
        wide = np.moveaxis(np.pad(images, pad, mode="edge"), axis, 0)
        images = np.moveaxis((wide[:-2] + 4 * wide[1:-1] + wide[2:]) / 6, 0, axis)
    return images
