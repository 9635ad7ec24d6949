"""Drawing rows that share the value of one factor: the samples of FactorVAE and BetaVAE scores."""

import numpy as np

from latent_assays.scores.result import Classes, NoValue

__all__ = ["RowsByClass"]


class RowsByClass:
    """The rows of a set by the class of one factor, for draws in constant time.

    On a full grid, drawing a row of a class uniformly is drawing all other factors uniformly and
    independently. On other sets the others are drawn as they occur together with the class.
    """

    def __init__(self, classes: Classes):
        """Sort the rows by every factor.

        Raises:
            NoValue: a class has a single row, which cannot show what else varies.
        """
        self.indices = classes.indices
        self.orders, self.starts, self.counts = [], [], []
        for index, size, column in zip(
            classes.indices.T, classes.sizes, classes.columns, strict=True
        ):
            counts = np.bincount(index, minlength=size)
            if counts.min() < 2:
                raise NoValue(f"a class of factor {column} has a single row")
            narrow = index.astype(np.min_scalar_type(size))
            self.orders.append(np.argsort(narrow, kind="stable"))
            self.starts.append(np.cumsum(counts) - counts)
            self.counts.append(counts)

    def draw(self, rng: np.random.Generator, factor: int, index: np.ndarray) -> np.ndarray:
        """One uniformly drawn row for every class in `index`; same shape."""
        counts = self.counts[factor][index]
        within = (rng.random(index.shape) * counts).astype(np.int64)
        return self.orders[factor][self.starts[factor][index] + within]
