"""Global variance and local expansiveness of images whose answers are known in closed form."""

import json
from dataclasses import replace

import numpy as np
import pytest

from latent_assays.papers.perturbations.image_measures.variance import measure
from latent_assays.split import draw_split
from latent_assays.store import ImageSet
from latent_assays.variants import extra_factor
from latent_assays.variants.extra_factor import uniform_values
from latent_assays.variants.pattern import pattern_of

SIZES = (3, 2, 5, 4)
NAMES = ("shape", "tint", "position_x", "position_y")
BRIGHT = np.array([0, 40, 110])  # of the shapes
SIDE = 8
EPSILON = 0.1


def grid(sizes=SIZES):
    return np.stack(np.unravel_index(np.arange(np.prod(sizes)), sizes), axis=1).astype(np.int16)


def image_set(images, factors, names=NAMES, sizes=SIZES, **attributes):
    told = {"title": "made up", "keep": "{}", **attributes}
    return ImageSet(images, factors, draw_split(len(images)), names, sizes, told)


def bars():
    """Shape is the grey of the first row, tint of nothing, x the column of a dot, y its grey."""
    factors = grid()
    images = np.zeros((len(factors), SIDE, SIDE, 1), np.uint8)
    shape, _, x, y = factors.T
    images[:, 0, :, 0] = BRIGHT[shape][:, None]
    images[np.arange(len(factors)), 4, x, 0] = 30 * y + 50
    return image_set(images, factors)


def values(numbers):
    return {name: entry["value"] for name, entry in numbers.items()}


@pytest.fixture(scope="module")
def original():
    return values(measure(bars())[0])


# --- originals ---


def test_variances_are_those_of_the_means_over_pixels(original):
    dots = np.array([50.0, 80.0, 110.0, 140.0]) / 255
    assert original["variance_shape"] == pytest.approx((BRIGHT / 255).var() * SIDE / SIDE**2)
    assert original["variance_tint"] == pytest.approx(0, abs=1e-12)
    # each of the 5 columns holds the mean dot at one of 5 positions
    of_x = 5 * dots.mean() ** 2 * (1 / 5 - 1 / 25)
    assert original["variance_position_x"] == pytest.approx(of_x / SIDE**2)
    assert original["variance_position_y"] == pytest.approx(5 * (dots / 5).var() / SIDE**2)


def test_expansiveness_is_the_change_by_a_step_over_the_step(original):
    dots = np.array([50.0, 80.0, 110.0, 140.0]) / 255
    # x moves the dot by a column: it goes from one pixel and comes to another; a step is 1/4
    assert original["expansiveness_position_x"] == pytest.approx(
        4 * np.sqrt(2) * dots.mean(), rel=0.05
    )
    assert original["expansiveness_position_x_low"] == pytest.approx(4 * np.sqrt(2) * dots[0])
    # y changes the dot's grey by 30; a step is 1/3
    assert original["expansiveness_position_y"] == pytest.approx(3 * 30 / 255)
    assert original["expansiveness_position_y_low"] == pytest.approx(3 * 30 / 255)


def test_an_original_has_no_numbers_of_s(original):
    assert not [name for name in original if "s" in name.split("_")[1:]]
    assert not [name for name in original if name.endswith("crossing")]


def test_a_step_is_measured_on_the_full_grid_of_a_known_dataset():
    """dSprites has 32 positions; of those kept here, neighbours lie 4 and 2 apart."""
    images, factors = np.zeros((3, 2, 2, 1), np.uint8), np.arange(3, dtype=np.int16)[:, None]
    images[1:] = [[[[51]] * 2] * 2, [[[102]] * 2] * 2]
    kept = {"keep": json.dumps({"position_x": [7, 11, 13]}), "title": "dSprites"}
    numbers = values(measure(image_set(images, factors, ("position_x",), (3,), **kept))[0])
    steps = np.array([4, 2]) / 31
    change = 0.2 * 2  # the norm of four pixels that change by 0.2
    assert numbers["expansiveness_position_x"] == pytest.approx((change / steps).mean())


def test_scale_and_offset_of_stored_pixels_are_minded(original):
    found = values(measure(replace(bars(), scale=3 / 255, offset=-1.0))[0])
    assert found["variance_shape"] == pytest.approx(9 * original["variance_shape"])
    name = "expansiveness_position_y"
    assert found[name] == pytest.approx(3 * original[name])


def test_one_class_and_continuous_factors_are_null_with_a_reason():
    data = bars()
    still = np.where(np.arange(4) == 0, 0, data.factors)
    numbers, _ = measure(image_set(data.images, still, sizes=(1, 2, 5, 0)))
    assert numbers["variance_shape"]["value"] is None
    assert numbers["variance_shape"]["reason"].startswith("shape has one class")
    assert numbers["variance_position_y"]["reason"] == "position_y is continuous"


def test_without_neighbours_expansiveness_is_null_with_a_reason():
    data = bars()
    rows = np.flatnonzero(data.factors[:, 2] == 0)
    numbers, _ = measure(image_set(data.images[rows], data.factors[rows]))
    assert numbers["expansiveness_position_x"]["value"] is None
    assert (
        "no two images differ by one step of position_x alone"
        in numbers["expansiveness_position_x"]["reason"]
    )


def test_images_drawn_at_random_are_corrected_for_small_classes():
    """Noise alone: no factor explains anything, and the plain variance of means is far from 0."""
    random = np.random.default_rng(0)
    images = random.integers(0, 256, (60, 8, 8, 3), dtype=np.uint8)
    factors = random.integers(0, 10, (60, 1))
    found = values(measure(image_set(images, factors, ("shape",), (10,)))[0])["variance_shape"]
    noise = (255**2 / 12) / 255**2
    assert abs(found) < 0.05 * noise
    assert noise * 9 / 60 > 0.14 * noise, "what would be found without the correction"


# --- the added factor ---


def added(epsilon=EPSILON, gain=4.0, levels=8, seed=0, channels=1):
    data = bars()
    data = image_set(np.repeat(data.images, channels, axis=3), data.factors)
    settings = {"epsilon": epsilon, "gain": gain, "values": "unclipped", "seed": seed}
    change = extra_factor.change(data, {**settings, "levels": levels})
    return ImageSet(
        images=change.images(slice(None)),
        factors=change.factors,
        split=change.split,
        factor_names=change.factor_names,
        factor_sizes=change.factor_sizes,
        attributes={**data.attributes, **change.attributes},
        scale=change.scale,
        offset=change.offset,
        extra=change.extra,
    )


def test_what_the_other_factors_do_is_as_without_s(original):
    found = values(measure(added())[0])
    for name, value in original.items():
        assert found[name] == pytest.approx(value, rel=0.05, abs=1e-5), name


def test_the_variance_of_s_is_that_of_its_pattern_on_average():
    truth, found = [], []
    for seed in range(30):
        images = added(seed=seed)
        f = pattern_of(images).at(uniform_values(8), SIDE)
        truth.append(EPSILON**2 * f.var(axis=0).mean())
        found.append(values(measure(images)[0])["variance_s"])
    rounded = (1 - 0.5 * 1.2 / 255 / EPSILON) ** 2  # bytes are rounded towards the original
    assert np.mean(found) == pytest.approx(rounded * np.mean(truth), rel=0.02)


@pytest.mark.parametrize("channels", [1, 3])
def test_expansiveness_of_s_is_that_of_its_two_patterns(channels):
    """Column factors 1 and 2, signs that alternate: a column that moves by a row changes all over.

    With gain 1 and the positions' step of 1/3, the columns of factor 1 have moved at a third of
    all values of s and those of factor 2 at a sixth.
    """
    images = added(gain=1.0, channels=channels)
    images.extra["signs"] = np.tile([[1], [-1]], (8, SIDE)).astype(np.int8)
    images.extra["column_factors"] = np.repeat([1, 2], SIDE // 2)
    images = replace(
        images,
        factors=images.factors[:, [0, 1, 3, 4]],  # without position_x
        factor_names=("shape", "tint", "position_y", "s"),
        factor_sizes=(3, 2, 4, 8),
    )
    numbers = values(measure(images)[0])
    pattern, step = pattern_of(images), 1 / 3
    s = np.linspace(images.extra["s"].min(), images.extra["s"].max() - step, 1000)
    moved = pattern.shifts(s) != pattern.shifts(s + step)
    expected = 2 * EPSILON * np.sqrt(channels * SIDE * moved.sum(axis=1)) / step
    assert numbers["expansiveness_s"] == pytest.approx(expected.mean())
    assert moved[:, 0].mean() == pytest.approx(1 / 3, abs=0.05)
    assert moved[:, -1].mean() == pytest.approx(1 / 6, abs=0.05)
    assert numbers["expansiveness_s_low"] == 0


def test_expansiveness_of_s_grows_with_epsilon_and_its_variance_with_the_square():
    once, thrice = (values(measure(added(epsilon))[0]) for epsilon in (0.05, 0.15))
    assert thrice["expansiveness_s"] == pytest.approx(3 * once["expansiveness_s"])
    assert thrice["variance_s"] == pytest.approx(9 * once["variance_s"], rel=0.1)
    for name in ("expansiveness_crossing", "variance_crossing"):
        assert thrice[name] == pytest.approx(once[name], rel=0.1)


def test_at_the_crossing_s_is_as_large_as_the_largest_other_factor():
    crossing = values(measure(added(0.1))[0])["expansiveness_crossing"]
    at = values(measure(added(crossing))[0])
    others = at["expansiveness_position_x"], at["expansiveness_position_y"]
    assert at["expansiveness_s"] == pytest.approx(max(others), rel=0.01)
    crossing = values(measure(added(0.1))[0])["variance_crossing"]
    at = values(measure(added(crossing))[0])
    others = [at[f"variance_{name}"] for name in NAMES]
    assert at["variance_s"] == pytest.approx(max(others), rel=0.05)


def test_a_pattern_that_never_moves_has_no_crossing():
    images = added()
    images.extra["signs"] = np.ones_like(images.extra["signs"])
    still = replace(images, images=np.full_like(images.images, 9))
    numbers, _ = measure(still)
    assert numbers["expansiveness_s"]["value"] == 0
    assert numbers["expansiveness_crossing"]["value"] is None
    assert "not above 0" in numbers["expansiveness_crossing"]["reason"]


def test_without_positions_there_is_no_step_for_s():
    images = added()
    factors, names = images.factors[:, [0, 1, 4]], ("shape", "tint", "s")
    numbers, _ = measure(
        replace(images, factors=factors, factor_names=names, factor_sizes=(3, 2, 8))
    )
    assert numbers["expansiveness_s"]["value"] is None
    assert "no position says how long a step is" in numbers["expansiveness_s"]["reason"]
    assert numbers["variance_s"]["value"] > 0
