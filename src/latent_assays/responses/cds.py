"""The causal disentanglement score (eq. 10) of a conditioned response matrix."""

import math

import numpy as np

from latent_assays.errors import UserError

__all__ = ["causal_disentanglement_score", "cds", "rescale"]


def cds(matrix: np.ndarray) -> float:
    """CDS = sum_j max_c M*_cj / sum_cj M*_cj, eq. 10 of Leeb et al. as printed.

    Args:
        matrix: (K,D) M*, row = factor, column = latent; not negative.

    Returns:
        A number from 1/K to 1; NaN if no latent responds at all (0/0: a score of 0 would lie
        below the range).

    Raises:
        UserError: the matrix is not (K,D) of finite numbers >= 0.
    """
    matrix = np.asarray(matrix, np.float64)
    if matrix.ndim != 2 or not np.isfinite(matrix).all() or (matrix < 0).any():
        raise UserError(
            f"a conditioned response matrix is (K,D) of finite numbers >= 0, not {matrix.shape}"
            f"{f' with values from {matrix.min()} to {matrix.max()}' if matrix.size else ''}"
        )
    total = matrix.sum()
    return float(matrix.max(axis=0).sum() / total) if total > 0 else math.nan


def rescale(score: float, factors: int) -> float:
    """The score on [0,1], (CDS - 1/K) / (1 - 1/K); NaN for one factor, whose score is always 1."""
    return (score - 1 / factors) / (1 - 1 / factors) if factors > 1 else math.nan


def causal_disentanglement_score(
    matrix: np.ndarray, response_diagonal: np.ndarray | None = None, threshold: float = 0.1
) -> dict[str, float]:
    """Every form of the score.

    Args:
        matrix: (K,D) M*, see `cds`.
        response_diagonal: (D,) diagonal of the latent response matrix (eq. 8); where given, the
            masked scores leave out latents that hardly respond to any intervention.
        threshold: least M_jj of a latent that the masked scores keep.

    Returns:
        `cds` as printed, `cds_rescaled` on [0,1] (the paper's text), and with `response_diagonal`
        also `cds_masked` and `cds_masked_rescaled`; NaN as in `cds` and `rescale`.
    """
    factors = len(matrix)
    raw = cds(matrix)
    scores = {"cds": raw, "cds_rescaled": rescale(raw, factors)}
    if response_diagonal is not None:
        kept = np.asarray(response_diagonal) >= threshold
        masked = cds(np.asarray(matrix)[:, kept])
        scores |= {"cds_masked": masked, "cds_masked_rescaled": rescale(masked, factors)}
    return scores
