"""Effect and non-linearity of latents by index, on decoders whose answer is known."""

import numpy as np
import pytest
from scipy.stats import spearmanr

from latent_assays.papers.structure.measures.ordering import (
    ACTIVE,
    RANGE,
    ROUNDING,
    STEPS,
    measure,
    rank_correlation,
    traverse,
)

CODES = np.random.default_rng(0).uniform(-1, 1, (500, 4))
PIXELS = np.linalg.qr(np.random.default_rng(1).normal(size=(12, 12)))[0]


MIDDLE = np.percentile(CODES, RANGE, axis=0).mean(axis=0)


def decoder(straight, curved=(0, 0, 0, 0)):
    """Latent j moves pixel j by straight_j z_j, and pixel 4 + j by curved_j (z_j - MIDDLE_j)^2."""

    def decode(codes):
        assert codes.dtype == np.float32
        pixels = np.zeros((len(codes), 12), np.float32)
        pixels[:, :4] = codes * straight
        pixels[:, 4:8] = curved * (codes - MIDDLE) ** 2
        return (pixels @ PIXELS).astype(np.float32).reshape(len(codes), 3, 2, 2)

    return decode


def numbers_of(decode, codes=CODES):
    numbers, arrays = measure({"mean": codes.astype(np.float32)}, decode)
    assert arrays == {}
    return numbers


def values_of(decode, codes=CODES):
    return {name: entry["value"] for name, entry in numbers_of(decode, codes).items()}


def variance_of_values(power=1):
    """(D,) variance of (t - MIDDLE)^power over the values t that a latent takes."""
    values = np.linspace(*np.percentile(CODES, RANGE, axis=0), STEPS)
    return ((values - MIDDLE) ** power).var(axis=0)


# --- effect and non-linearity of one latent ---


def test_a_linear_decoder_has_no_nonlinearity_and_the_effects_of_its_weights():
    weights = np.array([0.1, 0.2, 0.4, 0.8])
    found = values_of(decoder(weights))
    assert found["nonlinearity"] == [0, 0, 0, 0]
    # The variance is over 12 pixels, of which rotated ones share that of the one that moves.
    np.testing.assert_allclose(found["effect"], weights**2 * variance_of_values() / 12, rtol=1e-5)


def test_what_is_squared_about_the_middle_of_its_range_has_no_linear_part():
    found = values_of(decoder([1, 1, 0, 1], [0, 0, 0.5, 0]))
    np.testing.assert_allclose(found["nonlinearity"], [0, 0, 1, 0], atol=1e-9)
    np.testing.assert_allclose(
        found["effect"][2], 0.25 * variance_of_values(power=2)[2] / 12, rtol=1e-4
    )


def test_the_nonlinearity_of_a_sum_is_the_share_of_the_squared_part():
    straight, curved = np.array([1, 1, 0.5, 0.25]), np.array([0.1, 0.3, 0.9, 2])
    of_line, of_square = (
        weights**2 * variance_of_values(power) for weights, power in ((straight, 1), (curved, 2))
    )
    found = values_of(decoder(straight, curved))
    np.testing.assert_allclose(found["effect"], (of_line + of_square) / 12, rtol=1e-4)
    np.testing.assert_allclose(found["nonlinearity"], of_square / (of_line + of_square), rtol=1e-4)


def test_a_line_whose_slope_other_latents_decide_is_a_line():
    found = values_of(lambda codes: (codes[:, [0, 1]] * codes[:, [2, 3]])[:, :, None, None])
    assert found["nonlinearity"] == [0, 0, 0, 0]


def test_rotated_pixels_change_nothing_and_scaled_ones_the_effect_alone():
    decode = decoder([1, 0.5, 0.2, 0.1], [0.1, 0.2, 0.3, 0.4])
    turn = np.linalg.qr(np.random.default_rng(2).normal(size=(12, 12)))[0]
    effect, nonlinearity = traverse(decode, CODES)
    for changed, factor in (
        (lambda codes: decode(codes).reshape(len(codes), 12) @ turn, 1),
        (lambda codes: 3 * decode(codes) + 0.25, 9),
    ):
        again = traverse(changed, CODES)
        np.testing.assert_allclose(again[0], factor * effect, rtol=1e-4)
        np.testing.assert_allclose(again[1], nonlinearity, rtol=1e-4)


def test_the_unit_and_the_origin_of_a_latent_do_not_matter():
    decode = decoder([1, 0.5, 0.2, 0.1], [0.1, 0.2, 0.3, 0.4])
    unit, origin = np.array([1, -10, 0.1, 4]), np.array([0, 5, -1, 2])
    scaled = traverse(
        lambda codes: decode(((codes - origin) / unit).astype(np.float32)), CODES * unit + origin
    )
    np.testing.assert_allclose(scaled, traverse(decode, CODES), rtol=1e-3)


def test_one_image_of_many_does_not_decide_how_long_a_traversal_is():
    decode = decoder([1, 1, 1, 1], [0.2, 0.2, 0.2, 0.2])
    wild = np.concatenate([np.repeat(CODES, 4, axis=0), np.full((1, 4), 1000.0)])
    effect, nonlinearity = traverse(decode, wild)
    assert (effect < 1).all()
    assert (nonlinearity < 0.1).all()


# --- order ---


def test_orders_of_a_decoder_that_does_what_the_paper_says():
    """Non-linear first and linear last, with the effect growing the other way."""
    found = values_of(decoder([0.3, 0.5, 0.7, 0.9], [1, 0.8, 0.6, 0]))
    assert found["effect_order"] == 1
    assert found["nonlinearity_order"] == found["active_nonlinearity_order"] == -1
    assert found["nonlinear_centre"] < found["linear_centre"]


@pytest.mark.parametrize("sign", [1, -1])
def test_the_order_of_effects_is_that_of_the_weights(sign):
    found = values_of(decoder(np.array([0.1, 0.2, 0.3, 0.4])[::sign]))
    assert found["effect_order"] == sign


def test_centres_are_mean_indices_weighted_by_the_effect():
    """Latents 0 and 3 do the same in a line, latent 2 in a square."""
    found = values_of(decoder(np.array([1, 0, 0, 1]) / np.sqrt(variance_of_values()), [0, 0, 1, 0]))
    assert found["linear_centre"] == pytest.approx(1.5, rel=1e-4)
    assert found["nonlinear_centre"] == pytest.approx(2, rel=1e-4)


def test_a_small_latent_has_no_say_in_the_order_of_the_active_ones():
    small = np.sqrt(ACTIVE) * 0.9
    decode = decoder([small / 10, 0.8, 0.9, 1], [small, 0.6, 0.4, 0.2])
    found = values_of(decode)
    assert found["active_latents"] == 3
    assert found["active_nonlinearity_order"] == -1
    turned = values_of(decoder([small, 0.8, 0.9, 1], [0, 0.6, 0.4, 0.2]))
    assert turned["nonlinearity_order"] > -1
    assert turned["active_nonlinearity_order"] == -1


# --- what cannot be said ---


def test_a_dead_latent_has_no_nonlinearity_and_the_reason_says_why():
    numbers = numbers_of(decoder([1, 0, 0.5, 0.25], [0.1, 0, 0.2, 0.3]))
    assert numbers["effect"]["value"][1] == 0
    assert numbers["nonlinearity"]["value"][1] is None
    assert numbers["nonlinearity"]["reason"] == "the latent's effect is not above 1e-08"
    assert numbers["active_latents"]["value"] == 3
    assert numbers["nonlinearity_order"]["value"] == 1, "of the others"
    assert numbers["effect_order"]["value"] == pytest.approx(-0.4), "ranks 4, 1, 3, 2"


def test_the_nonlinearity_of_an_effect_that_is_too_small_is_not_asked():
    tiny = 0.1 * np.sqrt(1e-8 * 12 / variance_of_values()[2])
    numbers = numbers_of(decoder([1, 1, tiny, 1], [0.1, 0.1, tiny, 0.1]))
    assert 0 < numbers["effect"]["value"][2] < 1e-9
    assert numbers["nonlinearity"]["value"][2] is None


def test_rounding_is_no_effect():
    noise = np.random.default_rng(4)

    def decode(codes):
        pixels = decoder([1, 1, 1, 0])(codes)
        return pixels + noise.normal(size=pixels.shape) * np.sqrt(ROUNDING) / 2

    effect, nonlinearity = traverse(decode, CODES)
    assert effect[3] == 0
    assert np.isnan(nonlinearity[3])
    np.testing.assert_array_equal(nonlinearity[:3], 0)


@pytest.mark.parametrize(
    ("weights", "count"),
    [
        ([1, 1, 0, 0], 2),
        ([0, 0, 0, 0], 0),
    ],
)
def test_fewer_than_three_active_latents_have_no_order(weights, count):
    number = numbers_of(decoder(weights))["active_nonlinearity_order"]
    assert number["value"] is None
    assert number["reason"] == (
        f"an order needs 3 latents with at least 2% of the largest effect, and there are {count}"
    )


def test_a_decoder_that_minds_no_latent_leaves_effects_alone():
    numbers = numbers_of(decoder([0, 0, 0, 0]))
    assert numbers["effect"] == {"value": [0] * 4, "reason": None}
    assert numbers["nonlinearity"]["value"] == [None] * 4
    assert numbers["active_latents"]["value"] == 0
    for name in ("effect_order", "nonlinearity_order", "nonlinear_centre", "linear_centre"):
        assert numbers[name]["value"] is None
        assert numbers[name]["reason"]
    assert numbers["effect_order"]["reason"] == "all latents are alike"


def test_latents_that_are_equally_linear_have_no_order_of_nonlinearity():
    numbers = numbers_of(decoder([0.1, 0.2, 0.3, 0.4]))
    for name in ("nonlinearity_order", "active_nonlinearity_order"):
        assert numbers[name]["value"] is None
        assert numbers[name]["reason"].endswith("are alike")
    assert numbers["nonlinear_centre"] == {
        "value": None,
        "reason": "no latent's effect is non-linear",
    }


def test_fewer_codes_than_are_traversed_are_enough():
    found = values_of(decoder([1, 2, 3, 4]), CODES[:5])
    assert found["effect_order"] == 1


# --- rank correlation ---


@pytest.mark.parametrize("seed", range(5))
def test_rank_correlation_is_spearmans_with_ties(seed):
    first, second = np.random.default_rng(seed).integers(0, 4, (2, 12))
    assert rank_correlation(first, second) == pytest.approx(spearmanr(first, second).statistic)


def test_what_is_constant_has_no_rank_correlation():
    assert np.isnan(rank_correlation(np.arange(4), np.ones(4)))
