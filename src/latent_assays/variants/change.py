"""What every kind of variant hands over to be written."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from latent_assays.store import ImageSet

__all__ = ["Change", "unchanged"]


@dataclass(frozen=True)
class Change:
    """A changed image set, not yet computed.

    Attributes:
        images: gives the images (B,H,W,C) uint8 of a slice of the N rows.
        factors: (N,K).
        split: (N,) uint8, see `ImageSet`.
        factor_names: K names.
        factor_sizes: K class counts.
        attributes: what to add to those of the original, or to replace.
        scale: value of a pixel = scale * u8 + offset.
        offset: see scale.
        extra: arrays to keep beside the images.
    """

    images: Callable[[slice], np.ndarray]
    factors: np.ndarray
    split: np.ndarray
    factor_names: tuple[str, ...]
    factor_sizes: tuple[int, ...]
    attributes: dict[str, Any]
    scale: float = 1 / 255
    offset: float = 0.0
    extra: dict[str, np.ndarray] = field(default_factory=dict)


def unchanged(original: ImageSet) -> dict[str, Any]:
    """Factors and split of the original, for a change that leaves them as they are."""
    return {
        "factors": original.factors,
        "split": original.split,
        "factor_names": original.factor_names,
        "factor_sizes": original.factor_sizes,
    }
