"""Mutual information between every latent and every factor, shared by MIG and modularity."""

from typing import Any, NamedTuple

import numpy as np

from latent_assays.scores.result import check_codes, classes_of

__all__ = ["MutualInformation", "discretize", "mutual_information"]

_ROUNDING = 1e-12


class MutualInformation(NamedTuple):
    """Plug-in estimates, in nats.

    Attributes:
        matrix: (D,K) mutual information of each binned latent with each factor that varies.
        entropies: (K,) entropy of each factor that varies.
        columns: K columns of the given factors that the second axis stands for.
        bins: number of bins of a latent.
    """

    matrix: np.ndarray
    entropies: np.ndarray
    columns: tuple[int, ...]
    bins: int


def discretize(values: np.ndarray, bins: int = 20) -> np.ndarray:
    """Bins 0..bins-1 of each column, of equal width between the column's minimum and maximum.

    The largest value falls in the last bin. A column too narrow for `bins` distinct edges in its
    own precision is constant but for rounding, and all of it falls in bin 0.

    Args:
        values: (N,D).
        bins: number of bins.

    Returns:
        (N,D) int64.
    """
    binned = np.zeros(values.shape, np.int64)
    for column, result in zip(values.T, binned.T, strict=True):
        edges = np.linspace(column.min(), column.max(), bins + 1, dtype=_edge_type(values))
        if (edges[1:] > edges[:-1]).all():
            result[:] = np.searchsorted(edges[1:-1], column, side="right")
    return binned


def _edge_type(values: np.ndarray) -> type:
    return np.float32 if values.dtype == np.float32 else np.float64


def mutual_information(
    codes: Any, factors: Any, bins: int = 20, information: MutualInformation | None = None
) -> MutualInformation:
    """Mutual information I(z_d; v_k) of binned latents and factors.

    Args:
        codes: (N,D) latents z.
        factors: (N,K) classes v.
        bins: equal-width bins of a latent.
        information: what an earlier call with these arguments returned, to be returned again.

    Returns:
        The information matrix and the factors' entropies. A value within rounding of 0 is 0, so
        that a dead latent has exactly none.

    Raises:
        NoValue: a code is not finite, labels are no classes, or no factor varies.
        ValueError: `information` is of another number of bins or latents.
    """
    if information is not None:
        given, wanted = (information.bins, len(information.matrix)), (bins, np.shape(codes)[1])
        if given != wanted:
            raise ValueError(f"information is of {given} bins and latents, not of {wanted}")
        return information
    codes = check_codes(codes)
    classes = classes_of(factors, len(codes))
    latents = codes.shape[1]
    cells = discretize(codes, bins) + bins * np.arange(latents)
    matrix = np.empty((latents, len(classes.sizes)))
    entropies = np.empty(len(classes.sizes))
    code_entropies = _entropies(np.bincount(cells.ravel(), minlength=latents * bins), latents)
    for k, size in enumerate(classes.sizes):
        index = classes.indices[:, k]
        joint = np.bincount(
            (cells * size + index[:, None]).ravel(), minlength=latents * bins * size
        )
        entropies[k] = _entropies(np.bincount(index, minlength=size), 1)[0]
        matrix[:, k] = code_entropies + entropies[k] - _entropies(joint, latents)
    matrix[matrix < _ROUNDING] = 0.0
    return MutualInformation(matrix, entropies, classes.columns, bins)


def _entropies(counts: np.ndarray, groups: int) -> np.ndarray:
    """Entropies (groups,) in nats of `groups` histograms laid end to end."""
    counts = counts.reshape(groups, -1).astype(np.float64)
    total = counts[0].sum()
    return np.log(total) - (counts * np.log(np.maximum(counts, 1.0))).sum(axis=1) / total
