"""Which latent encodes each factor, and with how little noise: Section 5.2 of the paper, Fig. 4c.

The information of a latent is 1 - E[σ²], the mean over images of its posterior variance taken from
the prior's: 0 where the latent is pure noise, and near 1 where it is encoded precisely. A factor is
encoded by the latent that has most information of it,

    argmax over k of (1 - E[σ_k²]) · share_k,    share_k = Var over w of E[μ_k | w] / Var[μ_k],

with μ_k the posterior means. By the share alone it could be a dead latent, whose tiny mean happens
to follow a factor; by the information alone it could be one that says nothing of it. A factor that
no latent encodes has a latent too, with a small share: read the two numbers together.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from latent_assays.papers.perturbations.explained import (
    ADDED,
    class_sums,
    explained_variance,
)
from latent_assays.responses.assays import Assayed
from latent_assays.results import Number, number
from latent_assays.store import ImageSet

__all__ = ["MOST", "measure"]

MOST = 0.5  # least share of a latent's variance with which it is a factor's


def measure(images: ImageSet, coded: Mapping[str, Any]) -> Assayed:
    """Information and share of the latent that encodes each factor.

    Args:
        images: N images with K factors, the added one among them or not.
        coded: codes of the run, `mean` and `std` (N,D).

    Returns:
        numbers `information_FACTOR` and `share_FACTOR` of every factor, and `s_is_first`: 1 if the
        latent of least noise is the one that encodes s, and s has at least `MOST` of its variance,
        else 0. None without posterior deviations, and of a factor that does not vary. Arrays
        `information` (D,) and `share` (K,D), NaN where it is not defined.
    """
    columns = range(len(images.factor_names))
    share = np.stack([_share(images, column, coded["mean"]) for column in columns])
    if "std" in coded:
        information = 1 - np.square(coded["std"], dtype=np.float64).mean(axis=0)
        lack = "{name} is continuous or has one class"
    else:
        information = np.full(share.shape[1], np.nan)
        lack = "the run has no posterior deviations"
    numbers: dict[str, Number] = {}
    first = np.nan
    for name, of_factor in zip(images.factor_names, share, strict=True):
        found = information * of_factor
        known = np.isfinite(found).all()
        latent = int(found.argmax())
        reason = lack.format(name=name)
        numbers[f"information_{name}"] = number(information[latent] if known else np.nan, reason)
        numbers[f"share_{name}"] = number(of_factor[latent] if known else np.nan, reason)
        if name == ADDED and known:
            first = float(latent == information.argmax() and of_factor[latent] >= MOST)
    if ADDED not in images.factor_names:
        lack = "the images have no factor {name}"
    numbers["s_is_first"] = number(first, lack.format(name=ADDED))
    return Assayed(numbers, {"information": information, "share": share})


def _share(images: ImageSet, column: int, mean: np.ndarray) -> np.ndarray:
    """Shares (D,) of the variance of the means (N,D) that a factor explains, 0 of constant ones."""
    size, values = images.factor_sizes[column], mean - mean.mean(axis=0, dtype=np.float64)
    if not size:
        return np.full(mean.shape[1], np.nan)
    classes = images.factors[:, column].astype(np.int64)
    squares = np.square(values).sum(axis=0)
    explained = explained_variance(
        class_sums(values, classes, size), np.bincount(classes, minlength=size), squares
    )
    total = squares / len(values)
    return np.clip(np.divide(explained, total, out=explained * 0, where=total > 0), 0, 1)
