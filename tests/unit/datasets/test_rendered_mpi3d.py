import numpy as np
import pytest

from latent_assays.datasets.grid import index_of
from latent_assays.datasets.rendered import mpi3d, mpi3d_real, mpi3d_realistic, mpi3d_toy, rays
from latent_assays.datasets.rendered import mpi3d_scene as scene
from latent_assays.datasets.rendered.mpi3d_looks import LOOKS
from latent_assays.errors import UserError

MODULES = {"toy": mpi3d_toy, "realistic": mpi3d_realistic, "real": mpi3d_real}
CUBE = 1
COLOUR, SHAPE, SIZE, CAMERA, RING, SWING, LIFT = range(7)


@pytest.fixture(scope="module")
def toy():
    return mpi3d_toy.open_source(64, {})


def images(source, classes):
    return source.images(index_of(classes, mpi3d.SIZES)).astype(int)


def random_rows(count, seed=0):
    return np.random.default_rng(seed).integers(0, 1_036_800, count)


def test_the_grid_is_the_originals(toy):
    assert len(toy) == 1_036_800
    assert mpi3d.SIZES == (6, 6, 2, 3, 3, 40, 40)
    assert toy.factors(np.array([1, 40, 1_036_799])).tolist() == [
        [0, 0, 0, 0, 0, 0, 1],
        [0, 0, 0, 0, 0, 1, 0],
        [5, 5, 1, 2, 2, 39, 39],
    ]


@pytest.mark.parametrize("look", MODULES)
@pytest.mark.parametrize("resolution", [64, 32])
def test_images_do_not_depend_on_the_batch_or_on_what_was_asked_before(look, resolution):
    source = MODULES[look].open_source(resolution, {})
    rows = random_rows(70)
    whole = source.images(rows)
    assert whole.shape == (70, resolution, resolution, 3)
    assert whole.dtype == np.uint8
    assert (np.concatenate([source.images(rows[:9]), source.images(rows[9:])]) == whole).all()
    assert (MODULES[look].open_source(resolution, {}).images(rows[::-1])[::-1] == whole).all()
    assert look in source.source


def test_object_colour_changes_the_object_only(toy):
    for row in random_rows(10):
        classes = toy.factors(np.array([row])).repeat(2, axis=0)
        classes[:, COLOUR] = 1, 2
        green, red = images(toy, classes)
        changed = (green != red).any(axis=-1)
        _, shape, size, height, _, swing, lift = classes[0]
        crop = toy._cast_object(shape, size, height, swing, lift)
        covered = np.zeros((64, 64), bool)
        covered[crop.top : crop.top + 30, crop.left : crop.left + 30] = crop.cover > 0
        assert 4 < changed.sum() < 24 * 24
        assert not changed[~covered].any()
        assert (red[changed][:, 0] > green[changed][:, 0]).all()


def test_background_colour_changes_the_ring_only(toy):
    classes = np.tile((0, CUBE, 0, 0, 0, 10, 20), (3, 1))
    classes[:, RING] = 0, 1, 2
    purple, green, salmon = images(toy, classes)
    changed = (purple != green).any(axis=-1)
    assert (changed == (purple != salmon).any(axis=-1)).all()
    assert 100 < changed.sum() < 800
    assert not changed[28:44, 28:36].any()
    means = [image[changed].mean(axis=0) for image in (purple, green, salmon)]
    assert [mean.argmax() for mean in means] == [2, 1, 0]


def test_the_object_moves_from_left_to_right_and_up():
    def middle(swing, lift):
        camera, _ = scene.cast_static(1, 32, LOOKS["toy"])
        crop = scene.cast_object(camera, CUBE, 1, swing, lift, 14, LOOKS["toy"])
        rows, columns = np.nonzero(crop.cover)
        return crop.top + rows.mean(), crop.left + columns.mean()

    columns = [middle(swing, 0)[1] for swing in range(0, 40, 3)]
    assert (np.diff(columns) > 0).all()
    assert columns[0] < 12
    assert columns[-1] > 20
    assert (np.diff([middle(0, lift)[0] for lift in range(0, 40, 3)]) < 0).all()


@pytest.mark.parametrize("resolution", [64, 32])
def test_no_window_cuts_its_contents_off(resolution):
    side = resolution * mpi3d.WINDOW // 64
    for height in range(3):
        camera, _ = scene.cast_static(height, resolution, LOOKS["real"])
        for swing in (0, 8, 19, 31, 39):
            for lift in (0, 13, 26, 39):
                crops = [
                    scene.cast_object(camera, shape, 1, swing, lift, side, LOOKS["real"])
                    for shape in range(6)
                ]
                for crop in [*crops, scene.cast_rod(camera, swing, lift, side, LOOKS["real"])]:
                    edges = [*crop.cover[[0, -1]], *crop.cover[:, [0, -1]].T]
                    assert not np.any(edges)


def test_the_large_object_is_larger_and_shapes_differ(toy):
    camera = toy._cameras[1]
    areas = np.array(
        [
            [scene.cast_object(camera, s, z, 8, 12, 30, LOOKS["toy"]).cover.sum() for z in (0, 1)]
            for s in range(6)
        ]
    )
    assert (areas[:, 1] > 1.8 * areas[:, 0]).all()
    assert len(np.unique(areas[:, 1])) == 6


@pytest.mark.parametrize("look", LOOKS)
def test_no_pixel_can_overflow(look):
    camera, _ = scene.cast_static(0, 32, LOOKS[look])
    for swing, lift in ((0, 0), (11, 25), (39, 39)):
        crops = [scene.cast_object(camera, s, 1, swing, lift, 12, LOOKS[look]) for s in range(6)]
        for crop in [*crops, scene.cast_rod(camera, swing, lift, 12, LOOKS[look])]:
            assert (crop.shade.astype(int) + crop.shine <= crop.cover).all()


@pytest.mark.parametrize("look", ["realistic", "real"])
def test_crops_are_laid_over_exactly_but_for_rounding(look):
    source = MODULES[look].open_source(32, {})
    rng = np.random.default_rng(0)
    behind = rng.integers(0, 256, (30, 32, 32, 3)).astype(np.uint8)
    behind[:10] = 255
    colours = rng.integers(0, 256, (30, 3)).astype(np.uint16)
    colours[:10] = 255
    places = [rng.integers(0, size, 30) for size in (6, 2, 3, 40, 40)]
    indices = source._objects.indices(*places)
    laid = behind.copy()
    source._objects.lay_over(laid, indices, colours)
    exact = behind.astype(float)
    for image, index, colour in zip(exact, indices, colours, strict=True):
        (top, left), (cover, shade, shine) = (
            source._objects._corners[index],
            source._objects._layers[:, index, :, :, None].astype(float),
        )
        window = image[top : top + 15, left : left + 15]
        window[...] = window * (1 - cover / 255) + colour * shade / 255 + shine
    assert np.abs(laid - exact).max() < 1.01
    assert (laid != behind).any(axis=(1, 2, 3))[10:].all()


@pytest.mark.parametrize("height", range(3))
def test_the_nearest_part_hides_the_others(height):
    look, (camera, _) = LOOKS["toy"], scene.cast_static(height, 32, LOOKS["toy"])
    start, ways = camera.position, camera.directions.reshape(-1, 3)
    for shape, swing, lift in ((CUBE, 20, 0), (4, 19, 3), (5, 30, 38), (0, 3, 22)):
        joint, tip, frame = scene.place(swing, lift)
        half = scene.HALF_SIZES[0]
        centre = tip + 0.8 * half * frame[2]
        if shape == 5:
            thing = rays.sphere(start, ways, centre, 1.1 * half)[0]
        else:
            planes, offsets = scene.SOLIDS[shape]
            thing = rays.convex(
                start, ways, planes @ frame, half * offsets + planes @ frame @ centre
            )[0]
        rod = rays.capsule(start, ways, joint, tip, scene.ROD_RADIUS)[0]
        still = camera.depth.ravel()
        crops = {
            "object": scene.cast_object(camera, shape, 0, swing, lift, 14, look),
            "rod": scene.cast_rod(camera, swing, lift, 14, look),
        }
        seen = {"object": thing < np.minimum(rod, still), "rod": rod < still}
        for name, crop in crops.items():
            share = seen[name].reshape(32, 32, -1).mean(axis=-1)
            whole = np.zeros((32, 32), np.uint8)
            whole[crop.top : crop.top + 14, crop.left : crop.left + 14] = crop.cover
            assert (whole == np.floor(255 * share + 1e-3)).all()


def test_solids_have_the_half_size_along_the_rod_and_contain_their_centre():
    for planes, offsets in scene.SOLIDS:
        assert np.linalg.norm(planes, axis=1) == pytest.approx(1)
        assert (offsets > 0.2).all()
        tip = offsets[planes[:, 2] > 0] / planes[planes[:, 2] > 0, 2]
        assert tip == pytest.approx(1)


def test_noise_is_the_real_looks_alone_and_tells_nothing_of_the_axes(toy):
    real = mpi3d_real.open_source(64, {})
    classes = [(c, CUBE, 0, 0, 0, 10, 20) for c in range(6)]
    corner = images(real, classes)[:, :8, :8]
    assert len(np.unique(corner.reshape(6, -1), axis=0)) > 1
    assert 2 < corner.std(axis=0).mean() < 6
    assert (images(toy, classes)[:, :8, :8] == images(toy, classes[:1])[:, :8, :8]).all()
    frames = mpi3d._scattered(np.arange(len(real)))
    assert np.bincount(frames) == pytest.approx(len(real) / 32, rel=0.01)
    lifts = np.stack([np.bincount(frames[lift::40], minlength=32) for lift in range(40)])
    assert lifts == pytest.approx(len(real) / 32 / 40, rel=0.1)


def test_images_of_the_grid_look_different(toy):
    rng = np.random.default_rng(3)
    rows = np.unique(rng.integers(0, len(toy), 400))
    assert len(np.unique(toy.images(rows).reshape(len(rows), -1), axis=0)) == len(rows)
    for factor, size in enumerate(mpi3d.SIZES):
        classes = np.tile((1, CUBE, 1, 1, 1, 8, 12), (size, 1))
        classes[:, factor] = np.arange(size)
        assert len(np.unique(images(toy, classes).reshape(size, -1), axis=0)) == size


def test_other_resolutions_are_refused():
    with pytest.raises(UserError, match="mpi3d_toy: resolution 48 must be one of 64, 32"):
        mpi3d_toy.open_source(48, {})
