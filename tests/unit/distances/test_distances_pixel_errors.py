import numpy as np
import pytest
import torch

from latent_assays.distances import pixel_errors
from latent_assays.distances.pixel_errors import errors_of_images, mean_errors, spread_of_images

SHAPE = (7, 3, 4, 4)
SPREAD = 2.0


@pytest.fixture
def images():
    return np.random.default_rng(0).random(SHAPE)


def test_errors_are_those_of_torch_summed_over_pixels_and_channels(images):
    y = np.random.default_rng(1).uniform(0.01, 0.99, SHAPE)
    found = errors_of_images(images, y)
    given = torch.from_numpy(images), torch.from_numpy(y)
    mse = torch.nn.functional.mse_loss(*given, reduction="none").sum((1, 2, 3))
    bce = torch.nn.functional.binary_cross_entropy(*given[::-1], reduction="none").sum((1, 2, 3))
    np.testing.assert_allclose(found["mse"], mse)
    np.testing.assert_allclose(found["bce"], bce)


def test_the_known_answer_of_one_value():
    found = errors_of_images(np.full((1, 1, 1, 1), 0.5), np.full((1, 1, 1, 1), 0.25))
    assert found["mse"] == pytest.approx([0.0625])
    assert found["bce"] == pytest.approx([-0.5 * np.log(0.25) - 0.5 * np.log(0.75)])
    assert found["bce_floor"] == pytest.approx([np.log(2)])


def test_a_perfect_copy_has_the_floor(images):
    results = mean_errors(errors_of_images(images, images), images[0].size, SPREAD)
    for result in results.values():
        assert result["value"] == pytest.approx(result["details"]["floor"])
    assert results["mse_per_image"]["value"] == 0
    assert results["bce_per_image"]["value"] > 0, "grey pixels have an entropy"


def test_per_image_and_per_pixel_differ_by_the_number_of_values(images):
    results = mean_errors(errors_of_images(images, images**2), 48, SPREAD)
    assert results["mse_per_pixel"]["value"] == pytest.approx(np.square(images - images**2).mean())
    for name in ("mse", "bce"):
        of_image, of_pixel = results[f"{name}_per_image"], results[f"{name}_per_pixel"]
        assert of_image["value"] == pytest.approx(48 * of_pixel["value"])
        assert of_image["details"]["floor"] == pytest.approx(48 * of_pixel["details"]["floor"])
        assert of_image["settings"]["n_generated"] == 7


def test_black_and_white_have_a_finite_cross_entropy():
    """A float32 sigmoid reaches 0 and 1, and bytes are exactly 0 and 255."""
    binary = np.random.default_rng(0).integers(0, 2, SHAPE).astype(np.float32)
    assert errors_of_images(binary, binary)["bce"] == pytest.approx(np.zeros(7), abs=1e-4)
    assert errors_of_images(binary, 1 - binary)["bce"] == pytest.approx(48 * 24 * np.log(2))


def test_outputs_outside_the_unit_range_have_no_cross_entropy_but_an_error(images):
    reconstructions = images.copy()
    reconstructions[[2, 5], 0, 0, 0] = (1.5, -0.5)
    results = mean_errors(errors_of_images(images, reconstructions), 48, SPREAD)
    assert results["bce_per_image"]["value"] is None
    assert results["bce_per_image"]["reason"] == "2 of 7 reconstructions leave [0,1]"
    assert results["bce_per_image"]["details"]["floor"] > 0
    assert results["mse_per_image"]["value"] > 0
    assert results["mse_per_image"]["reason"] is None


def stored(seed=0, n=9):
    """Images (n,H,W,C) as bytes."""
    return np.random.default_rng(seed).integers(0, 256, (n, 4, 4, 3), np.uint8)


def test_the_mean_image_explains_nothing_a_copy_all_and_what_is_worse_less_than_nothing():
    images = stored() / 255
    mean = np.broadcast_to(images.mean(axis=0), images.shape)
    spread = spread_of_images(stored(), np.arange(9))

    def r2(reconstructions):
        return mean_errors(errors_of_images(images, reconstructions), 48, spread)["r2"]["value"]

    assert r2(images) == 1
    assert r2(mean) == pytest.approx(0, abs=1e-12)
    assert r2((images + mean) / 2) == pytest.approx(0.75)
    assert r2(1 - images) < 0


def test_the_spread_is_the_variance_of_some_rows_however_many_are_read_at_once(monkeypatch):
    rows = np.array([8, 0, 3, 4])
    expected = (stored()[rows] / 255).var(axis=0).sum()
    assert spread_of_images(stored(), rows) == pytest.approx(expected)
    monkeypatch.setattr(pixel_errors, "CHUNK", 3)
    assert spread_of_images(stored(), rows) == pytest.approx(expected)


def test_images_that_do_not_differ_have_no_share_to_explain():
    same = np.repeat(stored(n=1), 5, axis=0)
    assert spread_of_images(same, np.arange(5)) == 0
    result = mean_errors(errors_of_images(same / 255, same / 256), 48, 0.0)["r2"]
    assert (result["value"], result["reason"]) == (None, "the images do not differ")
