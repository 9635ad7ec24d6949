"""Images that a run makes, to be judged by distances: reconstructions, prior or hybrid samples."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from latent_assays.distances.pixel_errors import errors_of_images, spread_of_images
from latent_assays.distances.pixels import as_bytes
from latent_assays.distances.registry import SAMPLES
from latent_assays.errors import UserError
from latent_assays.models.samplers import hybrid_codes, prior_codes
from latent_assays.store import ImageSet

__all__ = ["Samples", "sample", "why_none"]

POOL = 128  # codes that hybrids are made of (structure paper, section 3.2)
SEGMENTED = ("structural", "ladder")  # their hybrids exchange whole segments
CHUNK = 512  # images decoded at once


@dataclass(frozen=True)
class Samples:
    """Images that a run made.

    Attributes:
        images: (n,H,W,C) bytes that stand for the network's outputs; as in the run's image set, a
            pixel's value is scale * u8 + offset.
        errors: of reconstructions, by name (n,); see `errors_of_images`.
        spread: of the images that were reconstructed; see `spread_of_images`.
    """

    images: np.ndarray
    errors: dict[str, np.ndarray] = field(default_factory=dict)
    spread: float = 0.0


def why_none(kind: str, settings: Mapping[str, Any]) -> str | None:
    """Why a model makes no samples of a kind; None if it makes them.

    Args:
        kind: one of `SAMPLES`.
        settings: of the run's model.
    """
    if kind == "prior" and settings["objective"] == "ae":
        return "an autoencoder without regularisation has no prior"
    return None


def sample(
    kind: str,
    decode: Callable[[np.ndarray], np.ndarray],
    mean: np.ndarray,
    data: ImageSet,
    rows: np.ndarray,
    settings: Mapping[str, Any],
    seed: int = 0,
) -> Samples:
    """Decode as many codes as there are rows.

    Args:
        kind: `reconstruction`, codes of the rows; `prior`, draws of N(0,I); `hybrid`, latents (or
            segments) each from one of 128 codes of training images.
        decode: codes (B,D) float32 -> images (B,C,H,W) in [0,1].
        mean: (N,D) posterior means of all images.
        data: the images.
        rows: (n,) images to reconstruct, or how many to make.
        settings: of the run's model.
        seed: of the draws.

    Raises:
        UserError: the kind is unknown, or the model has no prior.
    """
    random, count = np.random.default_rng(seed), len(rows)
    if reason := why_none(kind, settings):
        raise UserError(f"{kind}: {reason}; take hybrid")
    if kind == "reconstruction":
        codes = mean[rows]
    elif kind == "hybrid":
        pool = mean[random.permutation(data.rows_of("train"))[:POOL]]
        segments = settings["segments"] if settings["network"] in SEGMENTED else None
        codes = hybrid_codes(pool, count, random, segments)
    elif kind == "prior":
        codes = prior_codes(count, mean.shape[1], random)
    else:
        raise UserError(f"{kind!r} is not a kind; the kinds are {', '.join(SAMPLES)}")
    images = np.empty((count, *data.images.shape[1:]), np.uint8)
    errors = []
    for start in range(0, count, CHUNK):
        chunk = slice(start, start + CHUNK)
        decoded = decode(codes[chunk].astype(np.float32))
        images[chunk] = as_bytes(decoded.clip(0, 1)).transpose(0, 2, 3, 1)
        if kind == "reconstruction":
            seen = data.images[rows[chunk]].transpose(0, 3, 1, 2) / 255
            errors.append(errors_of_images(seen, decoded))
    if not errors:
        return Samples(images)
    joined = {name: np.concatenate([part[name] for part in errors]) for name in errors[0]}
    return Samples(images, joined, spread_of_images(data.images, rows))
