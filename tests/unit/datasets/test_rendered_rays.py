import numpy as np
import pytest

from latent_assays.datasets.rendered import rays


def solids():
    """Each solid with its signed distance from outside, negative within (None: not needed)."""
    cube = np.array([0.3, 0.4, 0.5])
    start, end = np.array([-0.3, 0.1, 0.2]), np.array([0.4, 0.3, 0.6])

    def capsule_gap(p):
        share = np.clip((p - start) @ (end - start) / ((end - start) @ (end - start)), 0, 1)
        return np.linalg.norm(p - start - share[:, None] * (end - start), axis=1) - 0.25

    return {
        "sphere": (
            lambda o, d: rays.sphere(o, d, (0.1, 0.2, 0.3), 0.5),
            lambda p: np.linalg.norm(p - (0.1, 0.2, 0.3), axis=1) - 0.5,
        ),
        "box": (
            lambda o, d: rays.box(o, d, -cube, cube),
            lambda p: (np.abs(p) - cube).max(axis=1),
        ),
        "cylinder": (
            lambda o, d: rays.cylinder(o, d, 0.4, 0.9),
            lambda p: np.maximum(np.hypot(p[:, 0], p[:, 1]) - 0.4, np.abs(p[:, 2] - 0.45) - 0.45),
        ),
        "capsule": (lambda o, d: rays.capsule(o, d, start, end, 0.25), capsule_gap),
    }


@pytest.fixture(scope="module")
def random_rays():
    rng = np.random.default_rng(0)
    origins = rng.normal(size=(4000, 3))
    origins *= 3 / np.linalg.norm(origins, axis=1, keepdims=True)
    directions = rng.normal(scale=0.5, size=(4000, 3)) - origins
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    return origins.astype(np.float32), directions.astype(np.float32)


@pytest.mark.parametrize("name", ["sphere", "box", "cylinder", "capsule"])
def test_first_hits_agree_with_marching(random_rays, name):
    cast, gap = solids()[name]
    origins, directions = random_rays
    distance, normals = cast(origins, directions)
    hit = np.isfinite(distance)
    assert 0.1 < hit.mean() < 0.9
    steps = np.linspace(0, 6, 1201)[:, None, None]
    inside = np.stack([gap(origins + step * directions) < -0.005 for step in steps])
    assert hit[inside.any(axis=0)].all()
    marched = steps[inside.argmax(axis=0), 0, 0]
    both = inside.any(axis=0)
    assert (distance[both] <= marched[both]).all()
    points = origins[hit] + distance[hit, None] * directions[hit]
    assert np.abs(gap(points)).max() < 1e-4
    assert np.linalg.norm(normals[hit], axis=1) == pytest.approx(1, abs=1e-3)
    assert (rays.dot(normals[hit], directions[hit]) < 1e-3).all()
    assert (gap(points + 0.01 * normals[hit]) > 0.005).mean() > 0.99


@pytest.mark.parametrize("name", ["sphere", "box", "cylinder", "capsule"])
def test_solids_behind_the_ray_are_missed(random_rays, name):
    origins, directions = random_rays
    distance, _ = solids()[name][0](origins, -directions)
    assert np.isinf(distance).all()


def test_near_keeps_every_ray_that_hits(random_rays):
    origins, directions = random_rays
    hits = np.flatnonzero(np.isfinite(rays.sphere(origins, directions, (0.1, 0, 0), 0.5)[0]))
    assert np.isin(hits, rays.near(origins, directions, (0.1, 0, 0), 0.5)).all()
    assert len(rays.near(origins, directions, (0.1, 0, 0), 0.5)) < len(origins)


def test_the_camera_looks_at_its_target_and_spans_its_view():
    position, target = np.array([1.0, -3.0, 2.0]), np.array([0.0, 0.5, 0.0])
    directions = rays.camera(position, target, 40, 65, 1).reshape(65, 65, 3)
    ahead = (target - position) / np.linalg.norm(target - position)
    assert directions[32, 32] == pytest.approx(ahead, abs=1e-6)
    assert directions[0, 32, 2] > directions[64, 32, 2]
    left, right = directions[32, 0], directions[32, 64]
    edge = 2 * np.degrees(np.arctan(np.tan(np.radians(20)) * 64 / 65))
    assert np.degrees(np.arccos(left @ right)) == pytest.approx(edge, abs=1e-3)
    assert np.cross(right, left)[2] > 0


def test_the_cameras_drop_moves_the_target_down():
    directions = rays.camera((0, -3, 1), (0, 0, 1), 40, 100, 1, drop=0.105).reshape(100, 100, 3)
    assert directions[60, :, 2] == pytest.approx(0, abs=1e-6)


def test_a_pixels_points_lie_together():
    fine = rays.camera((0, -3, 1), (0, 0, 1), 40, 8, 1)
    coarse = rays.camera((0, -3, 1), (0, 0, 1), 40, 4, 2).reshape(4, 4, 2, 2, 3)
    assert (coarse.transpose(0, 2, 1, 3, 4).reshape(-1, 3) == fine).all()
