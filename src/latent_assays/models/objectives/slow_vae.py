"""SlowVAE (Klindt et al., ICLR 2021): latents change rarely between the images of a pair."""

import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from latent_assays.models.objectives.beta_vae import exact_kl
from latent_assays.models.objectives.objective import Forward, Objective, number, own_weight

__all__ = ["SlowVAE", "laplace_cross_entropy"]


def laplace_cross_entropy(mean: Tensor, log_std: Tensor, rate: float) -> Tensor:
    """-E[log p(z)] of z ~ N(mean, std²) under p(z) = rate/2 exp(-rate |z|), in nats.

    Closed form: rate E|z| - log(rate/2), with E|z| of a folded normal
    std sqrt(2/π) exp(-mean²/2std²) + mean erf(mean / (std sqrt 2)).
    """
    std = log_std.exp()
    scaled = mean / (math.sqrt(2) * std)
    absolute = math.sqrt(2 / math.pi) * std * (-(scaled**2)).exp() + mean * torch.erf(scaled)
    return rate * absolute - math.log(rate / 2)


class SlowVAE(Objective):
    """L = 2 reconstruction + β KL(q || N(0,I)) + γ KL(q || Laplace around the pair's other mean).

    As in the authors' code, a pair's two Laplace cross-entropies are added and the entropy, a mean
    over images, is subtracted once. `strength` multiplies β: a third party's list of the
    perturbation paper's strengths has 1 for this model, which is its β and not its γ of 10.
    """

    paired = True
    reductions = Objective.reductions | {
        "kl": "sum over latents, mean over batch",
        "kl_laplace": "cross-entropies: sum over latents and both directions, mean over pairs; "
        "entropy: sum over latents, mean over batch",
    }

    def __init__(self, settings: Mapping[str, Any]) -> None:
        super().__init__(
            settings,
            kl=own_weight(settings, "beta", 1.0),
            kl_laplace=number(settings, "gamma", 10.0),
        )
        self.weights["reconstruction"] *= 2
        self.rate = number(settings, "rate", 6.0, above=0)

    def regularisers(self, batch: Forward) -> dict[str, Tensor]:
        """`kl`: exact, to N(0,I); `kl_laplace`: to the transition prior."""
        difference = batch.mean - batch.mean.roll(len(batch.mean) // 2, dims=0)
        both_ways = 2 * laplace_cross_entropy(difference, batch.log_std, self.rate)
        entropy = batch.log_std + 0.5 * math.log(2 * math.pi * math.e)
        return {
            "kl": exact_kl(batch.mean, batch.log_std).sum(dim=1).mean(),
            "kl_laplace": (both_ways - entropy).sum(dim=1).mean(),
        }
