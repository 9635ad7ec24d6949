"""β-TC-VAE (Chen et al., NeurIPS 2018): the part of the KL that ties latents together, weighted."""

import math
from collections.abc import Mapping
from typing import Any

from torch import Tensor

from latent_assays.models.objectives.beta_vae import exact_kl
from latent_assays.models.objectives.objective import Forward, Objective, own_weight

__all__ = ["BetaTCVAE", "Decomposition", "decompose"]

Decomposition = tuple[Tensor, Tensor, Tensor]


def decompose(codes: Tensor, mean: Tensor, log_std: Tensor) -> Decomposition:
    """Split KL(q(z|x) || N(0,I)) into three, estimated from a minibatch (Chen et al., eq. 2).

    The aggregate posterior q(z) is taken to be the mixture of the batch's posteriors. This is
    disentanglement_lib's estimator; its constant, (D-1) log B, which that library drops, is kept.

    Args:
        codes: (B,D), one sample of each posterior.
        mean: (B,D).
        log_std: (B,D).

    Returns:
        Mutual information of index and code, total correlation, and dimension-wise KL, in nats,
        mean over batch. They add up to the sampled KL, mean of log q(z|x) - log p(z).
    """
    count = len(codes)
    log_2pi = math.log(2 * math.pi)
    standardised = (codes[:, None] - mean[None]) * (-log_std[None]).exp()
    log_density = -0.5 * (standardised**2 + log_2pi) - log_std[None]  # (B,B,D): of z_i under q_j
    own = log_density.diagonal().sum(dim=0)
    joint = log_density.sum(dim=2).logsumexp(dim=1) - math.log(count)
    marginals = (log_density.logsumexp(dim=1) - math.log(count)).sum(dim=1)
    prior = (-0.5 * (codes**2 + log_2pi)).sum(dim=1)
    return (own - joint).mean(), (joint - marginals).mean(), (marginals - prior).mean()


class BetaTCVAE(Objective):
    """L = reconstruction + KL + (β - 1) TC; β = 1 is the VAE."""

    reductions = Objective.reductions | {
        "kl": "sum over latents, mean over batch",
        "total_correlation": "joint over latents, mean over batch; β less the 1 that the kl holds",
    }

    def __init__(self, settings: Mapping[str, Any]) -> None:
        beta = own_weight(settings, "beta", 1.0)
        super().__init__(settings, kl=1.0, total_correlation=beta - 1)
        self.beta, self.beta_multiplies = beta, "total_correlation"

    def regularisers(self, batch: Forward) -> dict[str, Tensor]:
        """`kl`: exact, sum over latents, mean over batch; `total_correlation`: see `decompose`."""
        _, total_correlation, _ = decompose(batch.codes, batch.mean, batch.log_std)
        return {
            "kl": exact_kl(batch.mean, batch.log_std).sum(dim=1).mean(),
            "total_correlation": total_correlation,
        }
