"""Variance that a factor explains: Var over its classes w of E[x | w], of pixels or of latents."""

import numpy as np

__all__ = ["ADDED", "class_sums", "explained_variance"]

ADDED = "s"  # the factor that the variant `extra-factor` adds


def class_sums(values: np.ndarray, classes: np.ndarray, size: int) -> np.ndarray:
    """Sums (C,P) of the values (B,P) of each of `size` classes, given by `classes` (B,)."""
    return np.eye(size)[classes.astype(np.int64)].T @ values


def explained_variance(
    sums: np.ndarray, counts: np.ndarray, squares: np.ndarray, complete: bool = False
) -> np.ndarray:
    """Var over w of E[x | w], each class weighted by how many of the N values it has.

    The mean of a class of n values has an error, whose variance Var[x | w] / n adds to that of the
    means: with M classes of equal variance, (M-1)/N of it. That variance is estimated within the
    classes, as in an analysis of variance, and is taken off; the estimate is then right on average,
    and can fall below 0 where a factor explains next to nothing. Nothing is taken off where the
    classes are `complete`: where each has every combination of the other factors just once, its
    mean has no error.

    Args:
        sums: (C,P) of the values in each class; see `class_sums`.
        counts: (C,) values in each class; classes without any count as absent.
        squares: (P,) sums of the squared values.
        complete: see above.

    Returns:
        (P,); NaN if fewer than two classes are present, or if each value has a class to itself and
        the classes are not complete.
    """
    sums, counts = sums[counts > 0], counts[counts > 0]
    classes, total = len(counts), counts.sum()
    if classes < 2 or (classes == total and not complete):
        return np.full(len(squares), np.nan)
    offset = sums.sum(axis=0) ** 2 / total
    between = (sums**2 / counts[:, None]).sum(axis=0) - offset
    if not complete:
        within = squares - offset - between
        between = between - (classes - 1) * within / (total - classes)
    return between / total
