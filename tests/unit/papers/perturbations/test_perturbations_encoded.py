"""Which latent encodes which factor: codes whose shares and noise are known."""

import numpy as np
import pytest

from latent_assays.papers.perturbations.measures.encoded import measure
from latent_assays.split import draw_split
from latent_assays.store import ImageSet

NAMES, SIZES = ("shape", "scale", "s"), (3, 4, 6)
COUNT = int(np.prod(SIZES)) * 10  # every combination ten times


def images(names=NAMES, sizes=SIZES):
    factors = np.stack(np.unravel_index(np.arange(COUNT) % np.prod(SIZES), SIZES), axis=1)
    pixels = np.zeros((COUNT, 1, 1, 1), np.uint8)
    return ImageSet(pixels, factors, draw_split(COUNT), names, sizes, {})


def standard(column):
    """A factor's classes with mean 0 and variance 1."""
    values = images().factors[:, column].astype(float)
    return (values - values.mean()) / values.std()


SHAPE, SCALE, S = (standard(column) for column in range(3))


def coded(*latents):
    """Codes of (means, E[σ²]) for each latent; σ itself changes from image to image."""
    swing = np.where(np.arange(COUNT) % 2, np.sqrt(0.5), np.sqrt(1.5))
    return {
        "mean": np.stack([mean for mean, _ in latents], axis=1).astype(np.float32),
        "std": np.stack([np.sqrt(noise) * swing for _, noise in latents], axis=1),
    }


def values(found):
    return {name: entry["value"] for name, entry in found.numbers.items()}


def test_each_factor_has_its_own_latent():
    found = values(measure(images(), coded((S, 0.02), (SHAPE, 0.3), (SCALE, 0.1))))
    assert found["information_s"] == pytest.approx(0.98)
    assert found["information_shape"] == pytest.approx(0.7)
    assert found["information_scale"] == pytest.approx(0.9)
    for name in NAMES:
        assert found[f"share_{name}"] == pytest.approx(1)
    assert found["s_is_first"] == 1


def test_the_share_is_the_explained_part_of_the_variance():
    """0.8² of the variance of the first latent is from the scale and 0.6² from the shape."""
    found = measure(images(), coded((0.8 * SCALE + 0.6 * SHAPE, 0.1), (S, 0.2)))
    np.testing.assert_allclose(found.arrays["share"][:2, 0], [0.36, 0.64], atol=0.01)
    np.testing.assert_allclose(found.arrays["share"][2], [0, 1], atol=0.01)
    np.testing.assert_allclose(found.arrays["information"], [0.9, 0.8])
    assert values(found)["share_shape"] == pytest.approx(0.36, abs=0.01)


def test_any_order_of_the_classes_counts_as_explained():
    """The share is not a correlation: here s goes up and down again."""
    bowl = np.square(S) - 1
    found = values(measure(images(), coded((bowl, 0.1), (SCALE, 0.2))))
    assert found["share_s"] == pytest.approx(1)


def test_scale_and_offset_of_a_latent_do_not_matter():
    codes = coded((S, 0.02), (0.8 * SCALE + 0.6 * SHAPE, 0.1))
    moved = {**codes, "mean": codes["mean"] * [0.03, -7] + [100, 3]}
    assert values(measure(images(), moved)) == pytest.approx(
        values(measure(images(), codes)), abs=1e-4
    )


def test_a_dead_latent_that_follows_a_factor_does_not_encode_it():
    found = values(measure(images(), coded((1e-3 * S, 0.999), (0.8 * S + 0.6 * SCALE, 0.1))))
    assert found["information_s"] == pytest.approx(0.9)
    assert found["share_s"] == pytest.approx(0.64, abs=0.01)


@pytest.mark.parametrize(
    ("latents", "first"),
    [
        (((S, 0.02), (SCALE, 0.03)), 1),
        (((S, 0.03), (SCALE, 0.02)), 0),  # another is less noisy
        (((0.6 * S + 0.8 * SCALE, 0.02), (SHAPE, 0.1)), 0),  # the first is mostly another's
        (((0.8 * S + 0.6 * SCALE, 0.02), (SHAPE, 0.1)), 1),
    ],
    ids=["least noise", "more noise", "a small share", "most of the share"],
)
def test_s_is_first_if_the_latent_of_least_noise_is_mostly_its(latents, first):
    assert values(measure(images(), coded(*latents)))["s_is_first"] == first


def test_a_factor_that_nothing_encodes_has_a_share_of_almost_nothing():
    random = np.random.default_rng(0).normal(size=COUNT)
    found = values(measure(images(), coded((random, 0.1), (SCALE, 0.2))))
    assert 0 <= found["share_s"] < 0.02
    assert found["s_is_first"] == 0


def test_a_constant_latent_explains_nothing():
    found = measure(images(), coded((np.full(COUNT, 3.0), 1.0), (S, 0.1)))
    np.testing.assert_array_equal(found.arrays["share"][:, 0], 0)
    assert values(found)["information_s"] == pytest.approx(0.9)


def test_without_posterior_deviations_there_is_no_information():
    codes = coded((S, 0.1))
    del codes["std"]
    found = measure(images(), codes).numbers
    for name in ("information_s", "share_shape", "s_is_first"):
        assert found[name] == {"value": None, "reason": "the run has no posterior deviations"}


def test_a_factor_without_classes_is_null_with_a_reason():
    data = images(sizes=(3, 0, 6))
    data.factors[:, 0] = 1
    found = measure(data, coded((S, 0.1))).numbers
    for name in ("shape", "scale"):
        assert found[f"information_{name}"]["value"] is None
        assert found[f"share_{name}"]["reason"] == f"{name} is continuous or has one class"
    assert found["share_s"]["value"] == pytest.approx(1)


def test_images_without_s_have_no_first():
    found = measure(images(names=("shape", "scale", "hue")), coded((S, 0.1))).numbers
    assert found["s_is_first"] == {"value": None, "reason": "the images have no factor s"}
    assert found["share_hue"]["value"] == pytest.approx(1)
