"""Active units: how many latents does the encoder use?"""

from typing import Any

import numpy as np

from latent_assays.scores.result import LARGEST, NoValue, check_codes, check_std, score_function

__all__ = ["active_units"]


@score_function
def active_units(
    codes: Any, std: Any = None, most_noise: float = 0.8, least_variance: float = 0.01
) -> tuple[float, dict]:
    """Number of active latents.

    With the encoder's standard deviations: latents with E[sigma^2] < `most_noise` (Zietlow et al.
    2021, arXiv:2102.06822; a collapsed latent keeps the prior's variance 1). Without them:
    latents with Var(mean) > `least_variance` (Burda et al. 2016, arXiv:1509.00519).

    Args:
        codes: (N,D) posterior means.
        std: (N,D) posterior standard deviations; None for a deterministic encoder.
        most_noise: bound of E[sigma^2].
        least_variance: bound of Var(mean).

    Returns:
        `Result`: a count in 0..D; `details` has `criterion` (which of the two the value is),
        `by_noise` and `by_variance` (lists of active latents; `by_noise` None without `std`),
        `mean_noise` (D values or None) and `variance` (D values). None for non-finite codes or
        standard deviations.

    Raises:
        ValueError: `std` cannot be standard deviations: some are negative, or all are 0.
    """
    codes = check_codes(codes)
    variance = codes.var(axis=0, dtype=np.float64)
    by_variance = np.flatnonzero(variance > least_variance).tolist()
    details = {
        "criterion": "variance",
        "by_noise": None,
        "by_variance": by_variance,
        "mean_noise": None,
        "variance": variance.tolist(),
    }
    if std is None:
        return len(by_variance), details
    std = check_std(std, codes.shape)
    if not (np.abs(std) <= LARGEST).all():
        raise NoValue(f"a standard deviation is not finite or beyond {LARGEST:g}")
    noise = (std**2).mean(axis=0)
    by_noise = np.flatnonzero(noise < most_noise).tolist()
    details |= {"criterion": "noise", "by_noise": by_noise, "mean_noise": noise.tolist()}
    return len(by_noise), details
