"""A user's own file takes part, or is refused with a sentence."""

import h5py
import numpy as np
import pytest

from latent_assays.datasets.own import OwnImages
from latent_assays.errors import UserError

IMAGES = np.random.default_rng(0).integers(0, 256, (12, 16, 16, 3), dtype=np.uint8)
FACTORS = np.stack(np.unravel_index(np.arange(12), (3, 4)), axis=1)


def saved(folder, **members):
    np.savez(folder / "mine.npz", **members)
    return folder / "mine.npz"


def test_an_npz_with_a_full_grid(tmp_path):
    own = OwnImages(saved(tmp_path, images=IMAGES, factors=FACTORS), "Mine")
    assert own.spec.grid
    assert own.spec.factor_sizes == (3, 4)
    assert own.spec.factor_names == ("factor0", "factor1")
    assert (own.spec.resolution, own.spec.channels, own.spec.title) == (16, 3, "Mine")
    rows = np.array([1, 5])
    assert np.array_equal(own.images(rows), IMAGES[rows])
    assert np.array_equal(own.factors(rows), FACTORS[rows])


def test_hdf5_with_names_and_grey_images(tmp_path):
    with h5py.File(tmp_path / "mine.h5", "w") as file:
        file["images"], file["factors"] = IMAGES[..., 0], FACTORS[::-1]
        file["factor_names"] = ["shape", "size"]
    own = OwnImages(tmp_path / "mine.h5", "Mine")
    assert own.spec.factor_names == ("shape", "size")
    assert not own.spec.grid
    assert own.images(np.arange(3)).shape == (3, 16, 16, 1)


def test_images_alone_have_no_factors(tmp_path):
    own = OwnImages(saved(tmp_path, images=IMAGES), "Mine")
    assert own.factors(np.arange(2)).shape == (2, 0)
    assert not own.spec.grid


@pytest.mark.parametrize(
    ("members", "sentence"),
    [
        ({"factors": FACTORS}, "must hold `images` and holds factors"),
        ({"images": IMAGES.astype(float)}, "float64 from 0 to 255; they must be uint8: round"),
        ({"images": IMAGES / 255}, "float64 from 0 to 1; .* multiply them by 255"),
        ({"images": IMAGES % 2}, "hold nothing above 1, .* multiply them by 255"),
        ({"images": IMAGES[:, :8]}, r"\(12, 8, 16, 3\); they must be"),
        ({"images": IMAGES[..., :2]}, r"\(12, 16, 16, 2\); they must be"),
        ({"images": IMAGES, "factors": FACTORS[:5]}, r"factors are \(5, 2\)"),
        ({"images": IMAGES, "factors": FACTORS / 2}, "from 0.0 to 1.5; they must be whole"),
        ({"images": IMAGES, "factors": np.where(FACTORS, np.nan, 0)}, "must be whole numbers"),
        ({"images": IMAGES, "factors": FACTORS.astype(str)}, "text in `factors`"),
        ({"images": IMAGES, "factors": FACTORS, "factor_names": ["a"]}, "1 factor_names for 2"),
        ({"images": np.array([None])}, "Python objects in `images`"),
        ({"images": IMAGES, "factors": np.array([None])}, "Python objects in `factors`"),
    ],
)
def test_what_is_wrong_is_said(tmp_path, members, sentence):
    with pytest.raises(UserError, match=sentence):
        OwnImages(saved(tmp_path, **members), "Mine")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(UserError, match=r"none.npz does not exist"):
        OwnImages(tmp_path / "none.npz", "Mine")


def test_labels_as_files_have_them_become_classes_from_0(tmp_path):
    """Gaps, a first label that is not 0, negative ones, and a factor that is constantly 1."""
    labels = np.column_stack(
        [np.array([-5, 1, 8])[FACTORS[:, 0]], np.ones(12), 90.0 * FACTORS[:, 1]]
    )
    path = saved(tmp_path, images=IMAGES, factors=labels, factor_names=["x", "one", "angle"])
    own = OwnImages(path, "Mine")
    assert own.spec.factor_sizes == (3, 1, 4)
    assert own.spec.grid
    rows = np.arange(12)
    expected = np.column_stack([FACTORS[:, 0], np.zeros(12), FACTORS[:, 1]])
    assert np.array_equal(own.factors(rows), expected)
    assert own.factors(rows).dtype == np.int16
    assert [values.tolist() for values in own.values] == [[-5, 1, 8], [1], [0, 90, 180, 270]]
    assert own.source.endswith("from 0: x -5, 1, 8; one 1; angle 0, 90, 180, 270)")


def test_labels_that_count_from_0_are_not_spoken_of(tmp_path):
    own = OwnImages(saved(tmp_path, images=IMAGES, factors=FACTORS), "Mine")
    assert own.source == "Mine (the user's own file mine.npz)"
    assert [values.tolist() for values in own.values] == [[0, 1, 2], [0, 1, 2, 3]]


def test_more_classes_than_fit_are_refused(tmp_path):
    images = np.full((40_000, 1, 1), 9, np.uint8)
    with pytest.raises(UserError, match=r"a factor has 40,000 classes and may have 32,768"):
        OwnImages(saved(tmp_path, images=images, factors=np.arange(40_000)[:, None]), "Mine")


def test_no_factors_at_all_are_none(tmp_path):
    own = OwnImages(saved(tmp_path, images=IMAGES, factors=np.zeros((12, 0), int)), "Mine")
    assert own.spec.factor_sizes == ()
    assert own.factors(np.arange(2)).shape == (2, 0)


def test_content_and_not_the_ending_tells_the_kind(tmp_path):
    saved(tmp_path, images=IMAGES, factors=FACTORS).rename(tmp_path / "mine.H5")
    assert len(OwnImages(tmp_path / "mine.H5", "Mine")) == 12
    np.save(tmp_path / "mine.npy", IMAGES)
    own = OwnImages(tmp_path / "mine.npy", "Mine")
    assert np.array_equal(own.images(np.array([3, 7])), IMAGES[[3, 7]])
    (tmp_path / "mine.csv").write_text("images\n1\n")
    with pytest.raises(UserError, match="it is a table; give images as npz or HDF5"):
        OwnImages(tmp_path / "mine.csv", "Mine")


def test_a_group_of_images_is_refused(tmp_path):
    with h5py.File(tmp_path / "mine.h5", "w") as file:
        file["images/train"] = IMAGES
    with pytest.raises(UserError, match=r"`images` as a group \(train\)"):
        OwnImages(tmp_path / "mine.h5", "Mine")


def test_names_may_be_an_attribute(tmp_path):
    with h5py.File(tmp_path / "mine.h5", "w") as file:
        file["images"], file["factors"] = IMAGES, FACTORS
        file.attrs["factor_names"] = ["shape", "size"]
    assert OwnImages(tmp_path / "mine.h5", "Mine").spec.factor_names == ("shape", "size")
