"""The autoencoder: reconstruction alone, with a deterministic encoder."""

from collections.abc import Mapping
from typing import Any

from torch import Tensor

from latent_assays.models.objectives.objective import Forward, Objective

__all__ = ["AE"]


class AE(Objective):
    """L = reconstruction."""

    stochastic = False

    def __init__(self, settings: Mapping[str, Any]) -> None:
        super().__init__(settings)

    def regularisers(self, batch: Forward) -> dict[str, Tensor]:
        """None."""
        return {}
