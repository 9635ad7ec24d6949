"""Traversals: what an image becomes as one latent moves over its values and the others stay.

Figs 4, 11, 13-15 and 18 of paper `structure`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from latent_assays.distances.pixels import as_bytes
from latent_assays.distances.samples import SEGMENTED

__all__ = ["Traversals", "segments_of", "traverse"]


@dataclass(frozen=True)
class Traversals:
    """Traversals of D latents through R codes, in S steps.

    Attributes:
        images: (R,D,S,H,W,C) bytes that stand for the decoder's outputs, clipped to [0,1].
        values: (D,S) of the latent that moves.
        effect: (D,) mean square, over codes, steps and pixels, of how far a decoded pixel in [0,1]
            lies from its mean over the steps; 0 for a latent that the decoder ignores.
    """

    images: np.ndarray
    values: np.ndarray
    effect: np.ndarray


def traverse(
    decode: Callable[[np.ndarray], np.ndarray], seen: np.ndarray, held: np.ndarray, steps: int
) -> Traversals:
    """Decode each latent at even steps from the least to the largest value seen.

    Args:
        decode: codes (B,D) float32 -> images (B,C,H,W) in [0,1].
        seen: (N,D) codes whose least and largest values bound each latent.
        held: (R,D) codes; in each of them one latent moves at a time.
        steps: S, at least 2.
    """
    values = np.linspace(seen.min(axis=0), seen.max(axis=0), steps, axis=1)
    images, effect = [], []
    for latent, moved in enumerate(values):
        codes = np.repeat(held, steps, axis=0).astype(np.float32)
        codes[:, latent] = np.tile(moved, len(held))
        decoded = decode(codes)
        by_code = decoded.reshape(len(held), steps, -1).astype(np.float64)
        effect.append(by_code.var(axis=1).mean())
        shown = as_bytes(decoded.clip(0, 1)).transpose(0, 2, 3, 1)
        images.append(shown.reshape(len(held), steps, *shown.shape[1:]))
    return Traversals(np.stack(images, axis=1), values, np.array(effect))


def segments_of(settings: Mapping[str, Any], latents: int) -> np.ndarray:
    """Which latents enter the decoder together, by the settings of the run's model.

    Returns:
        (D,) number of each latent's segment, the one that enters deepest first; all 0 where the
        network gives every layer the whole code, or says nothing of segments.
    """
    segments = settings["segments"] if settings["network"] in SEGMENTED else 1
    return np.arange(latents) * segments // latents
