import numpy as np
import pytest

from latent_assays.datasets.grid import index_of
from latent_assays.datasets.rendered import dsprites
from latent_assays.errors import UserError

SQUARE, ELLIPSE, HEART = range(3)


@pytest.fixture(scope="module", params=[64, 32])
def source(request):
    return dsprites.open_source(request.param, {})


@pytest.fixture(scope="module")
def full():
    return dsprites.open_source(64, {})


def images(source, classes):
    return source.images(index_of(classes, dsprites.SIZES))[..., 0]


def centroids(images):
    """Row and column (N,2) of the white's centre in pixels of a 64-pixel image."""
    mass = images.sum(axis=(1, 2), dtype=float)
    places = np.arange(images.shape[1]) * 64 / images.shape[1] + 32 / images.shape[1] - 0.5
    rows = (images.sum(axis=2, dtype=float) @ places) / mass
    columns = (images.sum(axis=1, dtype=float) @ places) / mass
    return np.stack([rows, columns], axis=1)


def test_the_grid_is_the_originals(source):
    assert dsprites.SIZES == (3, 6, 40, 32, 32)
    assert len(source) == 737_280
    assert source.factors(np.array([0, 1, 32, 737_279])).tolist() == [
        [0, 0, 0, 0, 0],
        [0, 0, 0, 0, 1],
        [0, 0, 0, 1, 0],
        [2, 5, 39, 31, 31],
    ]


def test_images_are_black_and_white_at_the_original_side(full):
    rows = np.random.default_rng(0).integers(0, len(full), 500)
    assert set(np.unique(full.images(rows))) == {0, 255}


@pytest.mark.parametrize("resolution", [32, 16])
def test_smaller_images_are_the_area_averages(full, resolution):
    rows = np.random.default_rng(0).integers(0, len(full), 300)
    pixel = 64 // resolution
    large = full.images(rows).reshape(-1, resolution, pixel, resolution, pixel)
    small = dsprites.open_source(resolution, {}).images(rows)[..., 0]
    assert (small == np.rint(large.mean(axis=(2, 4)))).all()


@pytest.mark.parametrize("shape", [SQUARE, ELLIPSE, HEART])
def test_position_moves_the_centroid_along_its_own_axis(source, shape):
    steps = np.arange(32)
    expected = np.rint(steps * 32 / 31)
    for factor, axis in ((3, 1), (4, 0)):
        classes = np.tile((shape, 4, 7, 10, 20), (32, 1))
        classes[:, factor] = steps
        moved = centroids(images(source, classes)) - centroids(images(source, classes[:1]))
        assert moved[:, axis] == pytest.approx(expected, abs=0.05)
        assert np.abs(moved[:, 1 - axis]).max() < 0.05


def test_sprites_lie_where_the_originals_do(full):
    rng = np.random.default_rng(2)
    classes = np.stack([rng.integers(0, size, 300) for size in dsprites.SIZES], axis=1)
    places = 15.5 + classes[:, [4, 3]] * 32 / 31
    centres = centroids(images(full, classes))
    assert np.abs(centres - places).max() < 1
    assert np.abs(centres - 15.5 - np.rint(places - 15.5)).max() < 0.25


def test_no_sprite_is_cut_off(full):
    classes = [
        (shape, 5, orientation, x, y)
        for shape in range(3)
        for orientation in range(40)
        for x in (0, 31)
        for y in (0, 31)
    ]
    areas = (images(full, classes) > 0).sum(axis=(1, 2)).reshape(-1, 4)
    assert (areas == areas[:, :1]).all()


@pytest.mark.parametrize(
    ("shape", "area"), [(SQUARE, 400), (ELLIPSE, np.pi * 14 * 7), (HEART, 225)]
)
def test_areas_are_the_originals(full, shape, area):
    for scale in range(6):
        classes = [(shape, scale, orientation, 16, 16) for orientation in range(40)]
        white = (images(full, classes) > 0).sum(axis=(1, 2)).mean()
        assert white == pytest.approx(area * (0.5 + 0.1 * scale) ** 2, rel=0.05)


def test_the_last_orientation_is_the_first_again(source):
    for shape in range(3):
        first, last, second = images(
            source, [(shape, 3, 0, 5, 6), (shape, 3, 39, 5, 6), (shape, 3, 1, 5, 6)]
        )
        assert (first == last).all()
        assert (first != second).any()


def test_a_heart_is_symmetric_and_points_down_at_orientation_0(full):
    heart = images(full, [(HEART, 5, 0, 16, 16)])[0] > 0
    columns = np.flatnonzero(heart.any(axis=0))
    rows = np.flatnonzero(heart.any(axis=1))
    assert columns[-1] - columns[0] + 1 == 20
    assert (
        heart[:, columns[0] : columns[-1] + 1] == heart[:, columns[-1] : columns[0] - 1 : -1]
    ).all()
    assert heart[rows[0]].sum() < 20
    assert not heart[rows[0], columns[9]]
    assert heart[rows[-1], columns[9]]


def test_orientation_turns_an_ellipse_by_its_angle(full):
    classes = [(ELLIPSE, 5, orientation, 16, 16) for orientation in range(20)]
    angles = []
    for sprite in images(full, classes):
        spread = np.cov(np.argwhere(sprite)[:, ::-1].T)
        long = np.linalg.eigh(spread)[1][:, 1]
        angles.append(np.arctan2(long[1], long[0]))
    error = np.array(angles) - np.linspace(0, 2 * np.pi, 40)[:20]
    assert np.abs((error + np.pi / 2) % np.pi - np.pi / 2).max() < np.radians(2)


def test_only_equal_orientations_look_alike(source):
    classes = [
        (shape, scale, orientation, x, y)
        for shape in (ELLIPSE, HEART)
        for scale in (2, 5)
        for orientation in range(19)
        for x in (3, 4, 30)
        for y in (0, 1, 31)
    ]
    flat = images(source, classes).reshape(len(classes), -1)
    assert len(np.unique(flat, axis=0)) == len(classes)


def test_images_do_not_depend_on_the_batch(source):
    rows = np.random.default_rng(1).integers(0, len(source), 50)
    whole = source.images(rows)
    assert whole.shape == (50, source.resolution, source.resolution, 1)
    assert (np.concatenate([source.images(rows[:7]), source.images(rows[7:])]) == whole).all()
    assert (source.images(rows[::-1])[::-1] == whole).all()
    assert source.images(rows[:0]).shape == (0, source.resolution, source.resolution, 1)


def test_other_resolutions_are_refused():
    with pytest.raises(UserError, match="dsprites: resolution 48 must be one of 64, 32, 16"):
        dsprites.open_source(48, {})
