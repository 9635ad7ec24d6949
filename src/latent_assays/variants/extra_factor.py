"""The dataset with an added factor of *Clearing the Path* (perturbations), Sec. 5.2.

x' = x + ε f(s) with s independent of all factors, uniform with mean 0 and variance 1: the effect
of the perturbation alone. s takes equally spaced values, one for each class of the new factor,
and every image draws one of them.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from latent_assays.store import ImageSet
from latent_assays.variants.change import Change
from latent_assays.variants.pattern import make_pattern, perturb
from latent_assays.variants.pixels import pixel_scale

__all__ = ["change", "uniform_values"]


def uniform_values(levels: int) -> np.ndarray:
    """`levels` equally spaced values with mean 0 and variance 1, within ±√3."""
    values = np.arange(levels) - (levels - 1) / 2
    return values / np.sqrt((levels**2 - 1) / 12)


def change(original: ImageSet, settings: Mapping[str, Any]) -> Change:
    """Add a factor s to every image.

    Args:
        original: the images.
        settings: `epsilon`, `gain`, `values`, `seed` and `levels`, the classes of s.
    """
    _, height, width, _ = original.images.shape
    steps = uniform_values(settings["levels"])
    random = np.random.default_rng(settings["seed"])
    classes = random.integers(settings["levels"], size=len(original))
    s = steps[classes]
    pattern = make_pattern(steps, height, width, settings["gain"], settings["seed"])
    epsilon, values = settings["epsilon"], settings["values"]
    scale, offset = pixel_scale(epsilon, values)
    return Change(
        images=lambda rows: perturb(original.images[rows], s[rows], pattern, epsilon, values),
        factors=np.column_stack([original.factors, classes]).astype(original.factors.dtype),
        split=original.split,
        factor_names=(*original.factor_names, "s"),
        factor_sizes=(*original.factor_sizes, settings["levels"]),
        attributes={
            **{key: settings[key] for key in ("epsilon", "gain", "values", "seed", "levels")},
            "origin": pattern.origin,
            "grid": False,
        },
        scale=scale,
        offset=offset,
        extra={"s": s, "signs": pattern.signs, "column_factors": pattern.column_factors},
    )
