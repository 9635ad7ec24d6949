"""Latents that DCI credits with a factor on which they have no causal effect: Section 5, Fig. 6."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from latent_assays.responses.assays import Assayed
from latent_assays.results import Number, number

__all__ = ["CREDIT", "EFFECT", "LINK", "Credit", "credited_without_link", "measure"]

CREDIT = 0.1  # least importance of a latent that DCI credits with a factor
LINK = 0.25  # least M*_cj of a latent linked to factor c, as a share of the row's largest
EFFECT = 0.1  # least M_pj of a cause p of latent j


@dataclass(frozen=True)
class Credit:
    """One undeserved credit.

    Attributes:
        factor: row c.
        latent: column j, which DCI credits with c.
        cause: the latent linked to c that drives j most, if one does and j does not drive it as
            much. In the paper, dimension 4 is credited with the scale because 20 drives it.
    """

    factor: int
    latent: int
    cause: int | None


def measure(scores: Mapping[str, Any], matrix: Mapping[str, Any]) -> Assayed:
    """Undeserved credits of one run.

    Args:
        scores: the run's scores, of which DCI's importances are used.
        matrix: arrays of the run's response matrices.

    Returns:
        number `credits_without_link`, how many there are; arrays `importances` (K,D), and of each
        credit `factor`, `latent` and `cause` (-1 for none) (C,). Without DCI or a conditioned
        matrix the number is None, and there are no arrays but `reason`.
    """
    reason = _lack(scores["numbers"].get("dci"), matrix)
    if reason:
        return Assayed(
            {"credits_without_link": Number(value=None, reason=reason)}, {"reason": reason}
        )
    importances = np.array(scores["numbers"]["dci"]["details"]["importances"]).T
    found = credited_without_link(
        importances, matrix["conditioned"], matrix["matrix"], matrix["nodes"]
    )
    return Assayed(
        {"credits_without_link": number(len(found), "")},
        {
            "importances": importances,
            "factor": np.array([credit.factor for credit in found], np.int64),
            "latent": np.array([credit.latent for credit in found], np.int64),
            "cause": np.array(
                [-1 if credit.cause is None else credit.cause for credit in found], np.int64
            ),
        },
    )


def _lack(dci: Mapping[str, Any] | None, matrix: Mapping[str, Any]) -> str:
    if dci is None:
        return "DCI is not among the scores of the configuration"
    if dci["value"] is None:
        return f"DCI has no value: {dci['reason']}"
    return "" if "conditioned" in matrix else "there is no conditioned response matrix"


def credited_without_link(
    importances: np.ndarray,
    conditioned: np.ndarray,
    matrix: np.ndarray,
    active: np.ndarray,
) -> list[Credit]:
    """Compare what predicts a factor with what drives it, by `CREDIT`, `LINK` and `EFFECT`.

    Args:
        importances: (K,D) DCI importances; a row sums to 1.
        conditioned: (K,D) conditioned response matrix M*.
        matrix: (D,D) latent response matrix M.
        active: the latents to judge, the nodes of the causal graph. One that the decoder ignores
            drives nothing, whatever little DCI finds in its code.

    Raises:
        ValueError: the shapes do not fit.
    """
    factors, latents = np.shape(conditioned)
    if np.shape(importances) != (factors, latents) or np.shape(matrix) != (latents, latents):
        raise ValueError(
            f"importances {np.shape(importances)}, conditioned {np.shape(conditioned)} and matrix "
            f"{np.shape(matrix)} must be (K,D), (K,D) and (D,D)"
        )
    linked = conditioned >= LINK * conditioned.max(axis=1, keepdims=True)
    undeserved = (np.asarray(importances) >= CREDIT) & ~linked
    undeserved &= np.isin(np.arange(latents), active)
    found = []
    for factor, latent in np.argwhere(undeserved).tolist():
        drives = linked[factor] & (matrix[:, latent] > np.maximum(matrix[latent], EFFECT))
        cause = int(np.argmax(np.where(drives, matrix[:, latent], -1))) if drives.any() else None
        found.append(Credit(factor, latent, cause))
    return found
