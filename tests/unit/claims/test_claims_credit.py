"""Credit without a causal link, on the paper's own example in small."""

import numpy as np
import pytest

from latent_assays.claims import Credit, credited_without_link

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
