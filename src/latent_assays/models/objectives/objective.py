"""What every objective shares: one forward pass, the reconstruction term, weights and warm-up."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from latent_assays.errors import UserError
from latent_assays.models.autoencoder import Autoencoder

__all__ = ["Forward", "Objective", "forward", "number", "own_weight", "reconstruction"]


@dataclass(frozen=True)
class Forward:
    """One pass of a batch through a network, all in float32 (or float64).

    Attributes:
        images: (B,C,H,W).
        mean: posterior mean (B,D).
        log_std: log of the posterior std (B,D); None for a deterministic encoder.
        codes: (B,D), one sample of the posterior each; the mean for a deterministic encoder.
        logits: (B,C,H,W).
        likelihood: `bernoulli` or `gaussian`.
        noise: the random numbers of this step, for objectives that need more of them.
    """

    images: Tensor
    mean: Tensor
    log_std: Tensor | None
    codes: Tensor
    logits: Tensor
    likelihood: str
    noise: np.random.Generator

    def normal(self, shape: tuple[int, ...]) -> Tensor:
        """Standard normal numbers in the type and on the device of the codes."""
        return _normal(self.noise, shape, self.mean)


def _normal(noise: np.random.Generator, shape: tuple[int, ...], like: Tensor) -> Tensor:
    drawn = torch.from_numpy(noise.standard_normal(shape, dtype=np.float32))
    return drawn.to(device=like.device, dtype=like.dtype)


def forward(network: Autoencoder, images: Tensor, noise: np.random.Generator) -> Forward:
    """Encode images (B,C,H,W), draw one code each (z = mean + std * noise) and decode it."""
    mean, log_std = network.encode(images)
    mean = mean.to(images.dtype)
    codes = mean
    if log_std is not None:
        log_std = log_std.to(images.dtype)
        codes = mean + log_std.exp() * _normal(noise, mean.shape, mean)
    logits = network.decode(codes).to(images.dtype)
    return Forward(images, mean, log_std, codes, logits, network.likelihood, noise)


class Objective(nn.Module):
    """The weighted total of named terms; subclasses add their own to the reconstruction.

    Attributes:
        stochastic: codes are samples of a Gaussian posterior, so the encoder needs a std.
        paired: rows of a batch come in pairs, the first half beside the second.
        reductions: for each term, how it is summed and averaged.
        weights: for each term, what multiplies it when fully warmed up.
        critic: a network that is trained beside the autoencoder to minimise `critic_loss`, or None.
        critic_learning_rate: of its Adam.
        beta: what the literature calls this objective's β, or None where it has none.
        beta_multiplies: the term that this β multiplies.
    """

    stochastic: ClassVar[bool] = True
    paired: ClassVar[bool] = False
    reductions: ClassVar[dict[str, str]] = {"reconstruction": "sum over pixels, mean over batch"}

    def __init__(self, settings: Mapping[str, Any], **weights: float) -> None:
        super().__init__()
        self.weights = {
            "reconstruction": number(settings, "reconstruction_weight", 1.0, above=0),
            **weights,
        }
        self.warmup = int(number(settings, "warmup", 0))
        self.critic: nn.Module | None = None
        self.critic_learning_rate = 0.0
        self.beta = self.weights.get("kl")
        self.beta_multiplies = "kl"

    def regularisers(self, batch: Forward) -> dict[str, Tensor]:
        """The objective's own terms by name, each a scalar before its weight."""
        raise NotImplementedError

    def terms(self, batch: Forward) -> dict[str, Tensor]:
        """All terms by name, each a scalar before its weight."""
        return {"reconstruction": reconstruction(batch), **self.regularisers(batch)}

    def critic_loss(self, batch: Forward) -> Tensor:
        """What the critic minimises, a scalar that reaches no weight of the autoencoder."""
        raise NotImplementedError

    def weights_at(self, step: int) -> dict[str, float]:
        """Weights in step 1, 2, ...: all but the reconstruction's grow linearly over `warmup`."""
        grown = min(1.0, step / self.warmup) if self.warmup else 1.0
        return {
            name: weight if name == "reconstruction" else grown * weight
            for name, weight in self.weights.items()
        }


def reconstruction(batch: Forward) -> Tensor:
    """What a decoder gets wrong: sum over pixels and channels, mean over batch.

    Bernoulli: cross-entropy, -x log s - (1-x) log(1-s) with s = sigmoid(logit), in the form
    log(1 + exp(logit)) - x logit, which takes two thirds of PyTorch's own time.
    Gaussian: squared error (x - logit)^2, which is -log p(x|z) of variance 1/2.
    """
    if batch.likelihood == "bernoulli":
        error = F.softplus(batch.logits, threshold=40).sum() - (batch.images * batch.logits).sum()
    else:
        error = F.mse_loss(batch.logits, batch.images, reduction="sum")
    return error / len(batch.images)


def number(
    settings: Mapping[str, Any], key: str, default: float | None = None, above: float | None = None
) -> float:
    """A finite setting of at least 0, or greater than `above`.

    Raises:
        UserError: it is missing without a default, is not a number, or is too small.
    """
    value = settings.get(key, default)
    least = "above 0" if above == 0 else "from 0"
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if (
        not is_number
        or not np.isfinite(value)
        or value < 0
        or (above is not None and value <= above)
    ):
        raise UserError(f"{key}: {value!r} must be a number {least}")
    return float(value)


def own_weight(settings: Mapping[str, Any], key: str, default: float | None = None) -> float:
    """The weight by which the literature names an objective, times the setting `strength`.

    Raises:
        UserError: one of them is not an allowed number, or the weight is missing.
    """
    return number(settings, "strength", 1.0, above=0) * number(settings, key, default)
