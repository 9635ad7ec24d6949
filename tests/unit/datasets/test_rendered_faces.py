import numpy as np
import pytest

from latent_assays.datasets.rendered import faces
from latent_assays.datasets.rendered.faces_painting import paint
from latent_assays.datasets.specs import FACE_ATTRIBUTES
from latent_assays.errors import UserError


def face(resolution=64, **attributes):
    return paint(dict.fromkeys(FACE_ATTRIBUTES, 0.5) | attributes, resolution).astype(int)


def changed(first, second):
    """Pixels (H,W) where two images differ by more than 2 grey levels."""
    return np.abs(first - second).max(axis=-1) > 2


@pytest.mark.parametrize("name", FACE_ATTRIBUTES)
def test_every_attribute_shows(name):
    low, high = face(**{name: 0.1}), face(**{name: 0.95})
    assert changed(low, high).sum() > 10


@pytest.mark.parametrize(
    ("name", "top", "bottom"),
    [
        ("eye_size", 18, 38),
        ("eye_spacing", 18, 38),
        ("eye_hue", 24, 38),
        ("brow", 18, 32),
        ("brow_angle", 18, 32),
        ("glasses", 24, 42),
        ("nose", 24, 46),
        ("mouth_width", 42, 56),
        ("smile", 42, 58),
        ("mouth_open", 42, 58),
        ("lip", 42, 58),
    ],
)
def test_a_feature_changes_its_part_of_the_face_only(name, top, bottom):
    rows = np.flatnonzero(changed(face(**{name: 0.05}), face(**{name: 0.95})).any(axis=1))
    assert top <= rows.min()
    assert rows.max() < bottom


@pytest.mark.parametrize("name", ["background_hue", "background_value"])
def test_the_background_changes_no_pixel_of_the_face(name):
    where = changed(face(**{name: 0.1}), face(**{name: 0.6}))
    assert not where[16:56, 24:40].any()
    assert where[0, 0]
    assert where[0, -1]


def test_pose_moves_the_features():
    def eyes(**attributes):
        where = changed(face(eye_hue=0, **attributes), face(eye_hue=1, **attributes))
        return np.argwhere(where)

    assert eyes(yaw=0.9)[:, 1].mean() > eyes(yaw=0.5)[:, 1].mean() + 2
    assert eyes(yaw=0.1)[:, 1].mean() < eyes(yaw=0.5)[:, 1].mean() - 2
    assert eyes(pitch=0.9)[:, 0].mean() > eyes(pitch=0.1)[:, 0].mean() + 3
    assert np.ptp(eyes(eye_spacing=1)[:, 1]) > np.ptp(eyes(eye_spacing=0)[:, 1])
    assert eyes()[:, 0].mean() == pytest.approx(31, abs=2)


def test_light_falls_from_the_lit_side():
    left, right = face(light=0.05), face(light=0.95)
    assert left[34:40, 18:24].mean() > right[34:40, 18:24].mean() + 15
    assert left[34:40, 40:46].mean() < right[34:40, 40:46].mean() - 15


def test_glasses_and_beard_are_absent_in_most_faces():
    assert (face(glasses=0.0) == face(glasses=0.6)).all()
    assert (face(beard=0.0) == face(beard=0.55)).all()
    assert face(skin=0, beard=1)[52:58, 28:36].mean() < face(skin=0, beard=0)[52:58, 28:36].mean()


def test_resolutions_show_the_same_face():
    large = face(128, yaw=0.7, smile=0.8).reshape(64, 2, 64, 2, 3).mean(axis=(1, 3))
    assert np.abs(large - face(64, yaw=0.7, smile=0.8)).mean() < 3


def test_attributes_are_independent_and_squashed():
    source = faces.open_source(64, {})
    values = source.factors(np.arange(len(source)))
    assert values.shape == (20_000, 24)
    assert values.dtype == np.float32
    assert values.min() > 0
    assert values.max() < 1
    assert values.mean(axis=0) == pytest.approx(0.5, abs=0.01)
    assert values.std(axis=0) == pytest.approx(0.24, abs=0.02)
    correlations = np.corrcoef(values.T) - np.eye(24)
    assert np.abs(correlations).max() < 0.04


@pytest.mark.parametrize("resolution", [128, 64])
def test_images_do_not_depend_on_the_batch(resolution):
    source = faces.open_source(resolution, {})
    rows = np.array([0, 5, 19_999, 5])
    whole = source.images(rows)
    assert whole.shape == (4, resolution, resolution, 3)
    assert whole.dtype == np.uint8
    assert (np.concatenate([source.images(rows[:1]), source.images(rows[1:])]) == whole).all()
    assert (whole[1] == whole[3]).all()
    named = dict(zip(FACE_ATTRIBUTES, source.factors(rows)[0].tolist(), strict=True))
    assert (whole[0] == paint(named, resolution)).all()
    assert "not photographs" in source.source


def test_other_resolutions_are_refused():
    with pytest.raises(UserError, match="celeba: resolution 32 must be one of 128, 64"):
        faces.open_source(32, {})
