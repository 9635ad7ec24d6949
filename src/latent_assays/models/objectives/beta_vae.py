"""β-VAE (Higgins et al., ICLR 2017); the VAE is β = 1."""

from collections.abc import Mapping
from typing import Any

from torch import Tensor

from latent_assays.errors import UserError
from latent_assays.models.objectives.objective import Forward, Objective, own_weight

__all__ = ["KL", "BetaVAE", "author_kl", "exact_kl"]


def exact_kl(mean: Tensor, log_std: Tensor) -> Tensor:
    """KL(N(mean, std^2) || N(0,1)) of each latent: (μ² + σ² - 2 log σ - 1) / 2, (B,D) in nats."""
    return 0.5 * (mean**2 + (2 * log_std).exp() - 2 * log_std - 1)


def author_kl(mean: Tensor, log_std: Tensor) -> Tensor:
    """The term in the latent-response authors' code: (μ² + σ - log σ - 1) / 2, (B,D).

    σ stands where the KL has σ². The minimum stays at μ = 0, σ = 1, but the pull on σ is weaker,
    so that β is not exactly comparable with the exact KL's.
    """
    return 0.5 * (mean**2 + log_std.exp() - log_std - 1)


KL = {"exact": exact_kl, "author": author_kl}


class BetaVAE(Objective):
    """L = reconstruction + β KL(q(z|x) || N(0,I)), the KL summed over latents, mean over batch."""

    reductions = Objective.reductions | {"kl": "sum over latents, mean over batch"}

    def __init__(self, settings: Mapping[str, Any]) -> None:
        super().__init__(settings, kl=own_weight(settings, "beta", 1.0))
        kind = settings.get("kl", "exact")
        if kind not in KL:
            raise UserError(f"kl: {kind!r} must be one of {', '.join(KL)}")
        self.kl = KL[kind]
        if kind == "author":
            self.reductions = self.reductions | {
                "kl": f"the author's variant, σ for σ²; {self.reductions['kl']}"
            }

    def regularisers(self, batch: Forward) -> dict[str, Tensor]:
        """`kl`: sum over latents, mean over batch."""
        return {"kl": self.kl(batch.mean, batch.log_std).sum(dim=1).mean()}
