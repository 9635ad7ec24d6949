"""Mutual information gap: does one latent know a factor that the next best latent does not?"""

from typing import Any

import numpy as np

from latent_assays.scores.mutual_information import MutualInformation, mutual_information
from latent_assays.scores.result import NoValue, score_function

__all__ = ["mig"]


@score_function
def mig(
    codes: Any, factors: Any, bins: int = 20, information: MutualInformation | None = None
) -> tuple[float, dict]:
    """Mutual information gap (Chen et al. 2018, arXiv:1802.04942, eq. 6).

    MIG = 1/K sum_k (I(z_a; v_k) - I(z_b; v_k)) / H(v_k), where a and b are the latents that know
    most and second most about factor k. Latents are binned as in Locatello et al. 2019. The
    ceiling of a perfect code is below 1 for factors with more classes than bins (0.902 on
    dSprites), and one far outlier widens all bins of its latent.

    Args:
        codes: (N,D) latents.
        factors: (N,K) classes. Constant factors are left out of the mean.
        bins: equal-width bins of a latent between its minimum and maximum.
        information: the matrix of these codes and factors with these bins, if it is at hand.

    Returns:
        `Result` in [0, 1]; `details` has `factors` (columns averaged over), `gaps` and `latents`
        (the best latent of each). None for one latent, non-finite codes, labels that are no
        classes, or if no factor varies. Dead latents know nothing; if all are dead the gap is 0.
    """
    information = mutual_information(codes, factors, bins, information)
    if len(information.matrix) < 2:
        raise NoValue("needs at least 2 latents and there are 1")
    ranked = np.sort(information.matrix, axis=0)
    gaps = (ranked[-1] - ranked[-2]) / information.entropies
    return gaps.mean(), {
        "factors": list(information.columns),
        "gaps": gaps.tolist(),
        "latents": information.matrix.argmax(axis=0).tolist(),
    }
