"""Factor grids: rows in row-major order, the last factor fastest."""

from collections.abc import Mapping, Sequence

import numpy as np

from latent_assays.errors import UserError

__all__ = ["classes_of", "index_of", "kept_classes", "renumber", "select"]


def classes_of(indices: np.ndarray, sizes: Sequence[int]) -> np.ndarray:
    """Classes (B,K) int16 of the grid rows `indices` (B,)."""
    return np.stack(np.unravel_index(indices, tuple(sizes)), axis=1).astype(np.int16)


def index_of(classes: np.ndarray, sizes: Sequence[int]) -> np.ndarray:
    """Grid rows (B,) int64 of `classes` (B,K)."""
    return np.ravel_multi_index(tuple(np.asarray(classes, np.int64).T), tuple(sizes))


def renumber(factors: np.ndarray) -> tuple[np.ndarray, tuple[int, ...]]:
    """Classes (N,K) counted from 0 among those that occur, so that a sub-grid is a grid again.

    Returns:
        factors (N,K) of the same type, and the K class counts.
    """
    if not factors.shape[1]:
        return factors, ()
    found = [np.unique(column, return_inverse=True) for column in factors.T]
    columns = np.stack([numbers for _, numbers in found], axis=1).astype(factors.dtype)
    return columns, tuple(len(values) for values, _ in found)


def select(
    names: Sequence[str], sizes: Sequence[int], keep: Mapping[str, Sequence[int]]
) -> tuple[np.ndarray, tuple[int, ...]]:
    """The sub-grid that keeps the given classes of the named factors and all of the others.

    Args:
        names: K factor names.
        sizes: K class counts.
        keep: classes to keep, by factor name.

    Returns:
        rows (N,) int64 of the full grid, in order, and the K class counts that remain.

    Raises:
        UserError: a name or class is not in the grid.
    """
    kept = [np.asarray(classes) for classes in kept_classes(names, sizes, keep)]
    rows = np.ravel_multi_index(np.meshgrid(*kept, indexing="ij"), tuple(sizes)).ravel()
    return rows, tuple(len(classes) for classes in kept)


def kept_classes(
    names: Sequence[str], sizes: Sequence[int], keep: Mapping[str, Sequence[int]]
) -> list[list[int]]:
    """The classes of each of the K factors that `select` keeps, in order.

    Raises:
        UserError: a name or class is not in the grid.
    """
    for name in keep:
        if name not in names:
            raise UserError(f"keep: {name!r} is not a factor; the factors are {', '.join(names)}")
    kept = []
    for name, size in zip(names, sizes, strict=True):
        classes = list(keep.get(name, range(size)))
        wrong = [c for c in classes if not 0 <= c < size]
        if wrong or not classes:
            raise UserError(f"keep.{name}: {wrong or classes} must be classes from 0 to {size - 1}")
        kept.append(sorted(set(classes)))
    return kept
