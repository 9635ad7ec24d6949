"""Modularity: does each latent know one factor only?"""

from typing import Any

import numpy as np

from latent_assays.scores.mutual_information import MutualInformation, mutual_information
from latent_assays.scores.result import NoValue, score_function

__all__ = ["modularity"]


@score_function
def modularity(
    codes: Any, factors: Any, bins: int = 20, information: MutualInformation | None = None
) -> tuple[float, dict]:
    """Modularity (Ridgeway and Mozer 2018, arXiv:1802.05312, eq. 2), the "ModExp" of some tables.

    Per latent 1 - sum_{k != a} I(z_d; v_k)^2 / (I(z_d; v_a)^2 (K-1)), where a is the factor it
    knows most about; the score is the mean over all latents. A latent that knows nothing counts
    0, so dead latents lower the score: `details` also has the mean over the others.

    Args:
        codes: (N,D) latents.
        factors: (N,K) classes. Constant factors are left out.
        bins: equal-width bins of a latent between its minimum and maximum.
        information: the matrix of these codes and factors with these bins, if it is at hand.

    Returns:
        `Result` in [0, 1]; `details` has `factors` (columns), `latents` (D values), `informed`
        (latents that know anything) and `informed_mean` (None if none does). None for non-finite
        codes, labels that are no classes, or if fewer than two factors vary.
    """
    information = mutual_information(codes, factors, bins, information)
    squares = information.matrix**2
    count = squares.shape[1]
    if count < 2:
        raise NoValue(f"needs at least 2 factors that vary and there are {count}")
    best = squares.max(axis=1)
    informed = best > 0
    rest = squares.sum(axis=1) - best
    latents = np.where(informed, 1 - rest / (np.where(informed, best, 1.0) * (count - 1)), 0.0)
    return latents.mean(), {
        "factors": list(information.columns),
        "latents": latents.tolist(),
        "informed": np.flatnonzero(informed).tolist(),
        "informed_mean": float(latents[informed].mean()) if informed.any() else None,
    }
