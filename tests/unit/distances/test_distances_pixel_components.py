"""Principal components of pixels against their definition, and the distances that rest on them."""

import numpy as np
import pytest
import torch

from latent_assays.distances import pixel_components
from latent_assays.distances.extractor import extract_features
from latent_assays.distances.frechet import frechet_distance
from latent_assays.distances.pixel_components import PixelComponents, fit_components

SIDE = 6


def draw(seed=0, n=200, channels=3, spread=(60, 40, 20)):
    """Images (n,H,W,C) that vary along three fixed patterns and by a little noise."""
    patterns = np.random.default_rng(9).normal(size=(len(spread), SIDE, SIDE, channels))
    noise = np.random.default_rng(seed)
    strengths = noise.normal(size=(n, len(spread))) * spread / np.sqrt(SIDE**2 * channels)
    images = (
        128 + np.tensordot(strengths, patterns, 1) * 4 + noise.normal(size=(n, *patterns.shape[1:]))
    )
    return images.clip(0, 255).astype(np.uint8)


def features_of(components, images):
    return extract_features(components, images, np.arange(len(images)))


@pytest.mark.parametrize("channels", [1, 3])
def test_features_are_projections_on_the_components_of_largest_variance(channels):
    images = draw(channels=channels)
    values = images.transpose(0, 3, 1, 2).reshape(len(images), -1) / 255
    variances = np.linalg.eigvalsh(np.cov(values, rowvar=False))[::-1]
    found = features_of(fit_components(images, np.arange(200)), images)
    assert found.shape == (200, 32)
    np.testing.assert_allclose(np.cov(found, rowvar=False), np.diag(variances[:32]), atol=1e-6)
    np.testing.assert_allclose(found.mean(axis=0), 0, atol=1e-5)


def test_components_are_orthonormal_so_that_no_distance_exceeds_that_of_the_pixels():
    images = draw()
    axes = fit_components(images, np.arange(200)).axes.flatten(1)
    np.testing.assert_allclose(axes @ axes.T, np.eye(32), atol=1e-5)


def test_components_are_of_the_given_rows_alone():
    images = draw()
    images[100:] = np.random.default_rng(1).integers(0, 256, images[100:].shape, np.uint8)
    some = fit_components(images, np.arange(100))
    again = fit_components(images[:100], np.arange(100))
    torch.testing.assert_close(some.axes, again.axes)
    assert some.settings["extractor"] == "first 25 principal components of 100 real images"


def test_of_many_rows_some_are_drawn(monkeypatch):
    monkeypatch.setattr(pixel_components, "FITTED", 50)
    components = fit_components(draw(), np.arange(200))
    assert components.fitted == 50
    first = fit_components(draw(), np.arange(50))
    assert not torch.allclose(components.centre, first.centre), "and not the first ones"


def test_no_component_is_rounding():
    """Images that vary along one pattern have one component; equal ones have none."""
    steps = np.arange(40, dtype=np.uint8)[:, None, None, None]
    images = np.broadcast_to(steps, (40, SIDE, SIDE, 3))
    components = fit_components(images, np.arange(40))
    assert components.dimension == 1
    assert abs(components.axes.flatten(1)).std() < 1e-6, "every pixel alike"
    assert fit_components(np.zeros_like(images), np.arange(40)).dimension == 0


def test_what_a_file_holds_makes_the_same_features():
    images = draw()
    components = fit_components(images, np.arange(200))
    kept = PixelComponents.from_arrays(components.as_arrays())
    np.testing.assert_array_equal(features_of(kept, images), features_of(components, images))
    assert kept.settings == components.settings


def test_pixels_that_are_shifted_or_elsewhere_are_far_from_the_reference():
    reference, others = draw(0), draw(1)
    components = fit_components(reference, np.arange(200))
    known = features_of(components, reference)

    def distance(images):
        return frechet_distance(known, features_of(components, images))

    floor = distance(others)
    assert distance(others + np.uint8(10)) > 5 * floor
    assert distance(np.roll(others, 2, axis=1)) > 5 * floor, "what is where matters"


@pytest.mark.parametrize(("images", "components"), [(2, 1), (40, 10), (128, 32), (200, 32)])
def test_few_images_have_a_quarter_as_many_components(images, components):
    """So that there are always several images a component, as a distance needs."""
    assert fit_components(draw(), np.arange(images)).dimension == components


def test_the_unit_is_that_of_an_images_squared_error():
    """All images replaced by the mean image: what they vary along the components is missing."""
    images = draw()
    components = fit_components(images, np.arange(200))
    features = features_of(components, images)
    still = np.repeat(features.mean(axis=0, keepdims=True), 200, axis=0)
    found = frechet_distance(features, still)
    values = images / 255
    whole = np.square(values - values.mean(axis=0)).sum(axis=(1, 2, 3)).mean()
    assert found == pytest.approx(whole, rel=0.05)
    assert found < whole * 200 / 199
