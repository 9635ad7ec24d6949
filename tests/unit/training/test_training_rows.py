"""Pairs differ as SlowVAE's do."""

import numpy as np
import pytest

from latent_assays.datasets.grid import renumber
from latent_assays.errors import UserError
from latent_assays.training.rows import draw_pairs, draw_uniform

SIZES = (3, 1, 4, 10)
CLASSES = np.stack(np.unravel_index(np.arange(120), SIZES), 1)


ROWS = np.arange(120)


def pairs(rows=ROWS, fixed=(0,), count=20_000):
    drawn = draw_pairs(rows, CLASSES, SIZES, fixed)(np.random.default_rng(0), 2 * count)
    return drawn[:count], drawn[count:]


def test_uniform_draws_come_from_the_rows_alone():
    drawn = draw_uniform(np.array([3, 5, 9]))(np.random.default_rng(0), 3000)
    values, counts = np.unique(drawn, return_counts=True)
    assert values.tolist() == [3, 5, 9]
    assert counts.min() > 900


def test_fixed_factors_stay_and_something_changes():
    first, second = map(CLASSES.__getitem__, pairs())
    np.testing.assert_array_equal(first[:, 0], second[:, 0])
    assert (first != second).any(axis=1).all()


def test_jumps_are_a_truncated_laplace():
    """Given the first class, the ratio of two jumps' frequencies is exp of the distance / scale."""
    first, second = map(CLASSES.__getitem__, pairs(count=200_000))
    moved = first[:, 2] != second[:, 2]  # keeps the condition "something changed" fulfilled
    at_zero = second[moved & (first[:, 3] == 0), 3]
    counts = np.bincount(at_zero, minlength=10)
    ratios = counts[1:6] / counts[:5]
    np.testing.assert_allclose(ratios, np.exp(-1 / np.log(10)), atol=0.08)


def test_partners_are_among_the_rows():
    rows = np.random.default_rng(1).permutation(120)[:60]
    first, second = pairs(rows, count=500)
    assert set(first) <= set(rows)
    assert set(second) <= set(rows)


def test_rows_that_make_no_pair_are_refused():
    with pytest.raises(UserError, match="pairs need rows that differ"):
        pairs(rows=np.array([0, 40, 80]), fixed=(0,))


def test_classes_that_two_rows_share_are_refused():
    with pytest.raises(UserError, match="tell all images apart"):
        draw_pairs(np.arange(3), np.array([[0], [1], [1]]), (2,), ())


def test_many_factors_need_no_memory_for_their_grid():
    factors = np.random.default_rng(0).integers(0, 2, (50, 40))
    factors[:25] = factors[25:]
    factors[:25, 0] = 1 - factors[25:, 0]
    drawn = draw_pairs(np.arange(50), factors, (2,) * 40, range(1, 40))
    first, second = np.split(drawn(np.random.default_rng(0), 20), 2)
    np.testing.assert_array_equal((first - second) % 25, 0)


def test_too_many_factors_are_refused():
    with pytest.raises(UserError, match="70 of them have too many combinations"):
        draw_pairs(np.arange(2), np.eye(2, 70, dtype=int), (2,) * 70, ())


def test_continuous_factors_are_refused():
    with pytest.raises(UserError, match="one of the dataset's is continuous"):
        draw_pairs(np.arange(2), np.zeros((2, 1)), (0,), ())


def test_pairs_that_draws_do_not_find_end_in_a_sentence():
    """Labels with gaps, not renumbered: the next class is 1000 steps away."""
    factors = np.array([[0], [1000], [2000]])
    drawn = draw_pairs(np.arange(3), factors, (2001,), ())
    with pytest.raises(UserError, match="were not found in 20,000 draws"):
        drawn(np.random.default_rng(0), 2)


def test_pairs_too_rare_among_many_factors_end_in_a_sentence(monkeypatch):
    monkeypatch.setattr("latent_assays.training.rows.ROUNDS", 1000)
    factors = np.random.default_rng(0).integers(0, 2, (50, 40))
    drawn = draw_pairs(np.arange(50), factors, (2,) * 40, ())
    with pytest.raises(UserError, match="were not found in 1,000 draws"):
        drawn(np.random.default_rng(0), 4)


def test_renumbered_labels_step_to_their_neighbours():
    """0, 90, 180, 270: a step to a neighbour is exp(1 / log 4) times as likely as one of two."""
    classes, sizes = renumber(np.array([[0], [90], [180], [270]]))
    drawn = draw_pairs(np.arange(4), classes, sizes, ())(np.random.default_rng(0), 80_000)
    first, second = np.split(classes[drawn, 0], 2)
    counts = np.bincount(second[first == 0], minlength=4)
    assert counts[0] == 0
    np.testing.assert_allclose(counts[2] / counts[1], np.exp(-1 / np.log(4)), atol=0.03)


def test_a_factor_that_numbers_the_images_is_refused():
    with pytest.raises(UserError, match="at most 4,096 classes, and one has 5,000"):
        draw_pairs(np.arange(5000), np.arange(5000)[:, None], (5000,), ())
