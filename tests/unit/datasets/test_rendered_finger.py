import numpy as np
import pytest

from latent_assays.datasets.rendered import finger, rays
from latent_assays.datasets.rendered import finger_scene as scene
from latent_assays.errors import UserError

BLUE, RED = np.array((0.1, 0.1, 0.9)), np.array((0.9, 0.1, 0.1))
ASIDE = {"swing": 0.6, "hip": 0.2, "knee": -0.3}


@pytest.fixture(scope="module")
def view():
    return scene.view(64, 3)


def pose(swing=0.0, hip=0.0, knee=0.0, x=0.0, y=0.0, turn=0.0):
    return scene.Pose(swing, hip, knee, x, y, turn)


def image(view, a_pose, colour=BLUE):
    return scene.render(a_pose, colour, view).astype(int).reshape(64, 64, 3)


def cube(view, a_pose):
    """Rows and columns (N,2) of the pixels that show the cube."""
    differ = image(view, a_pose, BLUE) != image(view, a_pose, RED)
    return np.argwhere(differ.any(axis=-1))


def test_the_finger_hangs_straight_down_at_rest():
    joints = scene.links(pose())
    assert joints[:, :2] == pytest.approx(np.tile((0, 0.25), (4, 1)))
    assert joints[:, 2] == pytest.approx([0.95, 0.73, 0.37, 0.01])


def test_links_keep_their_lengths_and_turn_the_ways_of_their_joints():
    rng = np.random.default_rng(0)
    angles = rng.uniform(-1, 1, (3, 50))
    joints = scene.links(scene.Pose(*angles, 0, 0, 0))
    lengths = np.linalg.norm(np.diff(joints, axis=1), axis=2)
    assert lengths == pytest.approx(np.tile((0.22, 0.36, 0.36), (50, 1)))
    assert scene.links(pose(swing=0.3))[3, 0] > 0.2
    assert scene.links(pose(hip=0.3))[3, 1] < 0.1
    assert scene.links(pose(knee=0.3))[2] == pytest.approx(scene.links(pose())[2])


def test_collisions_are_found():
    def touches(**fields):
        return scene.collides(scene.Pose(*(np.array([f]) for f in pose(**fields))))[0]

    assert touches(knee=0.5, x=0.0, y=0.12)
    assert not touches(knee=0.5, x=-0.4, y=0.12)
    assert touches(x=-0.4)
    assert touches(knee=0.6, x=0.15, y=0.05)
    assert not touches(knee=0.6, x=0.16, y=0.05)
    assert touches(knee=0.6, x=0.16, y=0.05, turn=np.pi / 4)


def test_collisions_agree_with_distances_to_a_cloud_of_points_in_the_cube():
    rng = np.random.default_rng(0)
    steps = np.linspace(-scene.CUBE, scene.CUBE, 9)
    local = np.stack(np.meshgrid(steps, steps, steps), axis=-1).reshape(-1, 3)
    poses = scene.Pose(
        *(rng.uniform(*span, 1000) for span in ((-0.3, 0.3), (0, 0.9), (-0.6, 0.3))),
        *rng.uniform(-0.2, 0.2, (2, 1000)),
        rng.uniform(0, np.pi / 2, 1000),
    )
    joints = scene.links(poses)
    found = scene.collides(poses)
    checked = set()
    for n in range(1000):
        if (joints[n, :, 2] < 0.1).any():
            continue
        cos, sin = np.cos(poses.turn[n]), np.sin(poses.turn[n])
        cloud = local @ np.array([(cos, sin, 0), (-sin, cos, 0), (0, 0, 1)])
        cloud += (poses.x[n], poses.y[n], scene.CUBE)
        gap = np.inf
        for start, end, radius in zip(joints[n], joints[n, 1:], scene.RADII, strict=False):
            share = np.clip((cloud - start) @ (end - start) / ((end - start) ** 2).sum(), 0, 1)
            nearest = start + share[:, None] * (end - start)
            gap = min(gap, np.linalg.norm(cloud - nearest, axis=1).min() - radius)
        if abs(gap) > 0.02:
            assert found[n] == (gap < 0)
            checked.add(bool(found[n]))
    assert checked == {True, False}


def test_colour_changes_the_cube_where_projection_puts_it(view):
    for x, y in ((0, 0), (-0.3, 0.2), (-0.4, -0.3)):
        pixels = cube(view, pose(**ASIDE, x=x, y=y))
        row, column = rays.project(
            (x, y, scene.CUBE), scene.POSITION, scene.TARGET, scene.ANGLE, 64
        )
        assert pixels.mean(axis=0) == pytest.approx((row - 0.5, column - 0.5), abs=1.5)
        assert 60 < len(pixels) < 500


def test_nothing_else_changes_when_the_cube_turns(view):
    first, second = pose(**ASIDE, x=-0.3), pose(**ASIDE, x=-0.3, turn=0.7)
    differ = np.argwhere((image(view, first) != image(view, second)).any(axis=-1))
    assert len(differ) > 20
    assert np.linalg.norm(differ - cube(view, first).mean(axis=0), axis=1).max() < 16


@pytest.mark.parametrize("joint", ["swing", "hip", "knee"])
def test_joints_move_the_finger_but_not_a_distant_cube(view, joint):
    first = pose(**ASIDE, x=-0.4, y=-0.3)
    second = first._replace(**{joint: getattr(first, joint) + 0.1})
    differ = (image(view, first) != image(view, second)).any(axis=-1)
    assert differ.sum() > 20
    assert not differ[tuple(cube(view, first).T)].any()


def test_shadows_only_darken_the_table(view):
    pixels = image(view, pose(x=-0.3, y=0.0))
    empty = np.rint(255 * view.still).reshape(64, 64, 3)
    shaded = (pixels == np.rint(255 * (1 - scene.SHADOW) * view.still).reshape(64, 64, 3)).all(-1)
    assert shaded.sum() > 20
    table = np.zeros(64 * 64, bool)
    table[view.floor] = True
    assert not shaded.ravel()[~table].any()
    away = image(view, pose(x=-0.3, y=0.0))[60:, 50:]
    assert (away == empty[60:, 50:]).all()


def test_the_finger_hides_the_cube_behind_it(view):
    behind = pose(hip=0.3, x=0.0, y=0.4)
    free = pose(swing=0.6, x=0.0, y=0.4)
    assert len(cube(view, behind)) < 0.8 * len(cube(view, free))


def test_the_cube_hides_the_finger_behind_it(view):
    hiding = pose(knee=-0.4, x=0.0, y=0.15)
    free = hiding._replace(swing=-0.6)
    assert not scene.collides(scene.Pose(*(np.array([f]) for f in hiding)))[0]
    assert (cube(view, hiding) == cube(view, free)).all()


def test_classes_are_steps_of_their_ranges():
    low, high = finger.poses(np.array([0] * 7)), finger.poses(np.array([7, 29, 29, 29, 29, 29, 9]))
    assert low == pytest.approx((*np.radians((-36, -15, -75)), -0.45, -0.42, 0))
    assert high == pytest.approx((*np.radians((36, 65, 15)), 0.45, 0.40, np.radians(81)))
    assert finger.poses(np.array([0, 0, 0, 0, 29, 0, 0])).x == pytest.approx(0.45)


def test_drawn_poses_touch_nothing_and_use_every_class():
    source = finger.open_source(64, {})
    classes = source.factors(np.arange(len(source)))
    assert finger.SIZES == (8, 30, 30, 30, 30, 30, 10)
    assert classes.shape == (20_000, 7)
    assert classes.dtype == np.int16
    assert not scene.collides(finger.poses(classes)).any()
    for factor, size in enumerate(finger.SIZES):
        counts = np.bincount(classes[:, factor], minlength=size)
        assert len(counts) == size
        assert counts.min() > 0.5 * len(source) / size
    assert len(np.unique(classes, axis=0)) == len(classes)


@pytest.mark.parametrize("resolution", [128, 64])
def test_images_do_not_depend_on_the_batch(resolution):
    source = finger.open_source(resolution, {})
    rows = np.array([3, 19_999, 7, 3])
    whole = source.images(rows)
    assert whole.shape == (4, resolution, resolution, 3)
    assert whole.dtype == np.uint8
    assert (np.concatenate([source.images(rows[:1]), source.images(rows[1:])]) == whole).all()
    assert (whole[0] == whole[3]).all()
    assert (finger.open_source(resolution, {}).images(rows[::-1])[::-1] == whole).all()


def test_other_resolutions_are_refused():
    with pytest.raises(UserError, match="rfd: resolution 32 must be one of 128, 64"):
        finger.open_source(32, {})
