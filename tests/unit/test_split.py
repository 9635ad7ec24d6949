"""Parts of a dataset: exact sizes, nothing shared, the same for the same seed."""

import numpy as np
import pytest

from latent_assays.split import PARTS, TEST, TRAIN, VALIDATION, draw_split, split_rows


def sizes(split):
    return tuple(np.bincount(split, minlength=3).tolist())


@pytest.mark.parametrize(
    ("images", "expected"),
    [
        (10, (7, 1, 2)),
        (1024, (717, 102, 205)),
        (5000, (3500, 500, 1000)),
        (480_000, (336_000, 48_000, 96_000)),
        (737_280, (516_096, 73_728, 147_456)),
    ],
)
def test_sizes_are_exact(images, expected):
    split = draw_split(images)
    assert split.shape == (images,)
    assert split.dtype == np.uint8
    assert sizes(split) == expected


@pytest.mark.parametrize("images", range(1, 60))
def test_small_sets_keep_a_train_part_and_the_shares(images):
    train, validation, test = sizes(draw_split(images))
    assert train >= 1
    assert train + validation + test == images
    assert abs(test - images / 5) <= 0.5
    assert abs(validation - images / 10) <= 0.5


def test_the_names_of_the_parts():
    assert PARTS == {"train": TRAIN, "validation": VALIDATION, "test": TEST}
    assert list(PARTS.values()) == [0, 1, 2]


def test_a_seed_is_a_split():
    np.testing.assert_array_equal(draw_split(200), draw_split(200, seed=0))
    assert not np.array_equal(draw_split(200), draw_split(200, seed=1))


def test_parts_are_spread_over_all_rows():
    """Rows of a grid are sorted, so that a part cut off its end would lack classes."""
    test = np.flatnonzero(draw_split(10_000) == TEST)
    assert abs(test.mean() / 10_000 - 0.5) < 0.02


def test_without_a_partition_it_is_drawn():
    split, rule = split_rows(np.arange(5, 55))
    np.testing.assert_array_equal(split, draw_split(50, seed=0))
    assert rule == "70/10/20 drawn with seed 0"


def test_the_publishers_partition_goes_with_its_rows():
    partition = np.array([0, 0, 1, 2, 0, 2, 1], np.int8)
    split, rule = split_rows(np.array([1, 3, 6]), partition)
    assert split.dtype == np.uint8
    assert split.tolist() == [0, 2, 1]
    assert rule == "the publisher's own partition"


def test_a_partition_that_leaves_a_part_empty_is_drawn_instead_and_says_so():
    partition = np.repeat([0, 1, 2], 10).astype(np.int8)
    split, rule = split_rows(np.arange(20), partition)
    np.testing.assert_array_equal(split, draw_split(20, seed=0))
    assert rule == (
        "70/10/20 drawn with seed 0, since these 20 images leave a part of the publisher's own"
        " partition empty"
    )
