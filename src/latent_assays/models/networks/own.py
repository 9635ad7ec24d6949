"""A network of the user's own, from a Python file that builds its encoder and decoder."""

import importlib.util
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from torch import nn

from latent_assays.errors import UserError
from latent_assays.models.autoencoder import Autoencoder, latents_of

__all__ = ["own"]


def own(
    settings: Mapping[str, Any], image_shape: tuple[int, int, int], stochastic: bool
) -> Autoencoder:
    """Build the network of `settings["file"]`, which must define

        def build(latents, image_shape, stochastic):
            return encoder, decoder

    where `encoder` maps images (B,C,H,W) in [0,1] to means (B,D), or to means and logs of the
    standard deviations (B,2D) if `stochastic`, and `decoder` maps codes (B,D) to logits (B,C,H,W).

    Raises:
        UserError: the file is missing, does not run, or builds something else.
    """
    path = Path(settings.get("file", ""))
    if not path.is_file():
        raise UserError(f"file: {str(path)!r} does not exist; network `own` needs a Python file")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
        parts = module.build(latents_of(settings), image_shape, stochastic)
    except Exception as error:
        raise UserError(f"file: {path}: {type(error).__name__}: {error}") from error
    if not (
        isinstance(parts, tuple)
        and len(parts) == 2
        and all(isinstance(part, nn.Module) for part in parts)
    ):
        raise UserError(f"file: {path}: build must return (encoder, decoder), two torch modules")
    return Autoencoder(*parts, settings, image_shape, stochastic)
