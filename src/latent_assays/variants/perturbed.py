"""The perturbed datasets of *Clearing the Path for Truly Semantic Representation Learning*.

x' = x + ε f(s(x)), where s is the first principal component that an entangled β-VAE found.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from latent_assays.errors import UserError
from latent_assays.store import ImageSet
from latent_assays.variants.change import Change, unchanged
from latent_assays.variants.pattern import identity_of, make_pattern, perturb
from latent_assays.variants.pixels import pixel_scale

__all__ = ["change", "fostered_latent"]

ACTIVE_VARIANCE = 0.8


def change(original: ImageSet, settings: Mapping[str, Any], component: np.ndarray) -> Change:
    """Perturb every image along a component of its code.

    Args:
        original: the images.
        settings: `epsilon`, `gain`, `values` and `seed`.
        component: (N,) the fostered latent of every image, on any scale.
    """
    _, height, width, _ = original.images.shape
    component = component.astype(np.float64)
    s = (component - component.mean()) / component.std()
    pattern = make_pattern(s, height, width, settings["gain"], settings["seed"])
    epsilon, values = settings["epsilon"], settings["values"]
    scale, offset = pixel_scale(epsilon, values)
    return Change(
        images=lambda rows: perturb(original.images[rows], s[rows], pattern, epsilon, values),
        attributes={
            "epsilon": epsilon,
            "gain": settings["gain"],
            "values": values,
            "seed": settings["seed"],
            "origin": pattern.origin,
            **identity_of(pattern, epsilon, values),
        },
        scale=scale,
        offset=offset,
        extra={"s": s, "signs": pattern.signs, "column_factors": pattern.column_factors},
        **unchanged(original),
    )


def fostered_latent(std: np.ndarray) -> int:
    """The least noisy latent of a run (eq. 6): argmin over k of the mean of σ_k².

    Args:
        std: (N,D) posterior standard deviations.

    Raises:
        UserError: no latent is active.
    """
    noise = np.mean(np.square(std, dtype=np.float64), axis=0)
    latent = int(noise.argmin())
    if noise[latent] >= ACTIVE_VARIANCE:
        raise UserError(
            f"no latent of the chosen run is active, for their mean variances are at least"
            f" {noise[latent]:.2f} and must be below {ACTIVE_VARIANCE}, so there is no component to"
            " foster: lower the model's beta, raise its steps or choose among more seeds"
        )
    return latent
