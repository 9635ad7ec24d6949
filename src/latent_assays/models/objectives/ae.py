"""The autoencoder: reconstruction alone, with a deterministic encoder."""

from collections.abc import Mapping
from typing import Any

from torch import Tensor

from latent_assays.errors import UserError
from latent_assays.models.objectives.objective import Forward, Objective, number

__all__ = ["AE"]


class AE(Objective):
    """L = reconstruction."""

    stochastic = False

    def __init__(self, settings: Mapping[str, Any]) -> None:
        super().__init__(settings)
        strength = number(settings, "strength", 1.0, above=0)
        if strength != 1:
            raise UserError(
                f"strength: {strength:g} has no weight to multiply in objective ae: leave it 1"
            )

    def regularisers(self, batch: Forward) -> dict[str, Tensor]:
        """None."""
        return {}
