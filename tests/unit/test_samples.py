"""Samples to look at, by decoders in closed form."""

import numpy as np
import pytest

from latent_assays.samples import quarters_of, samples_of
from latent_assays.split import draw_split
from latent_assays.store import ImageSet

N, LATENTS = 200, 8
SETTINGS = {"network": "hourglass", "objective": "beta-vae"}
MEAN = np.random.default_rng(1).random((N, LATENTS)).astype(np.float32)
ROWS = np.array([5, 150, 7])


def decode(codes):
    """Images (B,1,2,D/2), a latent a pixel."""
    return codes.reshape(len(codes), 1, 2, -1)


def image_set(**meaning):
    images = np.random.default_rng(0).integers(0, 256, (N, 2, LATENTS // 2, 1), dtype=np.uint8)
    facts = {"dataset": "mine", "variant": "original"}
    return ImageSet(images, np.zeros((N, 0)), draw_split(N), (), (), facts, **meaning)


def made(settings=SETTINGS, count=6, data=None):
    return samples_of(decode, MEAN, data or image_set(), ROWS, count, settings)


def codes_of(images):
    """The latents that images (...,2,D/2,1) show, in bytes."""
    return images.reshape(*images.shape[:-3], LATENTS)


def test_originals_stand_beside_their_reconstructions():
    found, data = made(), image_set()
    np.testing.assert_array_equal(found["original"], data.images[ROWS])
    np.testing.assert_array_equal(codes_of(found["reconstruction"]), np.rint(255 * MEAN[ROWS]))


def test_as_many_are_generated_as_are_asked_for():
    found = made(count=6)
    assert found["hybrid"].shape == found["prior"].shape == (6, 2, 4, 1)
    assert found["quarters"].shape == (4, 6, 2, 4, 1)
    images = [array for array in found.values() if array.ndim > 1]
    assert all(array.dtype == np.uint8 for array in images)


def test_a_hybrid_has_values_of_training_images_in_every_latent():
    known = np.rint(255 * MEAN[image_set().rows_of("train")])
    for latents in codes_of(made()["hybrid"]):
        assert all(value in known[:, j] for j, value in enumerate(latents))


def test_in_a_quarter_only_its_own_latents_are_exchanged():
    found = made()
    held = np.rint(255 * MEAN[ROWS[0]])
    assert found["quarter"].tolist() == [0, 0, 1, 1, 2, 2, 3, 3]
    for number, images in enumerate(codes_of(found["quarters"])):
        own = found["quarter"] == number
        assert (images[:, ~own] == held[~own]).all()
        assert (images[:, own] != held[own]).any(axis=0).all()


def test_the_quarters_together_are_the_hybrids():
    found = made()
    of_quarter = codes_of(found["quarters"])[found["quarter"], :, np.arange(LATENTS)].T
    np.testing.assert_array_equal(of_quarter, codes_of(found["hybrid"]))


def test_segments_are_exchanged_whole():
    known = np.rint(255 * MEAN)
    found = made(SETTINGS | {"network": "structural", "segments": 2})
    for latents in codes_of(found["quarters"])[0]:
        assert (known[:, :2] == latents[:2]).all(axis=1).any(), "both are of one image"


@pytest.mark.parametrize("objective", ["beta-vae", "wae-mmd"])
def test_a_prior_is_sampled_where_there_is_one(objective):
    found = made(SETTINGS | {"objective": objective})
    assert "no_prior" not in found


def test_without_a_prior_there_is_the_reason():
    found = made(SETTINGS | {"objective": "ae"})
    assert "prior" not in found
    assert "has no prior" in str(found["no_prior"])


def test_bytes_are_shown_as_what_they_stand_for():
    """A variant that stores [-0.5, 1.5]: half of the bytes' range is beyond black and white."""
    wide = {"scale": 2 / 255, "offset": -0.5}
    found, data = made(data=image_set(**wide)), image_set()
    expected = np.clip(2 / 255 * data.images[ROWS] - 0.5, 0, 1)
    np.testing.assert_allclose(found["original"] / 255, expected, atol=0.501 / 255)
    expected = np.clip(2 / 255 * np.rint(255 * MEAN[ROWS]) - 0.5, 0, 1)
    np.testing.assert_allclose(codes_of(found["reconstruction"]) / 255, expected, atol=0.501 / 255)


@pytest.mark.parametrize(
    ("latents", "sizes"), [(32, [8] * 4), (12, [3] * 4), (10, [3, 2, 3, 2]), (4, [1] * 4)]
)
def test_quarters_are_runs_of_nearly_one_size(latents, sizes):
    quarter = quarters_of(latents)
    assert (np.diff(quarter) >= 0).all()
    assert np.bincount(quarter).tolist() == sizes


@pytest.mark.parametrize("latents", [1, 2, 3])
def test_fewer_latents_than_quarters_are_one_each(latents):
    assert quarters_of(latents).tolist() == list(range(latents))
