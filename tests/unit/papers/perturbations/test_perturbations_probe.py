"""A probe reads what images show, does not read what they do not, and says how sure it is."""

import numpy as np
import pytest

from latent_assays.papers.perturbations.image_measures.probe import TEST, measure
from latent_assays.split import PARTS, draw_split
from latent_assays.store import ImageSet

COUNT = 600


def image_set(images, factors, names, sizes):
    return ImageSet(images, factors, draw_split(len(images)), names, sizes, {"dataset": "made up"})


@pytest.fixture(scope="module")
def data():
    """Grey by `grey`, a bright row by `row`; `hidden` shows nowhere; noise over all of it."""
    random = np.random.default_rng(0)
    sizes = (6, 4, 4, 1, 0)
    factors = np.column_stack([random.integers(max(size, 1), size=COUNT) for size in sizes])
    images = random.integers(0, 20, (COUNT, 8, 8, 1))
    images += 15 * factors[:, 0, None, None, None]
    images[np.arange(COUNT), 2 * factors[:, 1]] += 60
    names = ("grey", "row", "hidden", "constant", "continuous")
    return image_set(images.astype(np.uint8), factors, names, sizes)


@pytest.fixture(scope="module")
def found(data):
    return measure(data)[0]


def count_of(data):
    return np.count_nonzero(data.split == PARTS["test"])


@pytest.mark.parametrize("factor", ["grey", "row"])
def test_what_images_show_is_read(found, factor):
    assert found[f"probe_{factor}"]["value"] == 1


def test_what_images_do_not_show_is_not_read(data, found):
    chance, error = 1 / 4, np.sqrt(3 / 16 / count_of(data))
    assert abs(found["probe_hidden"]["value"] - chance) < 3 * error
    assert found["probe_hidden_se"]["value"] == pytest.approx(error, rel=0.2)


def test_an_error_is_given_also_where_all_are_right(data, found):
    n = count_of(data)
    assert found["probe_row_se"]["value"] == pytest.approx(np.sqrt(n + 1) / (n + 2) ** 1.5)


def test_one_class_and_continuous_factors_are_null_with_a_reason(found):
    for factor, reason in (("constant", "has one class"), ("continuous", "is continuous")):
        for name in (f"probe_{factor}", f"probe_{factor}_se"):
            assert found[name]["value"] is None
            assert found[name]["reason"] == f"{factor} {reason}"


def test_the_mean_is_over_the_factors_that_have_classes(data, found):
    shares = [found[f"probe_{name}"]["value"] for name in ("grey", "row", "hidden")]
    assert found["probe_mean"]["value"] == pytest.approx(np.mean(shares))
    names = ("constant", "continuous")
    none = image_set(data.images, data.factors[:, 3:], names, (1, 0))
    assert measure(none)[0]["probe_mean"]["reason"] == "no factor has classes"


def test_an_order_is_read_between_its_neighbours_and_categories_without_one_too():
    """Sizes of a blob at many places: a category would be mixed from the two neighbouring sizes."""
    places = np.stack(np.unravel_index(np.arange(5 * 8 * 8), (5, 8, 8)), axis=1)
    images = np.zeros((len(places), 16, 16, 1), np.uint8)
    across = np.arange(16)
    for image, (size, x, y) in zip(images, places, strict=True):
        distance = (across[:, None] - y - 4) ** 2 + (across - x - 4) ** 2
        image[..., 0] = 255 * np.exp(-distance / (1.5 + 0.5 * size) ** 2)
    found = measure(image_set(images, places, ("size", "x", "y"), (5, 8, 8)))[0]
    assert all(found[f"probe_{name}"]["value"] > 0.95 for name in ("size", "x", "y"))


def test_test_images_do_not_train_the_probe(data):
    """Read is what training images taught, also where the test images' classes are others."""
    factors = data.factors.copy()
    test = data.split == PARTS["test"]
    factors[test] = (factors[test] + 1) % np.maximum(data.factor_sizes, 1)
    found = measure(ImageSet(**{**vars(data), "factors": factors}))[0]
    assert found["probe_grey"]["value"] == 0


def test_scale_and_offset_of_the_pixels_do_not_matter(data, found):
    other, _ = measure(ImageSet(**{**vars(data), "scale": 1.2 / 255, "offset": -0.1}))
    assert other == found


def test_no_more_images_are_taken_than_are_needed():
    random = np.random.default_rng(1)
    many = 12_000
    classes = random.integers(2, size=(many, 1))
    images = np.repeat(255 * classes[:, :, None, None], 2, axis=1).astype(np.uint8)
    found = measure(image_set(images, classes, ("on",), (2,)))[0]
    assert found["probe_on_se"]["value"] == pytest.approx(np.sqrt(TEST + 1) / (TEST + 2) ** 1.5)
