"""FactorVAE (Kim & Mnih, ICML 2018): total correlation as a discriminator sees it."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from latent_assays.models.autoencoder import latents_of
from latent_assays.models.objectives.beta_vae import exact_kl
from latent_assays.models.objectives.objective import Forward, Objective, number, own_weight

__all__ = ["FactorVAE", "permute_codes"]

REAL, PERMUTED = 0, 1
HIDDEN_LAYERS = 6


def permute_codes(codes: Tensor, noise: np.random.Generator) -> Tensor:
    """Shuffle each latent of codes (B,D) over the batch by itself: samples of Π_j q(z_j)."""
    order = noise.permuted(np.tile(np.arange(len(codes))[:, None], codes.shape[1]), axis=0)
    return codes.gather(0, torch.from_numpy(order).to(codes.device))


class FactorVAE(Objective):
    """L = reconstruction + KL + γ TC, with TC = mean over batch of D_real(z) - D_permuted(z).

    D are the two logits of a critic that learns to tell codes from codes whose latents were
    shuffled; at its optimum their difference is log q(z) / Π_j q(z_j). γ = 0 is the VAE.
    """

    reductions = Objective.reductions | {
        "kl": "sum over latents, mean over batch",
        "total_correlation": "joint over latents, mean over batch",
    }

    def __init__(self, settings: Mapping[str, Any]) -> None:
        super().__init__(settings, kl=1.0, total_correlation=own_weight(settings, "gamma"))
        units = int(number(settings, "critic_units", 1000, above=0))
        layers: list[nn.Module] = []
        inputs = latents_of(settings)
        for _ in range(HIDDEN_LAYERS):
            layers += [nn.Linear(inputs, units), nn.LeakyReLU(0.2, inplace=True)]
            inputs = units
        self.critic = nn.Sequential(*layers, nn.Linear(inputs, 2))
        self.critic_learning_rate = number(settings, "critic_learning_rate", 1e-4, above=0)
        for layer in self.critic[::2]:
            nn.init.xavier_uniform_(layer.weight)
            nn.init.zeros_(layer.bias)

    def regularisers(self, batch: Forward) -> dict[str, Tensor]:
        """`kl`: exact; `total_correlation`: by a critic that this term does not train."""
        frozen = {name: weight.detach() for name, weight in self.critic.named_parameters()}
        logits = torch.func.functional_call(self.critic, frozen, batch.codes)
        return {
            "kl": exact_kl(batch.mean, batch.log_std).sum(dim=1).mean(),
            "total_correlation": (logits[:, REAL] - logits[:, PERMUTED]).mean(),
        }

    def critic_loss(self, batch: Forward) -> Tensor:
        """Cross-entropy of telling codes from permuted codes, each half the weight."""
        codes = batch.codes.detach()
        both = torch.cat([codes, permute_codes(codes, batch.noise)])
        labels = torch.full((len(both),), REAL, device=both.device)
        labels[len(codes) :] = PERMUTED
        return F.cross_entropy(self.critic(both), labels)
