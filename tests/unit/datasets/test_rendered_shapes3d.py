import numpy as np
import pytest

from latent_assays.datasets.grid import index_of
from latent_assays.datasets.rendered import shapes3d
from latent_assays.errors import UserError

FLOOR, WALL, OBJECT, SKY = range(4)
CUBE, CYLINDER, SPHERE, CAPSULE = range(4)


@pytest.fixture(scope="module")
def source():
    return shapes3d.open_source(32, {})


def geometry(scale, shape, orientation):
    return np.ravel_multi_index((scale, shape, orientation), shapes3d.SIZES[3:])


def image(source, *classes):
    return source.images(index_of([classes], shapes3d.SIZES))[0]


def test_the_grid_is_the_originals(source):
    assert shapes3d.SIZES == (10, 10, 10, 8, 4, 15)
    assert len(source) == 480_000
    assert source.factors(np.array([0, 1, 15, 479_999])).tolist() == [
        [0, 0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0, 1],
        [0, 0, 0, 0, 1, 0],
        [9, 9, 9, 7, 3, 14],
    ]


@pytest.mark.parametrize("resolution", [16, 32, pytest.param(64, marks=pytest.mark.slow)])
def test_no_sum_of_tables_overflows(resolution):
    source = shapes3d.open_source(resolution, {})
    source.images(np.arange(480))
    brightest = source._tables.max(axis=1).astype(int).sum(axis=0)
    assert brightest.max() == 255


def test_rounding_never_makes_three_shares_of_a_pixel_overflow():
    rng = np.random.default_rng(0)
    shares = rng.dirichlet((1, 1, 1), 200_000).astype(np.float32)
    halves = np.array([(84.5, 85.5, 85), (85, 85, 85), (254.5, 0.5, 0)], np.float32) / 255
    for three in (shares, halves):
        numbers = [shapes3d._bytes(share[None, :, None]).astype(int) for share in three.T]
        assert sum(numbers).max() <= 255
        assert sum(numbers).min() >= 253


@pytest.mark.parametrize("shape", [CUBE, CYLINDER, SPHERE, CAPSULE])
def test_rays_left_out_as_too_far_would_not_hit(shape, monkeypatch):
    culled = [shapes3d.geometry_weights(geometry(s, shape, o), 32) for s, o in ((0, 2), (7, 12))]
    monkeypatch.setattr(
        shapes3d.rays, "near", lambda _, directions, *__: np.arange(len(directions))
    )
    whole = [shapes3d.geometry_weights(geometry(s, shape, o), 32) for s, o in ((0, 2), (7, 12))]
    assert np.allclose(culled, whole, atol=1e-6)


def test_pixels_are_the_weighted_colours_within_a_grey_level(source):
    rng = np.random.default_rng(0)
    for row in rng.integers(0, len(source), 20):
        floor, wall, thing, *_ = source.factors(np.array([row]))[0]
        weights = shapes3d.geometry_weights(row % 480, 32)
        colours = np.stack([*shapes3d.HUES[[floor, wall, thing]], shapes3d.SKY])
        exact = 255 * (weights.T @ colours)
        error = source.images(np.array([row])).reshape(-1, 3) - exact
        assert error.min() > -2
        assert error.max() < 1


def test_weights_are_shares_of_pixels():
    for row in (0, 77, 200, 479):
        weights = shapes3d.geometry_weights(row, 32)
        assert weights.min() >= 0
        assert weights.sum(axis=0).max() <= 1 + 1e-6


@pytest.mark.parametrize("factor", [FLOOR, WALL, OBJECT])
def test_a_hue_changes_its_own_pixels_only(source, factor):
    for shape in (CUBE, CYLINDER, SPHERE, CAPSULE):
        classes = [0, 0, 0, 5, shape, 3]
        before = image(source, *classes)
        classes[factor] = 5
        changed = (before != image(source, *classes)).any(axis=-1).ravel()
        weights = shapes3d.geometry_weights(geometry(5, shape, 3), 32)
        assert not changed[weights[factor] == 0].any()
        assert changed[weights[factor] > 0.1].all()
        assert changed.any()


def test_the_sky_is_the_originals_blue(source):
    assert image(source, 1, 2, 3, 0, SPHERE, 7)[0].tolist() == [[153, 226, 249]] * 32


def test_the_object_grows_with_scale():
    for shape in (CUBE, CYLINDER, SPHERE, CAPSULE):
        areas = [
            (shapes3d.geometry_weights(geometry(scale, shape, 7), 32)[OBJECT] > 0).sum()
            for scale in range(8)
        ]
        assert (np.diff(areas) > 0).all()


@pytest.mark.parametrize("scale", [0, 7])
def test_a_sphere_spans_the_rows_that_projection_gives(scale):
    radius = 0.52 * shapes3d.SCALES[scale]
    weights = shapes3d.geometry_weights(geometry(scale, SPHERE, 7), 64)[OBJECT].reshape(64, 64)
    rows = np.flatnonzero(weights.any(axis=1))
    down = np.arctan2(0.9 - radius, 3.0)
    half = np.arcsin(radius / np.hypot(3.0, 0.9 - radius))
    ends = 64 * (0.514 + 0.5 / np.tan(np.radians(25)) * np.tan([down - half, down + half]))
    assert rows[[0, -1]] == pytest.approx(np.floor(ends), abs=1)


def test_the_orbit_turns_the_cube_and_the_room_but_not_the_outline_of_round_objects():
    def seen(shape, orientation, thing):
        return shapes3d.geometry_weights(geometry(4, shape, orientation), 32)[thing] > 0

    for shape in (CYLINDER, SPHERE, CAPSULE):
        assert (seen(shape, 0, OBJECT) != seen(shape, 9, OBJECT)).sum() <= 2
    assert (seen(CUBE, 0, OBJECT) != seen(CUBE, 7, OBJECT)).sum() > 5
    assert (seen(SPHERE, 0, WALL) != seen(SPHERE, 7, WALL)).sum() > 20


def test_the_shadow_falls_to_the_right_on_the_floor_only():
    with_object = shapes3d.geometry_weights(geometry(7, SPHERE, 7), 64)
    floor = with_object[FLOOR].reshape(64, 64)
    lit = floor[:, ::-1]
    clear = (with_object[OBJECT].reshape(64, 64) == 0) & (with_object[WALL].reshape(64, 64) == 0)
    dark = clear & clear[:, ::-1] & (floor < 0.6 * lit)
    assert dark.sum() > 30
    assert np.flatnonzero(dark.any(axis=0)).min() > 32


def test_images_do_not_depend_on_the_batch_or_on_what_was_asked_before(source):
    rows = np.random.default_rng(1).integers(0, len(source), 50)
    whole = source.images(rows)
    assert (np.concatenate([source.images(rows[:7]), source.images(rows[7:])]) == whole).all()
    assert (source.images(rows[::-1])[::-1] == whole).all()
    assert (shapes3d.open_source(32, {}).images(rows) == whole).all()
    assert source.images(rows[:0]).shape == (0, 32, 32, 3)


def test_a_sub_grid_casts_its_own_geometries_only():
    source = shapes3d.open_source(16, {})
    source.images(np.array([3, 480 + 3, 7]))
    assert np.flatnonzero(source._is_cast).tolist() == [3, 7]


def test_all_geometries_and_hues_look_different(source):
    rows = np.concatenate([np.arange(480), 480 * np.arange(1, 1000)])
    assert len(np.unique(source.images(rows).reshape(len(rows), -1), axis=0)) == len(rows)


def test_other_resolutions_are_refused():
    with pytest.raises(UserError, match="shapes3d: resolution 50 must be one of 16, 32"):
        shapes3d.open_source(50, {})
