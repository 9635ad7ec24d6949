"""Multinomial logistic regression with scikit-learn's defaults, as several scores use it."""

import warnings
from typing import NamedTuple

import numpy as np

__all__ = ["Logistic", "fit_logistic"]


class Logistic(NamedTuple):
    """A fitted model.

    Attributes:
        weights: (D,C) of standardised or raw inputs, as fitted.
        intercepts: (C,).
        converged: whether the optimiser came to its tolerance within its 100 iterations.
    """

    weights: np.ndarray
    intercepts: np.ndarray
    converged: bool

    def scores(self, inputs: np.ndarray) -> np.ndarray:
        """Class probabilities (N,C)."""
        logits = inputs @ self.weights + self.intercepts
        logits -= logits.max(axis=1, keepdims=True)
        np.exp(logits, out=logits)
        return logits / logits.sum(axis=1, keepdims=True)

    def guesses(self, inputs: np.ndarray) -> np.ndarray:
        """Most probable class (N,)."""
        return (inputs @ self.weights + self.intercepts).argmax(axis=1)


def fit_logistic(inputs: np.ndarray, index: np.ndarray) -> Logistic:
    """Fit `sklearn.linear_model.LogisticRegression()` (C=1, lbfgs, at most 100 iterations).

    Args:
        inputs: (N,D).
        index: (N,) classes 0..C-1, each of them present, C >= 2.

    Returns:
        The model; with two classes the first has weight 0.
    """
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(inputs, index)
    weights, intercepts = model.coef_.T, model.intercept_
    if len(model.classes_) == 2:
        weights = np.column_stack([np.zeros_like(weights), weights])
        intercepts = np.array([0.0, *intercepts])
    return Logistic(weights, intercepts, bool(model.n_iter_.max() < model.max_iter))
