"""Errors on missing classes, by autoencoders whose error is known."""

import numpy as np
import pytest

from latent_assays.papers.structure.measures import errors
from latent_assays.papers.structure.measures.errors import MOST, SHOWN, measure
from latent_assays.split import TEST, TRAIN, draw_split
from latent_assays.store import ImageSet

N, SIDE = 120, 4
SPLIT = draw_split(N)


def image_set(rows, seed=0):
    """Some rows of N images by chance, each in its own part."""
    images = np.random.default_rng(seed).integers(30, 226, (N, SIDE, SIDE, 3), np.uint8)[rows]
    nothing = np.zeros((len(images), 0))
    return ImageSet(images, nothing, SPLIT[rows], (), (), {"dataset": "mine", "variant": "v"})


ALL, MISSING, KEPT = np.arange(N), np.arange(0, N, 3), np.setdiff1d(np.arange(N), range(0, N, 3))


def encode(images):
    """Codes are the pixels."""
    return images.reshape(len(images), -1)


def decode(codes):
    return codes.reshape(len(codes), 3, SIDE, SIDE)


def codes_of(data):
    return {"mean": encode(data.images.transpose(0, 3, 1, 2) / 255).astype(np.float32)}


def values(numbers):
    return {name: entry["value"] for name, entry in numbers.items()}


def measured(own=KEPT, missing=MISSING, encode=encode, decode=decode):
    data = image_set(own)
    return measure(image_set(missing), data, codes_of(data), encode, decode)


def test_a_perfect_copy_has_no_error():
    for own in (KEPT, ALL):
        numbers, arrays = measured(own)
        assert values(numbers) == pytest.approx(dict.fromkeys(numbers, 0), abs=1e-9)
        np.testing.assert_array_equal(arrays["original"], arrays["reconstruction"])


def test_the_unit_is_a_thousandth_of_a_squared_pixel_value():
    """All values are 0.1 too high: 0.01 by pixel and channel."""
    numbers, _ = measured(decode=lambda codes: decode(codes) + 0.1)
    assert values(numbers) == pytest.approx(dict.fromkeys(numbers, 10), rel=1e-5)


@pytest.mark.parametrize("own", [KEPT, ALL], ids=["first phase", "second phase"])
def test_test_and_train_images_of_missing_classes_and_others_are_kept_apart(own):
    """Codes say of which image they are, and each kind of image has an error of its own."""
    data, missing = image_set(own), image_set(MISSING)
    wrong = {"test": 0.1, "train": 0.2, "kept": 0.3}
    known = {
        image.tobytes(): SPLIT[row] for row, image in zip(MISSING, missing.images, strict=True)
    }

    def encode_missing(images):
        stored = np.rint(images * 255).astype(np.uint8).transpose(0, 2, 3, 1)
        parts = [known[image.tobytes()] for image in stored]
        assert set(parts) <= {TEST, TRAIN}, "validation images choose models and are no test"
        return encode(images) + np.array(
            [[wrong["test" if part == TEST else "train"]] for part in parts]
        )

    coded = codes_of(data)
    of_others = ~np.isin(own, MISSING) & (SPLIT[own] == TEST)
    coded["mean"][~of_others] = np.nan
    coded["mean"][of_others] += wrong["kept"]
    numbers, _ = measure(missing, data, coded, encode_missing, decode)
    assert values(numbers) == pytest.approx(
        {"missing_error": 10, "missing_error_train": 40, "kept_error": 90}, rel=1e-5
    )
    counts = {name: entry["n"] for name, entry in numbers.items()}
    assert counts == {
        "missing_error": (SPLIT[MISSING] == TEST).sum(),
        "missing_error_train": (SPLIT[MISSING] == TRAIN).sum(),
        "kept_error": (SPLIT[KEPT] == TEST).sum(),
    }


def test_few_at_once_are_the_same_as_many(monkeypatch):
    def noisy(codes):
        return decode(codes * 0.8)

    whole = values(measured(decode=noisy)[0])
    monkeypatch.setattr(errors, "CHUNK", 3)
    assert values(measured(decode=noisy)[0]) == pytest.approx(whole)


def test_of_many_images_as_many_are_drawn_as_the_authors_evaluate(monkeypatch):
    assert MOST == 25 * 128
    monkeypatch.setattr(errors, "MOST", 5)
    numbers, _ = measured()
    assert [entry["n"] for entry in numbers.values()] == [5, 5, 5]


def test_shown_are_the_same_test_images_of_every_run_clipped_to_bytes():
    first, second = measured(KEPT)[1], measured(ALL, decode=lambda codes: decode(codes) + 2)[1]
    np.testing.assert_array_equal(first["original"], second["original"])
    np.testing.assert_array_equal(first["rows"], second["rows"])
    assert first["original"].shape == (SHOWN, SIDE, SIDE, 3)
    assert first["original"].dtype == first["reconstruction"].dtype == np.uint8
    assert (SPLIT[MISSING][first["rows"]] == TEST).all()
    assert (second["reconstruction"] == 255).all()


def test_a_set_without_test_images_has_no_error_of_them_and_shows_none():
    missing = MISSING[SPLIT[MISSING] != TEST]
    numbers, arrays = measured(missing=missing)
    assert (numbers["missing_error"]["value"], numbers["missing_error"]["n"]) == (None, 0)
    assert numbers["missing_error_train"]["value"] == pytest.approx(0, abs=1e-9)
    assert arrays["original"].shape == arrays["reconstruction"].shape == (0, SIDE, SIDE, 3)


def test_a_run_measured_on_its_own_images_has_no_others_and_the_reason():
    numbers, _ = measured(MISSING)
    assert numbers["kept_error"] == {"value": None, "reason": "the set has no such images", "n": 0}
    assert numbers["missing_error"]["value"] == pytest.approx(0, abs=1e-9)
