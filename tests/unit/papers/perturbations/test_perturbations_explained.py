"""Variance that a factor explains: known answers, and an estimate that is right on average."""

import numpy as np
import pytest

from latent_assays.papers.perturbations.explained import class_sums, explained_variance


def estimate(values, classes, size, complete=False):
    values = np.asarray(values, float).reshape(len(classes), -1)
    counts = np.bincount(classes, minlength=size)
    squares = (values**2).sum(axis=0)
    return explained_variance(class_sums(values, classes, size), counts, squares, complete)


def test_sums_of_classes_by_hand():
    values = np.array([[1.0, 10.0], [2.0, 20.0], [4.0, 40.0]])
    found = class_sums(values, np.array([0.0, 2.0, 0.0]), 3)
    np.testing.assert_array_equal(found, [[5, 50], [0, 0], [2, 20]])


def test_complete_classes_are_the_plain_variance_of_their_means():
    """Two factors, x = a + b: each explains its own variance, whatever the other does."""
    a, b = np.array([0.0, 1.0, 5.0]), np.array([2.0, -7.0])
    first, second = np.indices((3, 2)).reshape(2, -1)
    values = a[first] + b[second]
    assert estimate(values, first, 3, complete=True) == pytest.approx(a.var())
    assert estimate(values, second, 2, complete=True) == pytest.approx(b.var())


def test_classes_without_spread_need_no_correction():
    values, classes = np.array([1.0, 1.0, 4.0, 4.0, 4.0, 4.0]), np.array([0, 0, 1, 1, 1, 1])
    assert estimate(values, classes, 2) == pytest.approx(values.var())


def test_absent_classes_count_for_nothing():
    values, classes = np.array([1.0, 2.0, 4.0, 6.0]), np.array([1, 1, 3, 3])
    assert estimate(values, classes, 9) == pytest.approx(estimate(values, classes // 2, 2))


@pytest.mark.parametrize("effect", [0.0, 0.3])
def test_few_noisy_images_a_class_give_the_true_variance_on_average(effect):
    """5 classes of 4 values: the plain variance of means is too large by (5-1)/20 = 0.2."""
    random = np.random.default_rng(0)
    classes = np.repeat(np.arange(5), 4)
    means = effect * np.array([-2.0, -1.0, 0.0, 1.0, 2.0])
    values = means[classes][:, None] + random.normal(size=(20, 20_000))
    truth = means.var()
    assert estimate(values, classes, 5).mean() == pytest.approx(truth, abs=0.005)
    assert estimate(values, classes, 5, complete=True).mean() == pytest.approx(
        truth + 0.2, abs=0.01
    )


@pytest.mark.parametrize("classes", [[0, 0, 0], [0, 1, 2]], ids=["one class", "one value a class"])
def test_what_cannot_be_estimated_is_nan(classes):
    assert np.isnan(estimate([1.0, 2.0, 3.0], np.array(classes), 3)).all()
