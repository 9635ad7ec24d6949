"""Credit without a causal link, on the paper's own example in small."""

import numpy as np
import pytest

from latent_assays.papers.responses.measures.credit import (
    Credit,
    credited_without_link,
    measure,
)

# Latent 0 drives the scale (factor 0) and latent 1 the shape (factor 1); 0 also drives 1.
CONDITIONED = np.array([[0.9, 0.1], [0.1, 0.8]])
MATRIX = np.array([[1.0, 0.5], [0.02, 1.0]])
BOTH = np.array([0, 1])
IMPORTANCES = np.array([[0.8, 0.2], [0.05, 0.95]])


def test_the_papers_dimensions_4_and_20():
    assert credited_without_link(IMPORTANCES, CONDITIONED, MATRIX, BOTH) == [Credit(0, 1, 0)]


def test_a_latent_that_drives_the_factor_deserves_its_credit():
    linked = CONDITIONED.copy()
    linked[0, 1] = 0.4
    assert credited_without_link(IMPORTANCES, linked, MATRIX, BOTH) == []


def test_a_latent_that_is_not_active_is_not_judged():
    assert credited_without_link(IMPORTANCES, CONDITIONED, MATRIX, np.array([0])) == []


def test_little_importance_is_no_credit():
    importances = np.array([[0.95, 0.05], [0.05, 0.95]])
    assert credited_without_link(importances, CONDITIONED, MATRIX, BOTH) == []


@pytest.mark.parametrize(
    "changed", [(0, 1, 0.05), (1, 0, 0.7)], ids=["no effect", "the effect is larger the other way"]
)
def test_a_credit_can_have_no_cause(changed):
    matrix = MATRIX.copy()
    matrix[changed[:2]] = changed[2]
    assert credited_without_link(IMPORTANCES, CONDITIONED, matrix, BOTH) == [Credit(0, 1, None)]


def test_shapes_must_fit():
    with pytest.raises(ValueError, match=r"\(2, 3\)"):
        credited_without_link(np.ones((2, 3)), CONDITIONED, MATRIX, BOTH)


def scores(importances=IMPORTANCES, **more):
    """The run's scores; DCI keeps importances as (D,K)."""
    details = {"importances": np.transpose(importances).tolist()}
    return {"numbers": {"dci": {"value": 0.5, "reason": None, "details": details, **more}}}


def matrices(matrix=MATRIX):
    return {"matrix": matrix, "conditioned": CONDITIONED, "nodes": BOTH}


def test_a_run_is_measured_of_its_scores_and_matrices():
    numbers, arrays = measure(scores(), matrices())
    assert numbers == {"credits_without_link": {"value": 1, "reason": None}}
    np.testing.assert_array_equal(arrays["importances"], IMPORTANCES)
    found = {name: arrays[name].tolist() for name in ("factor", "latent", "cause")}
    assert found == {"factor": [0], "latent": [1], "cause": [0]}


def test_a_credit_without_a_cause_is_measured_as_minus_one():
    _, arrays = measure(scores(), matrices(np.eye(2)))
    assert arrays["latent"].tolist() == [1]
    assert arrays["cause"].tolist() == [-1]


def test_a_run_without_undeserved_credit_has_none():
    numbers, arrays = measure(scores(np.eye(2)), matrices())
    assert numbers["credits_without_link"] == {"value": 0, "reason": None}
    assert [arrays[name].shape for name in ("factor", "latent", "cause")] == [(0,)] * 3


@pytest.mark.parametrize(
    ("of_run", "matrix", "reason"),
    [
        ({"numbers": {}}, matrices(), "DCI is not among the scores of the configuration"),
        (scores(value=None, reason="one class"), matrices(), "DCI has no value: one class"),
        (scores(), {"matrix": MATRIX}, "there is no conditioned response matrix"),
    ],
)
def test_what_a_run_lacks_is_the_reason(of_run, matrix, reason):
    numbers, arrays = measure(of_run, matrix)
    assert numbers == {"credits_without_link": {"value": None, "reason": reason}}
    assert arrays == {"reason": reason}
