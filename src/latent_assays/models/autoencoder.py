"""What every network offers: encode to a Gaussian posterior (or a point), decode to logits."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from latent_assays.errors import UserError

__all__ = ["Autoencoder", "latents_of", "scaled"]

LIKELIHOODS = ("bernoulli", "gaussian")
PAIR = (tuple, list)


class Autoencoder(nn.Module):
    """An encoder and a decoder with the shapes between them.

    Args:
        encoder: images (B,C,H,W) to (B,D); where `stochastic` to (B,2D), or to two of (B,D).
        decoder: codes (B,D) to logits (B,C,H,W).
        settings: `latents` D and optionally `likelihood`: `bernoulli` (default; images are the
            sigmoid of the logits) or `gaussian` (the logits are the images).
        image_shape: (C,H,W).
        stochastic: whether the encoder's second half describes a posterior std.
        log_variance: the second half is the log of the variance, not of the std.
    """

    def __init__(
        self,
        encoder: nn.Module,
        decoder: nn.Module,
        settings: Mapping[str, Any],
        image_shape: tuple[int, int, int],
        stochastic: bool,
        log_variance: bool = False,
    ) -> None:
        super().__init__()
        self.encoder = encoder
        self.decoder = decoder
        self.latents = latents_of(settings)
        self.image_shape = image_shape
        self.stochastic = stochastic
        self.code_digest: str | None = None  # SHA-256 of a user's own file
        self.likelihood = settings.get("likelihood", "bernoulli")
        self._to_log_std = 0.5 if log_variance else 1.0
        if self.likelihood not in LIKELIHOODS:
            raise UserError(
                f"likelihood: {self.likelihood!r} must be one of {', '.join(LIKELIHOODS)}"
            )

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return next((weight.device for weight in self.parameters()), torch.device("cpu"))

    def encode(self, images: Tensor) -> tuple[Tensor, Tensor | None]:
        """Posterior mean (B,D) and log of its std (B,D), or None for a deterministic encoder."""
        outputs = self.encoder(images)
        if not self.stochastic:
            return outputs, None
        mean, spread = outputs if isinstance(outputs, PAIR) else outputs.chunk(2, dim=1)
        return mean, spread * self._to_log_std

    def decode(self, codes: Tensor) -> Tensor:
        """Logits (B,C,H,W) of codes (B,D)."""
        return self.decoder(codes)

    def images(self, logits: Tensor) -> Tensor:
        """The mean image (B,C,H,W) that logits (B,C,H,W) stand for."""
        return torch.sigmoid(logits) if self.likelihood == "bernoulli" else logits


def latents_of(settings: Mapping[str, Any]) -> int:
    """The number of latents D.

    Raises:
        UserError: `latents` is missing or is not a positive whole number.
    """
    latents = settings.get("latents")
    if not isinstance(latents, int) or isinstance(latents, bool) or latents < 1:
        raise UserError(f"latents: {latents!r} must be a whole number from 1")
    return latents


def scaled(size: int, settings: Mapping[str, Any], multiple_of: int = 1) -> int:
    """`size` channels or units times the setting `width`.

    Raises:
        UserError: the product is not a positive multiple of `multiple_of`.
    """
    width = settings.get("width", 1.0)
    wanted = size * width
    units = round(wanted)
    if units < 1 or abs(units - wanted) > 1e-6 or units % multiple_of:
        raise UserError(
            f"width: {width!r} makes {wanted:g} of a layer's {size} units, "
            f"which must be a whole multiple of {multiple_of}"
        )
    return units
