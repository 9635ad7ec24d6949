"""Points handed out as images of one pixel, whose channels are the coordinates."""

import numpy as np

__all__ = ["Points"]


class Points:
    """Points held in memory; an `ImageSource` of vectors.

    Args:
        points: (N,C) float32.
        factors: (N,K) float32.
        source: see `ImageSource`.
    """

    def __init__(self, points: np.ndarray, factors: np.ndarray, source: str) -> None:
        self._points, self._factors = points, factors
        self.source = source

    def __len__(self) -> int:
        return len(self._points)

    def factors(self, rows: np.ndarray) -> np.ndarray:
        """Factors (B,K) float32 of the rows (B,)."""
        return self._factors[rows]

    def images(self, rows: np.ndarray) -> np.ndarray:
        """Points (B,1,1,C) float32 of the rows (B,)."""
        return self._points[rows, None, None, :]
