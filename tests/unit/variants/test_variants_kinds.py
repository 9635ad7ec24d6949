"""Noise, contrast alone, an added factor, and classes left out."""

import json

import numpy as np
import pytest

from latent_assays.errors import UserError
from latent_assays.split import draw_split
from latent_assays.store import ImageSet
from latent_assays.variants import extra_factor, noisy, squeezed, without
from latent_assays.variants.extra_factor import uniform_values

SIZES = (3, 5, 12)
COUNT = int(np.prod(SIZES))
EPSILON = 0.1


@pytest.fixture
def original():
    random = np.random.default_rng(0)
    images = random.integers(0, 256, (COUNT, 8, 8, 3), dtype=np.uint8)
    images[0], images[1] = 0, 255
    return ImageSet(
        images=images,
        factors=np.stack(np.unravel_index(np.arange(COUNT), SIZES), axis=1).astype(np.int16),
        split=draw_split(COUNT),
        factor_names=("shape", "angle", "hue"),
        factor_sizes=SIZES,
        attributes={"keep": json.dumps({"angle": [0, 3, 7, 11, 14]}), "selection": "all"},
    )


def values_of(change, rows):
    return change.images(rows) * change.scale + change.offset


@pytest.mark.parametrize("values", ["unclipped", "clipped"])
def test_noise_is_uniform_within_epsilon(original, values):
    change = noisy.change(original, {"epsilon": EPSILON, "values": values, "seed": 0})
    moved = values_of(change, slice(0, COUNT)) - original.images / 255
    assert np.abs(moved).max() <= EPSILON + 1e-12
    if values == "unclipped":
        assert abs(moved.mean()) < 0.002
        assert moved.std() == pytest.approx(EPSILON / np.sqrt(3), rel=0.02)
    else:
        changed = values_of(change, slice(0, COUNT))
        assert changed.min() >= 0
        assert changed.max() <= 1 + 1e-12


def test_noise_does_not_depend_on_the_batches(original):
    change = noisy.change(original, {"epsilon": EPSILON, "values": "unclipped", "seed": 3})
    whole = change.images(slice(0, COUNT))
    parts = [change.images(slice(a, b)) for a, b in ((0, 50), (50, 129), (129, COUNT + 9))]
    assert np.array_equal(np.concatenate(parts), whole)
    other = noisy.change(original, {"epsilon": EPSILON, "values": "unclipped", "seed": 4})
    assert not np.array_equal(other.images(slice(0, COUNT)), whole)


@pytest.mark.parametrize("epsilon", [0.1, 0.175, 0.5])
def test_squeezed_images_have_the_contrast_of_the_changed_ones_and_their_own_values(
    original, epsilon
):
    settings = {"epsilon": epsilon, "values": "unclipped", "seed": 0}
    change = squeezed.change(original, settings)
    noise = noisy.change(original, settings)
    assert (change.scale, change.offset) == (noise.scale, noise.offset)
    moved = values_of(change, slice(0, COUNT)) - original.images / 255
    assert np.abs(moved).max() <= change.scale / 2 + 1e-12, "more than rounding"
    stored = change.images(slice(0, COUNT))
    assert stored.dtype == np.uint8
    squeezed_bytes = np.unique(stored[:2])  # of black and of white
    expected = np.rint(255 * np.array([epsilon, 1 + epsilon]) / (1 + 2 * epsilon))
    np.testing.assert_array_equal(squeezed_bytes, expected)


def test_squeezed_images_lie_in_the_middle_of_noisy_ones(original):
    """The noise has no mean, so that the mean of many noisy sets is the squeezed one."""
    settings = {"epsilon": EPSILON, "values": "unclipped"}
    sets = [noisy.change(original, {**settings, "seed": seed}) for seed in range(40)]
    mean = np.mean([change.images(slice(0, COUNT)) for change in sets], axis=0)
    apart = mean - squeezed.change(original, settings).images(slice(0, COUNT))
    assert abs(apart.mean()) < 0.05
    assert np.abs(apart).max() < 255 * EPSILON / (1 + 2 * EPSILON)


def test_clipped_values_need_no_squeezing(original):
    change = squeezed.change(original, {"epsilon": EPSILON, "values": "clipped"})
    assert (change.scale, change.offset) == (1 / 255, 0)
    assert np.array_equal(change.images(slice(0, COUNT)), original.images)


@pytest.mark.parametrize("levels", [2, 3, 32])
def test_the_added_factor_has_mean_0_and_variance_1(levels):
    values = uniform_values(levels)
    assert values.mean() == pytest.approx(0, abs=1e-12)
    assert values.var() == pytest.approx(1)
    assert np.abs(values).max() <= np.sqrt(3)


def test_the_added_factor_is_independent_and_within_epsilon(original):
    settings = {"epsilon": EPSILON, "gain": 4, "values": "unclipped", "seed": 0, "levels": 6}
    change = extra_factor.change(original, settings)
    assert change.factor_names[-1] == "s"
    assert change.factor_sizes == (*SIZES, 6)
    assert np.array_equal(change.factors[:, :3], original.factors)
    assert set(change.factors[:, 3]) == set(range(6))
    moved = values_of(change, slice(0, COUNT)) - original.images / 255
    assert np.abs(moved).max() <= EPSILON + 1e-12
    assert np.abs(moved).min() > EPSILON - 0.006
    same = change.factors[:, 3] == change.factors[0, 3]
    signs = np.sign(moved)
    assert np.array_equal(signs[same], np.broadcast_to(signs[0], signs[same].shape))
    assert not change.attributes["grid"]


def test_classes_are_left_out_by_their_number_in_the_full_grid(original):
    change = without.change(original, {"drop": {"angle": [0, 1, 13, 14]}})
    kept = np.isin(original.factors[:, 1], [1, 2, 3])
    assert np.array_equal(change.images(slice(0, COUNT)), original.images[kept])
    assert change.factor_sizes == (3, 3, 12)
    assert set(change.factors[:, 1]) == {0, 1, 2}
    assert np.array_equal(change.extra["rows"], np.flatnonzero(kept))
    assert np.array_equal(change.split, original.split[kept]), "an image changed its part"


def test_every_image_stays_in_its_part(original):
    settings = {"epsilon": EPSILON, "gain": 4, "values": "unclipped", "seed": 0, "levels": 6}
    for kind in (noisy, squeezed, extra_factor):
        assert np.array_equal(kind.change(original, settings).split, original.split)


@pytest.mark.parametrize(
    ("drop", "sentence"),
    [({"size": [0]}, "'size' is not a factor"), ({"shape": [0, 1, 2]}, "leaves no image")],
)
def test_a_drop_that_cannot_be_is_refused(original, drop, sentence):
    with pytest.raises(UserError, match=sentence):
        without.change(original, {"drop": drop})
