"""The robot finger of RFD: where its links are, and what a camera sees of it and a cube.

A finger of three links hangs from above over a round table with a coloured cube. Each point of the
table that the camera sees is shaded by the finger and the cube.
"""

from typing import NamedTuple

import numpy as np

from latent_assays.datasets.rendered import rays

__all__ = ["CUBE", "Pose", "View", "collides", "links", "render", "view"]

POSITION, TARGET, ANGLE = np.array((0, -1.5, 1.35), np.float32), (0, 0.05, 0.3), 42
BASE = np.array((0, 0.25, 0.95))
LENGTHS = (0.22, 0.36, 0.36)
RADII = (0.085, 0.055, 0.038)
GREYS = (0.82, 0.22, 0.78)
TIP_RADIUS, TIP_GREY = 0.042, 0.08
CUBE = 0.115
TABLE, EDGE = 0.79, 0.82
LIGHTS = np.array([(-0.35 + x, -0.3 + y, 1.0) for x in (-0.045, 0.045) for y in (-0.045, 0.045)])
LIGHTS = (LIGHTS / np.linalg.norm(LIGHTS, axis=1, keepdims=True)).astype(np.float32)
LIGHT = LIGHTS.mean(axis=0) / np.linalg.norm(LIGHTS.mean(axis=0))
SHADOW = 0.55


class Pose(NamedTuple):
    """Three joint angles, the cube's place on the table and its turn; angles in radians."""

    swing: float
    hip: float
    knee: float
    x: float
    y: float
    turn: float


class View(NamedTuple):
    """What does not depend on the pose.

    Attributes:
        directions: rays (H*W,samples²,3) through every pixel.
        still: the empty table (H*W,3), from 0 to 1.
        floor: pixels (M,) whose centre shows the table.
        points: the table's points (M,3) there.
    """

    directions: np.ndarray
    still: np.ndarray
    floor: np.ndarray
    points: np.ndarray


def links(poses: Pose) -> np.ndarray:
    """Joints and tip (...,4,3) of the finger for poses of numbers or of arrays (...)."""
    swing, hip, knee = (np.asarray(angle, float)[..., None] for angle in poses[:3])
    down = np.concatenate([np.sin(swing), np.zeros_like(swing), -np.cos(swing)], axis=-1)
    forward = np.array((0, -1, 0))
    first = BASE + LENGTHS[0] * down
    second = first + LENGTHS[1] * (np.cos(hip) * down + np.sin(hip) * forward)
    bend = hip + knee
    tip = second + LENGTHS[2] * (np.cos(bend) * down + np.sin(bend) * forward)
    return np.stack([np.broadcast_to(BASE, first.shape), first, second, tip], axis=-2)


def collides(poses: Pose) -> np.ndarray:
    """Whether the finger of each pose (N,) runs into the cube or the table."""
    joints = links(poses)
    steps = np.linspace(0, 1, 19)[:, None]
    points = [joints[:, n, None] * (1 - steps) + joints[:, n + 1, None] * steps for n in range(3)]
    radii = np.repeat(RADII, len(steps))
    points = np.concatenate(points, axis=1)
    offset = points[..., :2] - np.stack([poses.x, poses.y], axis=-1)[:, None]
    cos, sin = np.cos(poses.turn)[:, None], np.sin(poses.turn)[:, None]
    across = np.abs(cos * offset[..., 0] + sin * offset[..., 1]) - CUBE
    along = np.abs(cos * offset[..., 1] - sin * offset[..., 0]) - CUBE
    above = points[..., 2] - 2 * CUBE
    gap = np.linalg.norm(np.maximum([across, along, above], 0), axis=0)
    return ((gap < radii) | (points[..., 2] < radii)).any(axis=1)


def view(resolution: int, samples: int) -> View:
    """The camera's view of the empty table, at `samples` x `samples` rays a pixel."""
    directions = rays.camera(POSITION, TARGET, ANGLE, resolution, samples)
    still = _table(directions).reshape(resolution * resolution, -1, 3).mean(axis=1)
    centres = rays.camera(POSITION, TARGET, ANGLE, resolution, 1)
    floor = np.flatnonzero(centres[:, 2] < -1e-3)
    points = POSITION - (POSITION[2] / centres[floor, 2])[:, None] * centres[floor]
    near_table = np.hypot(points[:, 0], points[:, 1]) < EDGE
    shape = (resolution * resolution, samples * samples, 3)
    return View(directions.reshape(shape), still, floor[near_table], points[near_table])


def render(pose: Pose, colour: np.ndarray, view: View) -> np.ndarray:
    """An image (H*W,3) uint8 of the finger and a cube of `colour` (3,), from 0 to 1."""
    parts = _parts(pose, np.asarray(colour, np.float32))
    pixels = view.still.copy()
    pixels[view.floor] *= (1 - SHADOW * _shadow(view.points, parts))[:, None]
    directions = view.directions.reshape(-1, 3)
    depth = np.full(len(directions), np.inf, np.float32)
    colours = np.zeros((len(directions), 3), np.float32)
    for part in parts:
        rows, distance, normals = _hits(POSITION, directions, part)
        nearer = distance < depth[rows]
        rows, normals = rows[nearer], normals[nearer]
        depth[rows] = distance[nearer]
        colours[rows] = _lit(normals, directions[rows], part)
    shape = view.directions.shape[:2]
    cover = np.isfinite(depth).reshape(shape).mean(axis=1)[:, None]
    pixels = pixels * (1 - cover) + colours.reshape(*shape, 3).mean(axis=1)
    return np.rint(255 * np.clip(pixels, 0, 1)).astype(np.uint8)


class _Part(NamedTuple):
    """A solid with its colour, strength of shine, and a ball (centre, radius) that holds it."""

    cast: object
    colour: np.ndarray
    shine: float
    centre: np.ndarray
    reach: float


def _parts(pose: Pose, colour: np.ndarray) -> list[_Part]:
    """The cube, the three links and the tip."""
    middle = np.array((pose.x, pose.y, CUBE))
    cos, sin = np.cos(pose.turn), np.sin(pose.turn)
    axes = np.array([(cos, sin, 0), (-sin, cos, 0), (0, 0, 1)])
    planes = np.vstack([axes, -axes])
    offsets = CUBE + planes @ middle
    parts = [
        _Part(lambda o, d: rays.convex(o, d, planes, offsets), colour, 0.05, middle, 1.8 * CUBE)
    ]
    joints = links(pose)
    for start, end, radius, grey in zip(joints, joints[1:], RADII, GREYS, strict=False):
        parts.append(_capsule(start, end, radius, grey))
    ahead = (joints[3] - joints[2]) / LENGTHS[2]
    parts.append(_capsule(joints[3] - 0.05 * ahead, joints[3], TIP_RADIUS, TIP_GREY))
    return parts


def _capsule(start, end, radius: float, grey: float) -> _Part:
    """A grey capsule."""
    reach = radius + np.linalg.norm(end - start) / 2
    colour = np.full(3, grey, np.float32)
    return _Part(
        lambda o, d: rays.capsule(o, d, start, end, radius), colour, 0.3, (start + end) / 2, reach
    )


def _hits(origins, directions, part: _Part) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The rays (M,) that hit the part, with distances (M,) and normals (M,3)."""
    rows = rays.near(origins, directions, part.centre, part.reach)
    starts = origins[rows] if origins.ndim == 2 else origins
    distance, normals = part.cast(starts, directions[rows])
    hit = np.isfinite(distance)
    return rows[hit], distance[hit], normals[hit]


def _lit(normals, directions, part: _Part) -> np.ndarray:
    """Colours (M,3) of a part's lit surface."""
    shade = 0.42 + 0.45 * np.maximum(normals @ LIGHT, 0) - 0.2 * rays.dot(normals, directions)
    halfway = LIGHT - directions
    halfway /= np.linalg.norm(halfway, axis=1, keepdims=True)
    shine = part.shine * np.maximum(rays.dot(normals, halfway), 0) ** 25
    return np.minimum(shade[:, None] * part.colour + shine[:, None], 1)


def _shadow(points: np.ndarray, parts: list[_Part]) -> np.ndarray:
    """The share (M,) of the light that the parts keep from points (M,3) of the table."""
    dark = np.zeros((len(LIGHTS), len(points)), bool)
    for shaded, light in zip(dark, LIGHTS, strict=True):
        ways = np.broadcast_to(light, points.shape)
        for part in parts:
            shaded[_hits(points, ways, part)[0]] = True
    return dark.mean(axis=0)


def _table(directions: np.ndarray) -> np.ndarray:
    """Colours (N,3) of the table, its edge and the room behind."""
    with np.errstate(divide="ignore"):
        floor = np.where(directions[:, 2] < 0, -POSITION[2] / directions[:, 2], np.inf)
    points = POSITION + np.minimum(floor, 100)[:, None] * directions
    radius = np.hypot(points[:, 0], points[:, 1])
    glow = 1 - 0.35 * np.clip(np.hypot(points[:, 0] + 0.2, points[:, 1] + 0.1), 0, 1) ** 2
    table = glow[:, None] * np.array((0.70, 0.68, 0.63), np.float32)
    rim = np.broadcast_to(np.array((0.42, 0.42, 0.43), np.float32), table.shape)
    room = np.where(radius < 1.35, 0.30, 0.17)[:, None] * np.array((1, 1, 1.06), np.float32)
    inside = np.where((radius < TABLE)[:, None], table, rim)
    return np.where((radius < EDGE)[:, None], inside, room)
