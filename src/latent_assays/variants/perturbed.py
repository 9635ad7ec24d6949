"""The perturbed datasets of *Clearing the Path for Truly Semantic Representation Learning*.

x' = x + ε f(s(x)), where s is the first principal component that an entangled β-VAE found.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from latent_assays.errors import UserError
from latent_assays.store import ImageSet
from latent_assays.variants.change import Change, unchanged
from latent_assays.variants.pattern import make_pattern, perturb
from latent_assays.variants.pixels import pixel_scale

__all__ = ["change", "choose_component"]

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
        },
        scale=scale,
        offset=offset,
        extra={"s": s, "signs": pattern.signs, "column_factors": pattern.column_factors},
        **unchanged(original),
    )


def choose_component(
    scores: Sequence[float | None], deviations: Sequence[np.ndarray]
) -> tuple[int, int]:
    """The fostered component (eq. 6): most entangled run, then its least noisy latent.

    Args:
        scores: MIG of each restart.
        deviations: posterior standard deviations (N,D) of each restart.

    Returns:
        run, the one of lowest MIG among those in which some latent is active, and latent j, the
        argmin over k of the mean of σ_k².

    Raises:
        UserError: every restart has collapsed.
    """
    noise = [np.mean(np.square(deviation, dtype=np.float64), axis=0) for deviation in deviations]
    usable = [
        run
        for run, score in enumerate(scores)
        if score is not None and noise[run].min() < ACTIVE_VARIANCE
    ]
    if not usable:
        raise UserError(
            f"none of the {len(scores)} restarts of the foster model has an active latent, so "
            "there is no component to foster: lower its beta or raise its steps or its seeds"
        )
    run = min(usable, key=lambda index: scores[index])
    return run, int(noise[run].argmin())
