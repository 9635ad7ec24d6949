"""DIP-VAE (Kumar et al., ICLR 2018): the codes' covariance is drawn to the identity."""

from collections.abc import Mapping
from typing import Any, ClassVar

import torch
from torch import Tensor

from latent_assays.models.objectives.beta_vae import exact_kl
from latent_assays.models.objectives.objective import Forward, Objective, number, own_weight

__all__ = ["DIPVAEI", "DIPVAEII", "covariance"]


def covariance(mean: Tensor) -> Tensor:
    """Covariance (D,D) of posterior means (B,D), divided by B."""
    centred = mean - mean.mean(dim=0)
    return centred.T @ centred / len(mean)


class DIPVAEI(Objective):
    """L = reconstruction + KL + λ_od Σ_{i≠j} C_ij² + λ_d Σ_i (C_ii - 1)², C = Cov[mean].

    λ_d is 10 λ_od unless given, as in disentanglement_lib.
    """

    reductions = Objective.reductions | {
        "kl": "sum over latents, mean over batch",
        "off_diagonal": "covariance over batch, sum over pairs of latents",
        "diagonal": "covariance over batch, sum over latents",
    }
    diagonal_factor: ClassVar[float] = 10.0

    def __init__(self, settings: Mapping[str, Any]) -> None:
        off_diagonal = own_weight(settings, "lambda_od")
        diagonal = number(settings, "lambda_d", self.diagonal_factor * off_diagonal)
        super().__init__(settings, kl=1.0, off_diagonal=off_diagonal, diagonal=diagonal)

    def covariance(self, batch: Forward) -> Tensor:
        """C (D,D)."""
        return covariance(batch.mean)

    def regularisers(self, batch: Forward) -> dict[str, Tensor]:
        """`kl`: exact; `off_diagonal` and `diagonal`: squared distances from the identity."""
        matrix = self.covariance(batch)
        diagonal = matrix.diagonal()
        return {
            "kl": exact_kl(batch.mean, batch.log_std).sum(dim=1).mean(),
            "off_diagonal": (matrix - torch.diag(diagonal)).square().sum(),
            "diagonal": (diagonal - 1).square().sum(),
        }


class DIPVAEII(DIPVAEI):
    """As DIP-VAE-I with C = Cov[mean] + E[diag(std²)], the covariance of q(z), and λ_d = λ_od."""

    diagonal_factor: ClassVar[float] = 1.0

    def covariance(self, batch: Forward) -> Tensor:
        """C (D,D)."""
        return covariance(batch.mean) + torch.diag((2 * batch.log_std).exp().mean(dim=0))
