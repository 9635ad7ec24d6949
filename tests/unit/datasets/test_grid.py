"""Factor grids: row-major, the last factor fastest; sub-grids by named classes."""

import numpy as np
import pytest

from latent_assays.datasets.grid import classes_of, index_of, renumber, select
from latent_assays.errors import UserError

NAMES, SIZES = ("hue", "shape", "angle"), (2, 3, 4)


def test_the_last_factor_is_fastest():
    expected = [[h, s, a] for h in range(2) for s in range(3) for a in range(4)]
    classes = classes_of(np.arange(24), SIZES)
    np.testing.assert_array_equal(classes, expected)
    assert classes.dtype == np.int16


def test_known_rows():
    np.testing.assert_array_equal(
        index_of(np.array([[0, 0, 1], [0, 1, 0], [1, 2, 3]]), SIZES), [1, 4, 23]
    )
    # 3D-Shapes: the first row of the second object hue is 8 * 4 * 15 rows on
    np.testing.assert_array_equal(
        index_of(np.array([[0, 0, 1, 0, 0, 0]]), (10, 10, 10, 8, 4, 15)), [480]
    )


def test_index_and_classes_are_inverse_on_the_largest_grid():
    sizes = (6, 6, 2, 3, 3, 40, 40)
    rows = np.random.default_rng(0).integers(0, np.prod(sizes), 2000)
    np.testing.assert_array_equal(index_of(classes_of(rows, sizes), sizes), rows)
    last = np.prod(sizes) - 1
    np.testing.assert_array_equal(classes_of(np.array([last]), sizes)[0], np.array(sizes) - 1)


@pytest.mark.parametrize("classes", [[[0, 3, 0]], [[-1, 0, 0]]])
def test_classes_outside_the_grid_are_refused(classes):
    with pytest.raises(ValueError, match="invalid entry"):
        index_of(np.array(classes), SIZES)


def test_selecting_nothing_keeps_everything():
    rows, sizes = select(NAMES, SIZES, {})
    np.testing.assert_array_equal(rows, np.arange(24))
    assert sizes == SIZES


def test_a_sub_grid_has_every_kept_combination_in_order():
    rows, sizes = select(NAMES, SIZES, {"angle": [3, 1], "hue": [1]})
    np.testing.assert_array_equal(
        classes_of(rows, SIZES), [[1, s, a] for s in range(3) for a in (1, 3)]
    )
    assert sizes == (1, 3, 2)
    assert len(rows) == np.prod(sizes)


def test_a_class_named_twice_is_kept_once():
    rows, sizes = select(NAMES, SIZES, {"shape": [2, 2, 0]})
    assert sizes == (2, 2, 4)
    assert len(np.unique(rows)) == len(rows) == 16


@pytest.mark.parametrize(
    ("keep", "words"),
    [
        ({"colour": [0]}, ["'colour'", "hue, shape, angle"]),
        ({"shape": [0, 3]}, ["keep.shape", "[3]", "0 to 2"]),
        ({"shape": [-1]}, ["keep.shape", "[-1]", "0 to 2"]),
        ({"angle": []}, ["keep.angle", "0 to 3"]),
    ],
)
def test_faults_name_the_factor_the_value_and_what_is_allowed(keep, words):
    with pytest.raises(UserError) as caught:
        select(NAMES, SIZES, keep)
    for word in words:
        assert word in str(caught.value)
    assert "\n" not in str(caught.value)


def test_labels_are_renumbered_in_their_order():
    labels = np.array([[270, 1, -1], [0, 1, 7], [90, 1, -1], [0, 1, 100]])
    classes, sizes = renumber(labels)
    np.testing.assert_array_equal(classes, [[2, 0, 0], [0, 0, 1], [1, 0, 0], [0, 0, 2]])
    assert sizes == (3, 1, 3)
    assert renumber(np.zeros((4, 0), np.int16))[1] == ()
