import numpy as np
import pytest
from PIL import Image

from latent_assays.datasets.originals.resizing import bilinear, block_mean, check_divides
from latent_assays.errors import UserError


@pytest.mark.parametrize("resolution", [32, 64, 14, 28, 1])
def test_bilinear_agrees_with_pillow(resolution):
    """Pillow rounds after each axis, so it may differ by one grey level."""
    images = np.random.default_rng(0).integers(0, 256, (10, 28, 28), dtype=np.uint8)
    ours = bilinear(images[..., None], resolution)
    side = (resolution, resolution)
    theirs = [Image.fromarray(i).resize(side, Image.Resampling.BILINEAR) for i in images]
    difference = ours[..., 0].astype(int) - np.stack([np.asarray(i) for i in theirs])
    assert ours.shape == (10, *side, 1)
    assert np.abs(difference).max() <= 1


def test_bilinear_has_half_pixel_centres():
    """A ramp stays a ramp, sampled at the new centres."""
    ramp = np.broadcast_to(np.arange(28, dtype=np.uint8) * 8, (1, 28, 28))[..., None]
    centres = (np.arange(32) + 0.5) * 28 / 32 - 0.5
    expected = np.rint(8 * centres.clip(0, 27))
    np.testing.assert_array_equal(bilinear(ramp, 32)[0, 5, :, 0], expected)


def test_bilinear_leaves_the_same_side_alone():
    images = np.zeros((1, 28, 28, 1), np.uint8)
    assert bilinear(images, 28) is images


@pytest.mark.parametrize("block", [2, 4, 16])
def test_block_mean_is_the_rounded_mean(block):
    images = np.random.default_rng(2).integers(0, 256, (5, 64, 64, 3), dtype=np.uint8)
    images[0] = 255
    side = 64 // block
    means = images.reshape(5, side, block, side, block, 3).mean(axis=(2, 4))
    np.testing.assert_array_equal(block_mean(images, side), np.floor(means + 0.5))


def test_block_mean_leaves_the_same_side_alone():
    images = np.zeros((1, 64, 64, 3), np.uint8)
    assert block_mean(images, 64) is images


@pytest.mark.parametrize("resolution", [24, 0, -64, 128, 2])
def test_other_sides_are_refused_with_the_possible_ones(resolution):
    with pytest.raises(UserError, match=rf"resolution {resolution} .*possible: 64, 32, 16, 8, 4$"):
        check_divides(64, resolution)
