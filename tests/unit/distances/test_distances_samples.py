"""What a run reconstructs or generates, by a decoder in closed form."""

import numpy as np
import pytest

from latent_assays.distances import samples
from latent_assays.distances.pixel_errors import errors_of_images
from latent_assays.distances.registry import SAMPLES
from latent_assays.distances.samples import POOL, sample, why_none
from latent_assays.errors import UserError
from latent_assays.split import TEST, TRAIN, draw_split
from latent_assays.store import ImageSet

N, LATENTS, SIDE = 700, 4, 2
SETTINGS = {"network": "conv", "objective": "beta-vae"}
# Every latent of every code is told apart: image i has i in its whole part, latent j in its tenths.
MEAN = (np.arange(N)[:, None] + np.arange(LATENTS) / 10).astype(np.float32)


def image_set(split=None, channels=1):
    images = np.random.default_rng(0).integers(0, 256, (N, SIDE, SIDE, channels), dtype=np.uint8)
    split = draw_split(N) if split is None else split
    facts = {"dataset": "mine", "variant": "original"}
    return ImageSet(images, np.zeros((N, 0)), split, (), (), facts)


class Decoder:
    """Keeps the codes that it is given; a pixel is its latent's share of the largest code."""

    def __init__(self, channels=1):
        self.codes, self.channels = [], channels

    def __call__(self, codes):
        self.codes.append(codes)
        values = (codes % 256) / 255
        return np.repeat(values.reshape(-1, 1, SIDE, SIDE), self.channels, axis=1)


def taken(kind, rows, data=None, settings=SETTINGS, **options):
    """The codes (n,D) that were decoded, and what came of them."""
    decode = Decoder()
    made = sample(kind, decode, MEAN, data or image_set(), rows, settings, **options)
    return np.concatenate(decode.codes), made


def members(codes):
    """Of each latent of each code the image that it is from."""
    found = np.rint(codes - np.arange(LATENTS) / 10).astype(int)
    np.testing.assert_allclose(MEAN[found, np.arange(LATENTS)], codes)
    return found


ROWS = np.array([3, 600, 31, 8])


def test_reconstructed_are_the_rows_in_their_order():
    codes, made = taken("reconstruction", ROWS)
    np.testing.assert_array_equal(codes, MEAN[ROWS])
    assert codes.dtype == np.float32
    expected = np.rint(MEAN[ROWS] % 256).reshape(-1, SIDE, SIDE, 1)
    np.testing.assert_array_equal(made.images, expected)
    assert made.images.dtype == np.uint8


def test_errors_are_those_of_the_rows_that_are_reconstructed():
    data = image_set()
    _, made = taken("reconstruction", ROWS, data)
    seen = data.images[ROWS].transpose(0, 3, 1, 2) / 255
    expected = errors_of_images(seen, (MEAN[ROWS] % 256 / 255).reshape(-1, 1, SIDE, SIDE))
    assert set(made.errors) == {"mse", "bce", "bce_floor"}
    for name, values in made.errors.items():
        np.testing.assert_allclose(values, expected[name], rtol=1e-5)


def test_a_perfect_copy_has_no_error():
    data = image_set(channels=3)
    rows = np.array([5, 0, 2])

    def decode(codes):
        return data.images[codes[:, 0].astype(int)].transpose(0, 3, 1, 2) / 255

    made = sample("reconstruction", decode, MEAN, data, rows, SETTINGS)
    np.testing.assert_array_equal(made.images, data.images[rows])
    np.testing.assert_array_equal(made.errors["mse"], 0)
    np.testing.assert_allclose(made.errors["bce"], made.errors["bce_floor"])


def test_the_spread_is_that_of_the_images_that_are_reconstructed():
    data = image_set()
    _, made = taken("reconstruction", ROWS, data)
    assert made.spread == pytest.approx((data.images[ROWS] / 255).var(axis=0).sum())


def test_values_outside_of_the_range_are_shown_clipped_and_have_their_whole_error():
    """A Gaussian likelihood leaves [0,1], where a cross-entropy is not defined."""
    data = image_set()

    def decode(codes):
        return np.full((len(codes), 1, SIDE, SIDE), 1.5)

    made = sample("reconstruction", decode, MEAN, data, ROWS, SETTINGS)
    assert (made.images == 255).all()
    whole = np.square(data.images[ROWS] / 255 - 1.5).sum(axis=(1, 2, 3))
    np.testing.assert_allclose(made.errors["mse"], whole)
    assert np.isnan(made.errors["bce"]).all()


@pytest.mark.parametrize("kind", SAMPLES)
def test_few_at_once_are_the_same_as_many(kind, monkeypatch):
    rows = np.arange(100, 110)
    whole = taken(kind, rows)[1]
    monkeypatch.setattr(samples, "CHUNK", 4)
    decode = Decoder()
    parts = sample(kind, decode, MEAN, image_set(), rows, SETTINGS)
    assert [len(codes) for codes in decode.codes] == [4, 4, 2]
    np.testing.assert_array_equal(parts.images, whole.images)
    assert parts.errors.keys() == whole.errors.keys()
    for name, values in parts.errors.items():
        np.testing.assert_array_equal(values, whole.errors[name])


@pytest.mark.parametrize("kind", ["prior", "hybrid"])
def test_as_many_are_generated_as_there_are_rows_and_they_have_no_errors(kind):
    codes, made = taken(kind, np.arange(50))
    assert codes.shape == (50, LATENTS)
    assert codes.dtype == np.float32
    assert made.images.shape == (50, SIDE, SIDE, 1)
    assert made.errors == {}
    again, other = (taken(kind, np.arange(50), seed=seed)[0] for seed in (0, 1))
    np.testing.assert_array_equal(again, codes)
    assert not np.array_equal(other, codes)


def test_the_prior_is_a_standard_normal():
    codes, _ = taken("prior", np.arange(5000))
    assert np.abs(codes.mean(axis=0)).max() < 4 / np.sqrt(5000)
    np.testing.assert_allclose(np.cov(codes, rowvar=False), np.eye(LATENTS), atol=0.1)


def test_only_an_autoencoder_without_regularisation_has_no_prior():
    plain = SETTINGS | {"objective": "ae"}
    with pytest.raises(UserError, match=r"^prior: .* has no prior; take hybrid$"):
        taken("prior", ROWS, settings=plain)
    assert "has no prior" in why_none("prior", plain)
    for kind in SAMPLES:
        assert why_none(kind, SETTINGS) is None
        assert kind == "prior" or why_none(kind, plain) is None
    for objective in ("beta-vae", "wae-mmd"):
        assert len(taken("prior", ROWS, settings=SETTINGS | {"objective": objective})[0]) == 4
    assert len(taken("hybrid", ROWS, settings=SETTINGS | {"objective": "ae"})[0]) == 4


def test_hybrids_are_made_of_128_training_images():
    data = image_set()
    codes, _ = taken("hybrid", np.arange(2000), data)
    pool = np.unique(members(codes))
    assert len(pool) == POOL == 128
    assert (data.split[pool] == TRAIN).all()
    assert set(pool) - set(data.rows_of("train")[:POOL]), "drawn, and not the first ones"


def test_hybrids_are_made_of_all_training_images_where_there_are_fewer():
    split = np.full(N, TEST, np.uint8)
    split[[7, 99, 412]] = TRAIN
    codes, _ = taken("hybrid", np.arange(200), image_set(split))
    assert np.unique(members(codes)).tolist() == [7, 99, 412]


def test_latents_of_a_hybrid_come_each_from_an_image_of_its_own():
    found = members(taken("hybrid", np.arange(500))[0])
    same = (found[:, 1:] == found[:, :1]).mean(axis=0)
    assert (same < 0.05).all(), "1 in 128 by chance"


@pytest.mark.parametrize("network", ["structural", "ladder"])
def test_segments_are_exchanged_whole(network):
    settings = SETTINGS | {"network": network, "segments": 2}
    found = members(taken("hybrid", np.arange(500), settings=settings)[0])
    np.testing.assert_array_equal(found[:, 0], found[:, 1])
    np.testing.assert_array_equal(found[:, 2], found[:, 3])
    assert (found[:, 0] == found[:, 2]).mean() < 0.05


def test_a_network_without_segments_does_not_ask_for_them():
    settings = SETTINGS | {"segments": 2}  # as a second phase may inherit
    found = members(taken("hybrid", np.arange(500), settings=settings)[0])
    assert (found[:, 0] == found[:, 1]).mean() < 0.05


def test_an_unknown_kind_names_those_that_exist():
    known = "reconstruction, prior, hybrid"
    with pytest.raises(UserError, match=f"^'posterior' is not a kind; the kinds are {known}$"):
        taken("posterior", ROWS)
