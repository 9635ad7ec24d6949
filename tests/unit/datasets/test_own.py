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
        ({"factors": FACTORS}, "no `images`"),
        ({"images": IMAGES.astype(float)}, "float64; they must be uint8"),
        ({"images": IMAGES[:, :8]}, r"\(12, 8, 16, 3\); they must be"),
        ({"images": IMAGES[..., :2]}, r"\(12, 16, 16, 2\); they must be"),
        ({"images": IMAGES, "factors": FACTORS[:5]}, r"factors are \(5, 2\)"),
        ({"images": IMAGES, "factors": FACTORS - 1}, "from -1 to 2"),
        ({"images": IMAGES, "factors": FACTORS / 2}, "whole numbers"),
        ({"images": IMAGES, "factors": FACTORS, "factor_names": ["a"]}, "1 factor_names for 2"),
        ({"images": np.array([None])}, "cannot be read"),
    ],
)
def test_what_is_wrong_is_said(tmp_path, members, sentence):
    with pytest.raises(UserError, match=sentence):
        OwnImages(saved(tmp_path, **members), "Mine")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(UserError, match=r"none.npz does not exist"):
        OwnImages(tmp_path / "none.npz", "Mine")
