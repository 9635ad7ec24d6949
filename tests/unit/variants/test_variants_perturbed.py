"""The perturbation x' = x + ε f(s): its bound, its pattern, and the component that it fosters."""

from dataclasses import replace

import numpy as np
import pytest

from latent_assays.errors import UserError
from latent_assays.split import draw_split
from latent_assays.store import ImageSet
from latent_assays.variants.pattern import (
    COLUMN_FACTORS,
    Pattern,
    identity_of,
    make_pattern,
    pattern_of,
    perturb,
)
from latent_assays.variants.perturbed import change, fostered_latent
from latent_assays.variants.pixels import pixel_scale, stored_bounds

EPSILONS = (0.1, 0.15, 0.175, 0.02, 0.5)
ROUNDING = 1e-9  # of double precision, far below a stored step of 1/255


def images_and_component(count=64, height=16, width=16, channels=3, seed=0):
    random = np.random.default_rng(seed)
    images = random.integers(0, 256, (count, height, width, channels), dtype=np.uint8)
    s = random.normal(size=count)
    return images, (s - s.mean()) / s.std()


# --- the bound ---


@pytest.mark.parametrize("values", ["unclipped", "clipped"])
@pytest.mark.parametrize("epsilon", EPSILONS)
def test_every_byte_stays_within_epsilon_and_comes_as_near_to_it_as_bytes_allow(epsilon, values):
    scale, offset = pixel_scale(epsilon, values)
    x = np.arange(256) / 255
    lower, upper = (scale * bound + offset for bound in stored_bounds(epsilon, values))
    lowest, highest = (0, 1) if values == "clipped" else (-epsilon, 1 + epsilon)
    for stored, ideal, towards in (
        (lower, np.maximum(x - epsilon, lowest), 1),
        (upper, np.minimum(x + epsilon, highest), -1),
    ):
        assert np.all(np.abs(stored - x) <= epsilon + ROUNDING)
        gap = (stored - ideal) * towards
        assert gap.min() >= -ROUNDING, "rounded away from x"
        assert gap.max() < scale, "a nearer byte was there"


@pytest.mark.parametrize("values", ["unclipped", "clipped"])
@pytest.mark.parametrize("epsilon", EPSILONS)
def test_no_pixel_of_any_image_changes_by_more_than_epsilon(epsilon, values):
    images, s = images_and_component()
    pattern = make_pattern(s, 16, 16, gain=32, seed=0)
    scale, offset = pixel_scale(epsilon, values)
    stored = perturb(images, s, pattern, epsilon, values)
    assert stored.dtype == np.uint8
    difference = stored * scale + offset - images / 255
    assert np.abs(difference).max() <= epsilon + ROUNDING
    signs = pattern.at(s, 16)[..., None]
    assert np.all(difference * signs >= -ROUNDING), "changed against the sign of f(s)"


def test_unclipped_changes_every_pixel_by_epsilon_black_and_white_ones_too():
    epsilon = 0.1
    scale, offset = pixel_scale(epsilon, "unclipped")
    assert offset == pytest.approx(-epsilon)
    assert 255 * scale + offset == pytest.approx(1 + epsilon)
    lower, upper = (scale * b + offset for b in stored_bounds(epsilon, "unclipped"))
    assert lower[0] == pytest.approx(-epsilon)
    assert upper[255] == pytest.approx(1 + epsilon)
    x = np.arange(256) / 255
    assert (x - lower).min() > epsilon - scale
    assert (upper - x).min() > epsilon - scale


def test_clipped_stays_in_range_and_halves_the_change_of_black_and_white():
    assert pixel_scale(0.1, "clipped") == (1 / 255, 0.0)
    lower, upper = stored_bounds(0.1, "clipped")
    assert (lower[0], upper[0]) == (0, 25)  # 0.1 * 255 = 25.5, rounded towards x
    assert (lower[255], upper[255]) == (230, 255)
    assert (lower[128], upper[128]) == (103, 153)


def test_a_bound_that_is_a_whole_byte_is_reached():
    """ε = 0.2 is 51 bytes exactly; rounding errors must not cost a step."""
    lower, upper = stored_bounds(0.2, "clipped")
    np.testing.assert_array_equal(lower, np.maximum(np.arange(256) - 51, 0))
    np.testing.assert_array_equal(upper, np.minimum(np.arange(256) + 51, 255))


# --- the pattern ---


def test_columns_computed_by_hand():
    """f(s)_ij = p_i'j with i' = round(G (s - origin) / c_j) + i."""
    signs = np.array(
        [
            [1, -1, 1],
            [-1, -1, 1],
            [1, 1, -1],
            [1, -1, -1],
            [-1, 1, 1],
            [-1, 1, -1],
        ],
        np.int8,
    )
    pattern = Pattern(signs, np.array([1, 2, 4]), origin=-1.0, gain=2.0)
    # G (s - origin) is 0, 2 and 3; the columns move by 0 0 0, 2 1 0 (2/4 rounds to even), 3 2 1
    found = pattern.at(np.array([-1.0, 0.0, 0.5]), height=3)
    np.testing.assert_array_equal(found[0].T, [[1, -1, 1], [-1, -1, 1], [1, 1, -1]])
    np.testing.assert_array_equal(found[1].T, [[1, 1, -1], [-1, 1, -1], [1, 1, -1]])
    np.testing.assert_array_equal(found[2].T, [[1, -1, -1], [1, -1, 1], [1, -1, -1]])


def test_against_the_formula_pixel_by_pixel():
    images, s = images_and_component(count=9, height=5, width=6, channels=1)
    pattern = make_pattern(s, 5, 6, gain=7, seed=3)
    epsilon = 0.15
    lower, upper = stored_bounds(epsilon, "unclipped")
    stored = perturb(images, s, pattern, epsilon, "unclipped")
    for n, i, j in np.ndindex(9, 5, 6):
        row = int(np.rint(7 * (s[n] - s.min()) / pattern.column_factors[j])) + i
        bound = upper if pattern.signs[row, j] > 0 else lower
        assert stored[n, i, j, 0] == bound[images[n, i, j, 0]]


def test_f_is_plus_and_minus_one_and_the_factors_are_the_papers():
    _, s = images_and_component()
    pattern = make_pattern(s, 64, 64, gain=32, seed=0)
    assert set(np.unique(pattern.signs)) == {-1, 1}
    assert abs(pattern.signs.mean()) < 0.05
    assert set(np.unique(pattern.column_factors)) == set(COLUMN_FACTORS) == {1, 2, 3, 4}
    assert set(np.unique(pattern.at(s, 64))) == {-1, 1}


@pytest.mark.parametrize("gain", [0.5, 2, 32, 64])
def test_the_pattern_is_long_enough_for_every_s(gain):
    for seed in range(5):
        _, s = images_and_component(count=200, seed=seed)
        for kind in (np.float64, np.float32):
            pattern = make_pattern(s.astype(kind), 8, 8, gain, seed)
            assert pattern.at(s.astype(kind), 8).shape == (200, 8, 8)


def test_the_pattern_tells_s_apart():
    """With the paper's gain every s that differs by a row has a pattern of its own."""
    s = np.linspace(-2, 2, 4 * 32 + 1)  # a step is one row of a column of factor 1
    pattern = make_pattern(s, 32, 32, gain=32, seed=0)
    found = pattern.at(s, 32).reshape(len(s), -1)
    assert len(np.unique(found, axis=0)) == len(s)
    # and what differs, differs in many pixels: about half where the columns moved
    distances = (found[:, None] != found[None]).mean(axis=2)[~np.eye(len(s), dtype=bool)]
    assert distances.min() > 0.05


def test_the_pattern_moves_down_its_columns_smoothly():
    s = np.array([0.0, 1.0, 3.0])
    pattern = make_pattern(s, 10, 12, gain=4, seed=1)
    found = pattern.at(s, 10)
    for j in np.flatnonzero(pattern.column_factors == 1):
        np.testing.assert_array_equal(found[1, :-4, j], found[0, 4:, j])


def test_the_same_pattern_goes_to_every_channel():
    _, s = images_and_component(count=5)
    grey = np.full((5, 16, 16, 3), 128, np.uint8)
    stored = perturb(grey, s, make_pattern(s, 16, 16, 32, 0), 0.1, "unclipped")
    np.testing.assert_array_equal(stored[..., 0], stored[..., 1])
    np.testing.assert_array_equal(stored[..., 0], stored[..., 2])


def test_a_seed_is_a_pattern():
    _, s = images_and_component()
    first, again, other = (make_pattern(s, 16, 16, 32, seed) for seed in (0, 0, 1))
    np.testing.assert_array_equal(first.signs, again.signs)
    np.testing.assert_array_equal(first.column_factors, again.column_factors)
    assert not np.array_equal(first.signs, other.signs)


# --- its identity ---

SMALL = Pattern(np.array([[1, -1], [-1, 1]], np.int8), np.array([1, 4]), origin=-1.5, gain=2)


def test_the_checksum_is_that_of_the_numbers_signs_and_factors():
    """Anyone can compute it: SHA-256 of the JSON, the signs as bytes, the factors as int64."""
    import hashlib

    text = (
        b'{"epsilon": 0.1, "gain": 2.0, "origin": -1.5, "shape": [2, 2], "values": "unclipped"}'
        b"\x01\xff\xff\x01" + b"\x01" + bytes(7) + b"\x04" + bytes(7)
    )
    assert identity_of(SMALL, 0.1, "unclipped") == {
        "pattern_version": 1,
        "pattern_sha256": hashlib.sha256(text).hexdigest(),
    }


@pytest.mark.parametrize(
    "other",
    [
        (replace(SMALL, signs=-SMALL.signs), 0.1, "unclipped"),
        (replace(SMALL, signs=SMALL.signs.reshape(1, 4)), 0.1, "unclipped"),
        (replace(SMALL, column_factors=np.array([4, 1])), 0.1, "unclipped"),
        (replace(SMALL, origin=-1.4), 0.1, "unclipped"),
        (replace(SMALL, gain=3), 0.1, "unclipped"),
        (SMALL, 0.2, "unclipped"),
        (SMALL, 0.1, "clipped"),
    ],
    ids=["signs", "shape", "column factors", "origin", "gain", "epsilon", "values"],
)
def test_another_perturbation_has_another_checksum(other):
    assert identity_of(*other) != identity_of(SMALL, 0.1, "unclipped")


def test_types_of_numbers_do_not_matter_to_the_checksum():
    same = Pattern(SMALL.signs.astype(np.int64), SMALL.column_factors.astype(np.int32), -1.5, 2.0)
    assert identity_of(same, np.float64(0.1), "unclipped") == identity_of(SMALL, 0.1, "unclipped")


# --- the whole change ---


def image_set(images):
    classes = np.arange(len(images))[:, None].astype(np.int16)
    split = draw_split(len(images))
    return ImageSet(images, classes, split, ("row",), (len(images),), {"title": "x"})


@pytest.mark.parametrize("values", ["unclipped", "clipped"])
def test_the_change_of_a_set(values):
    images, s = images_and_component(count=30)
    original = image_set(images)
    settings = {"epsilon": 0.1, "gain": 32, "values": values, "seed": 0}
    made = change(original, settings, component=(3 * s - 7).astype(np.float32))
    np.testing.assert_allclose(made.extra["s"], s, atol=1e-5)
    assert made.extra["s"].mean() == pytest.approx(0, abs=1e-6)
    assert made.extra["s"].std() == pytest.approx(1)
    assert (made.scale, made.offset) == pixel_scale(0.1, values)
    np.testing.assert_array_equal(made.factors, original.factors)
    np.testing.assert_array_equal(made.split, original.split)
    assert (made.factor_names, made.factor_sizes) == (("row",), (30,))
    kept = Pattern(
        made.extra["signs"], made.extra["column_factors"], made.extra["s"].min(), gain=32
    )
    told = {"origin": kept.origin, **identity_of(kept, 0.1, values)}
    assert made.attributes == {**settings, **told}
    # what is kept beside the images is enough to make them again
    again = perturb(images, made.extra["s"], kept, 0.1, values)
    stored = replace(original, attributes=made.attributes, extra=made.extra)
    assert pattern_of(stored).at(s, 16).tolist() == kept.at(s, 16).tolist()
    in_parts = [made.images(slice(start, start + 7)) for start in range(0, 30, 7)]
    np.testing.assert_array_equal(np.concatenate(in_parts), again)


def test_the_original_is_left_as_it_was():
    images, s = images_and_component(count=8)
    before = images.copy()
    settings = {"epsilon": 0.1, "gain": 2, "values": "unclipped", "seed": 0}
    change(image_set(images), settings, s).images(slice(None))
    np.testing.assert_array_equal(images, before)


def test_the_mean_change_is_the_same_for_every_component_value():
    """No cue but the pattern: f(s) is as often +1 as -1, whatever s."""
    s = np.linspace(-2, 2, 50)
    means = make_pattern(s, 64, 64, gain=32, seed=0).at(s, 64).mean(axis=(1, 2))
    assert np.abs(means).max() < 5 / 64  # five standard errors of the mean of 64 x 64 signs


# --- the fostered component (eq. 6) ---


def deviations(*variances):
    """Posterior deviations whose squares average to the given variances."""
    roots = np.sqrt(np.array(variances))
    return np.stack([roots * np.sqrt(0.5), roots * np.sqrt(1.5)])


def test_it_is_the_least_noisy_latent():
    assert fostered_latent(deviations(0.9, 0.3, 0.2, 1.0)) == 2


def test_noise_is_the_mean_of_the_squares_not_the_square_of_the_mean():
    std = np.array([[0.5, 0.05], [0.5, 0.75]])  # mean squares 0.25 and 0.28, means 0.5 and 0.4
    assert fostered_latent(std) == 0


def test_one_active_latent_is_enough():
    assert fostered_latent(deviations(0.81, 0.79, 1.0)) == 1


@pytest.mark.parametrize("variances", [(0.81, 1.0), (0.8000001,)])
def test_a_collapsed_run_is_refused_in_one_sentence(variances):
    with pytest.raises(UserError) as caught:
        fostered_latent(deviations(*variances))
    sentence = str(caught.value)
    assert sentence.startswith("no latent of the chosen run is active")
    assert f"{min(variances):.2f}" in sentence
    assert "lower the model's beta" in sentence
    assert "\n" not in sentence
