import numpy as np
import pytest

from latent_assays.distances.reference import (
    compare,
    draw_reference,
    not_computed,
    reference_of,
)
from latent_assays.errors import UserError

SETTINGS = {"extractor": "a toy", "weights_sha256": "0" * 64}


def features(seed, n, d=6, shift=0.0):
    return (np.random.default_rng(seed).normal(size=(n, d)) + shift).astype(np.float32)


def test_reference_and_held_out_rows_are_disjoint_and_of_the_given_ones():
    rows = np.arange(7, 400, 4)
    reference, held_out = draw_reference(rows, 30, seed=0)
    assert len(reference) == len(held_out) == 30
    assert not set(reference) & set(held_out)
    assert set(reference) | set(held_out) <= set(rows)
    assert (np.diff(reference) > 0).all()
    assert (np.diff(held_out) > 0).all()
    assert not np.array_equal(reference, draw_reference(rows, 30, seed=1)[0])


def test_the_reference_takes_at_most_half_of_the_rows():
    reference, held_out = draw_reference(np.arange(21), 1000, seed=0)
    assert len(reference) == len(held_out) == 10


@pytest.mark.parametrize(("images", "samples"), [(3, 10), (100, 1), (100, -5)])
def test_too_few_images_are_refused(images, samples):
    with pytest.raises(UserError, match=f"{samples} samples of {images} test images .* at least 2"):
        draw_reference(np.arange(images), samples, seed=0)


def test_every_distance_of_the_extractor_comes_with_its_settings_and_no_other_distance():
    reference = reference_of(features(0, 50), features(1, 50), "efflite0")
    results = compare(reference, features(2, 40, shift=1), SETTINGS, "efflite0")
    assert list(results) == ["fd_efflite0", "kid_efflite0"]
    for result in results.values():
        assert result["settings"].items() >= SETTINGS.items()
        assert (result["settings"]["n_reference"], result["settings"]["n_generated"]) == (50, 40)
        assert result["value"] > 3 * abs(result["details"]["floor"])
    assert list(compare(reference, features(2, 40), SETTINGS, "inception")) == ["fid"]


def test_the_floor_is_the_distance_of_the_held_out_images():
    reference = reference_of(features(0, 50), features(1, 50), "efflite0")
    result = compare(reference, features(2, 50, shift=1), SETTINGS, "efflite0")["fd_efflite0"]
    of_held_out = compare(reference, features(1, 50), SETTINGS, "efflite0")["fd_efflite0"]
    assert result["details"]["floor"] == pytest.approx(of_held_out["value"])


def test_the_floor_of_fewer_images_draws_from_all_that_are_held_out():
    """Rows of a grid come in order: its first half must not stand for all of it."""
    both_halves = [np.concatenate([features(s, 40), features(s + 1, 40, shift=9)]) for s in (0, 2)]
    reference = reference_of(*both_halves, "efflite0")
    result = compare(reference, both_halves[0][::2], SETTINGS, "efflite0")["fd_efflite0"]
    one_half = compare(reference, both_halves[1][:40], SETTINGS, "efflite0")["fd_efflite0"]
    assert result["details"]["floor"] < 0.1 * one_half["value"]


def test_a_floor_that_would_need_more_images_is_null_with_the_reason():
    reference = reference_of(features(0, 50), features(1, 30), "efflite0")
    for result in compare(reference, features(2, 40), SETTINGS, "efflite0").values():
        assert result["value"] is not None
        assert result["details"]["floor"] is None
        assert result["details"]["floor_reason"] == "only 30 other real images"


@pytest.mark.parametrize(("n", "generated", "few"), [(7, 7, False), (6, 7, True), (7, 6, True)])
def test_a_set_not_above_the_dimension_is_marked(n, generated, few):
    reference = reference_of(features(0, n), features(1, n), "efflite0")
    result = compare(reference, features(2, generated), SETTINGS, "efflite0")["fd_efflite0"]
    assert result["details"]["few_samples"] is few


def test_the_floors_of_all_held_out_images_are_computed_once():
    reference = reference_of(features(0, 50), features(1, 50), "efflite0")
    assert list(reference.floors) == ["fd_efflite0", "kid_efflite0"]
    reference.floors["fd_efflite0"] = -1.0
    found = compare(reference, features(2, 50), SETTINGS, "efflite0")["fd_efflite0"]
    assert found["details"]["floor"] == -1
    found = compare(reference, features(2, 49), SETTINGS, "efflite0")["fd_efflite0"]
    assert found["details"]["floor"] > 0


def test_what_cannot_be_computed_keeps_its_settings():
    results = not_computed("no weights", SETTINGS, "inception", 50, 40)
    reference = reference_of(features(0, 50), features(1, 50), "inception")
    computed = compare(reference, features(2, 40), SETTINGS, "inception")
    assert list(results) == list(computed) == ["fid"]
    assert results["fid"]["settings"] == computed["fid"]["settings"]
    assert (results["fid"]["value"], results["fid"]["reason"]) == (None, "no weights")


def test_one_image_cannot_be_judged():
    reference = reference_of(features(0, 50), features(1, 50), "efflite0")
    with pytest.raises(UserError, match="at least 2 images"):
        compare(reference, features(2, 1), SETTINGS, "efflite0")
