"""A control for *Clearing the Path* (perturbations): images squeezed in contrast, else as they are.

Values in [-ε, 1+ε] are stored in the bytes 0..255, and networks are trained on the bytes. So noisy
and perturbed images have their contrast lowered by 1 / (1 + 2ε) beside what the paper does to them,
which makes the reconstruction term smaller as a larger β would. These images have that alone.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from latent_assays.store import ImageSet
from latent_assays.variants.change import Change, unchanged
from latent_assays.variants.pixels import pixel_scale

__all__ = ["change"]


def change(original: ImageSet, settings: Mapping[str, Any]) -> Change:
    """Store every image as noisy and perturbed images of the same settings are stored.

    Args:
        original: the images.
        settings: `epsilon` and `values` (see `pixel_scale`); `clipped` leaves bytes as they are.
    """
    epsilon, values = settings["epsilon"], settings["values"]
    scale, offset = pixel_scale(epsilon, values)
    stored = np.rint((np.arange(256) / 255 - offset) / scale).astype(np.uint8)
    return Change(
        images=lambda rows: stored[original.images[rows]],
        attributes={"epsilon": epsilon, "values": values},
        scale=scale,
        offset=offset,
        **unchanged(original),
    )
