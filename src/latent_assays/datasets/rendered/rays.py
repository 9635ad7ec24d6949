"""Ray casting in numpy: a pinhole camera, and solids that rays hit.

Rays are unit `directions` (N,3) from `origins` (N,3) or one origin (3,); z points up. A solid's
function returns the distance (N,) to its first hit, infinite where the ray misses, and the unit
outward normal (N,3) there, which means nothing where the ray misses. Origins lie outside solids.
"""

import numpy as np

__all__ = ["box", "camera", "capsule", "convex", "cylinder", "dot", "near", "project", "sphere"]


def camera(
    position: np.ndarray,
    target: np.ndarray,
    view: float,
    resolution: int,
    samples: int,
    drop: float = 0.0,
) -> np.ndarray:
    """Directions through `samples` x `samples` points of every pixel of a square image.

    Args:
        position: the pinhole (3,).
        target: the point (3,) that it looks at.
        view: full angle of view in degrees.
        resolution: pixels a side.
        samples: points a pixel's side.
        drop: how far below the image's centre `target` appears, as a share of the image's height.

    Returns:
        (H*W*samples², 3) float32, the points of a pixel next to each other.
    """
    ahead, right, up = _frame(position, target)
    steps = (np.arange(resolution * samples) + 0.5) / (resolution * samples)
    reach = 2 * np.tan(np.radians(view / 2))
    across = (reach * (steps - 0.5)).reshape(1, resolution, 1, samples)
    upward = (reach * (0.5 + drop - steps)).reshape(resolution, 1, samples, 1)
    directions = ahead + across[..., None] * right + upward[..., None] * up
    directions /= np.linalg.norm(directions, axis=-1, keepdims=True)
    return directions.reshape(-1, 3).astype(np.float32)


def project(
    point: np.ndarray, position: np.ndarray, target: np.ndarray, view: float, resolution: int
) -> tuple[float, float]:
    """Row and column, in pixels from the image's upper left corner, where `camera` sees `point`."""
    depth, across, upward = _frame(position, target) @ np.subtract(point, position)
    scale = resolution / (2 * np.tan(np.radians(view / 2)))
    return resolution / 2 - scale * upward / depth, resolution / 2 + scale * across / depth


def dot(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Inner products (N,) of vectors (N,3) with vectors (N,3)."""
    return np.einsum("...i,...i->...", first, second)


def near(
    origins: np.ndarray, directions: np.ndarray, centre: np.ndarray, radius: float
) -> np.ndarray:
    """Indices (M,) of the rays whose line passes within `radius` of `centre`."""
    offset = np.asarray(centre, np.float32) - origins
    along = dot(offset, directions)
    return np.flatnonzero(dot(offset, offset) - along * along <= radius * radius)


def sphere(origins, directions, centre, radius: float) -> tuple[np.ndarray, np.ndarray]:
    """A ball of `radius` about `centre` (3,)."""
    offset = origins - np.asarray(centre, np.float32)
    along = dot(offset, directions)
    square = along * along - dot(offset, offset) + radius * radius
    distance = np.where(square >= 0, -along - np.sqrt(np.maximum(square, 0)), np.inf)
    distance = np.where(distance > 0, distance, np.inf)
    return distance, (offset + _finite(distance) * directions) / radius


def capsule(origins, directions, start, end, radius: float) -> tuple[np.ndarray, np.ndarray]:
    """All points within `radius` of the segment from `start` (3,) to `end` (3,)."""
    axis = np.subtract(end, start).astype(np.float32)
    length = np.linalg.norm(axis)
    axis = axis / length
    offset = origins - np.asarray(start, np.float32)
    along, rise = directions @ axis, offset @ axis
    flat, base = directions - along[..., None] * axis, offset - rise[..., None] * axis
    distance = _tube(flat, base, radius)[0]
    height = rise + _finite(distance)[..., 0] * along
    distance = np.where((height >= 0) & (height <= length) & (distance > 0), distance, np.inf)
    for end_point in (start, end):
        distance = np.minimum(distance, sphere(origins, directions, end_point, radius)[0])
    point = offset + _finite(distance) * directions
    nearest = np.clip(point @ axis, 0, length)[..., None] * axis
    return distance, (point - nearest) / radius


def cylinder(origins, directions, radius: float, height: float) -> tuple[np.ndarray, np.ndarray]:
    """An upright cylinder that stands on the origin."""
    flat, base = directions * (1, 1, 0), origins * (1, 1, 0)
    into_tube, out_of_tube = _tube(flat.astype(np.float32), base.astype(np.float32), radius)
    with np.errstate(divide="ignore"):
        bottom, top = (
            (level - origins[..., 2]) / directions[..., 2] for level in (np.float32(0), height)
        )
    into_slab, out_of_slab = np.minimum(bottom, top), np.maximum(bottom, top)
    entry = np.maximum(into_tube, into_slab)
    hit = (entry <= np.minimum(out_of_tube, out_of_slab)) & (entry > 0)
    distance = np.where(hit, entry, np.inf)
    side = (origins + _finite(distance) * directions) * (1, 1, 0) / radius
    cap = np.zeros_like(side)
    cap[..., 2] = -np.sign(directions[..., 2])
    return distance, np.where((into_tube > into_slab)[..., None], side, cap).astype(np.float32)


def convex(
    origins, directions, normals: np.ndarray, offsets: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The points x with normals @ x <= offsets, for unit `normals` (P,3) and `offsets` (P,)."""
    normals = np.asarray(normals, np.float32)
    speed = normals @ directions.T
    gap = np.asarray(offsets, np.float32)[:, None] - normals @ np.atleast_2d(origins).T
    with np.errstate(divide="ignore", invalid="ignore"):
        crossing = gap / speed
    enters = np.where(speed < 0, crossing, -np.inf)
    entry, face = enters.max(axis=0), enters.argmax(axis=0)
    leave = np.where(speed > 0, crossing, np.inf).min(axis=0)
    beside = ((speed == 0) & (gap < 0)).any(axis=0)
    hit = (entry <= leave) & (entry > 0) & ~beside
    return np.where(hit, entry, np.inf), normals[face]


def box(origins, directions, low, high) -> tuple[np.ndarray, np.ndarray]:
    """The box between the corners `low` (3,) and `high` (3,), sides along the axes."""
    return convex(
        origins, directions, np.vstack([np.eye(3), -np.eye(3)]), np.hstack([high, np.negative(low)])
    )


def _frame(position, target) -> np.ndarray:
    """Unit vectors (3,3) ahead, to the right and up of a camera that stands upright."""
    ahead = np.subtract(target, position) / np.linalg.norm(np.subtract(target, position))
    right = np.cross(ahead, (0.0, 0.0, 1.0))
    right /= np.linalg.norm(right)
    return np.stack([ahead, right, np.cross(right, ahead)])


def _tube(flat, base, radius: float) -> tuple[np.ndarray, np.ndarray]:
    """Entry and exit (N,) of an endless tube, from the rays' parts across its axis."""
    square = np.maximum(dot(flat, flat), 1e-12)
    half = dot(flat, base)
    rest = half * half - square * (dot(base, base) - radius * radius)
    root = np.sqrt(np.maximum(rest, 0))
    entry = np.where(rest >= 0, (-half - root) / square, np.inf)
    leave = np.where(rest >= 0, (-half + root) / square, -np.inf)
    return entry, leave


def _finite(distance: np.ndarray) -> np.ndarray:
    """Distances (N,1) float32 with 0 for the infinite ones, to be multiplied."""
    return np.where(np.isfinite(distance), distance, 0).astype(np.float32)[..., None]
