"""Real images as one side of a distance: drawn, measured once, and compared with any other set."""

from dataclasses import dataclass
from importlib import metadata
from typing import Any

import numpy as np

from latent_assays.distances import DISTANCES
from latent_assays.distances.frechet import frechet_distance, kernel_distance
from latent_assays.errors import UserError
from latent_assays.results import Result

__all__ = ["PART", "Reference", "compare", "draw_reference", "not_computed", "reference_of"]

PART = "test"
"""The part of the images that both sides of a distance come from."""


@dataclass(frozen=True)
class Reference:
    """Features of real images.

    Attributes:
        features: (n,d) float32, those of the reference.
        held_out: (n,d) float32 of as many other real images; their distance from the reference is
            the floor that no model's images can be expected to go below.
        floors: that distance by the names of `DISTANCES`, since many sets of n images are compared
            with one reference.
    """

    features: np.ndarray
    held_out: np.ndarray
    floors: dict[str, float]


def draw_reference(rows: np.ndarray, samples: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw the rows of the reference, and as many others to reconstruct and for the floor.

    Args:
        rows: (M,) of the part to draw from.
        samples: the most rows to take; at most half of M are.
        seed: of the draw.

    Returns:
        two disjoint ascending arrays (n,), n = min(samples, M // 2).

    Raises:
        UserError: that leaves fewer than two rows.
    """
    n = min(samples, len(rows) // 2)
    if n < 2:
        raise UserError(
            f"{samples} samples of {len(rows)} {PART} images leave {n} for the reference, which"
            " needs at least 2 and as many again for the floor: give more images or samples"
        )
    drawn = np.random.default_rng(seed).permutation(rows)
    return np.sort(drawn[:n]), np.sort(drawn[n : 2 * n])


def reference_of(features: np.ndarray, held_out: np.ndarray, extractor: str) -> Reference:
    """A reference of features (n,d) and held-out features (n,d) of one extractor."""
    reference = Reference(features, held_out, floors={})
    for name, distance in DISTANCES.items():
        if distance.extractor == extractor:
            reference.floors[name] = FORMULAS[distance.formula](reference, held_out)[0]
    return reference


def compare(
    reference: Reference, features: np.ndarray, settings: dict[str, Any], extractor: str
) -> dict[str, Result]:
    """Every distance of an extractor between a reference and another set of images.

    Args:
        reference: features of real images.
        features: (n',d) of the images to judge.
        settings: what the features depend on; becomes part of every result.
        extractor: a key of `EXTRACTORS`, or `PIXELS`.

    Returns:
        results by the names of `DISTANCES`. `details` holds `floor`, the distance of n' held-out
        real images (None with `floor_reason` where there are fewer), and `few_samples`: n or n' is
        not above d, so that a Fréchet distance is biased upwards and only the order counts.

    Raises:
        UserError: there are fewer than two images to judge.
    """
    if len(features) < 2:
        raise UserError(f"a distance needs at least 2 images on each side, not {len(features)}")
    n, dimension = reference.features.shape
    results = {}
    for name, formula, own in _settings(settings, extractor, n, len(features)):
        value, drawn, parts = FORMULAS[formula](reference, features)
        floor = _floor(reference, name, formula, len(features))
        lack = None if floor is not None else f"only {len(reference.held_out)} other real images"
        results[name] = Result(
            value=value,
            reason=None,
            settings=own | drawn,
            details={
                "floor": floor,
                "floor_reason": lack,
                "few_samples": min(n, len(features)) <= dimension,
                **parts,
            },
        )
    return results


def not_computed(
    reason: str, settings: dict[str, Any], extractor: str, n: int, generated: int
) -> dict[str, Result]:
    """Null for every distance of an extractor that cannot be had.

    Args:
        reason: why.
        settings: what the features would have depended on.
        extractor: a key of `EXTRACTORS`.
        n: images of the reference.
        generated: images that would have been judged.
    """
    return {
        name: Result(value=None, reason=reason, settings=own, details={})
        for name, _, own in _settings(settings, extractor, n, generated)
    }


def _settings(settings: dict[str, Any], extractor: str, n: int, generated: int):
    """(name, formula, settings) of every distance of an extractor."""
    library = f"torchmetrics {metadata.version('torchmetrics')}"
    sizes = {"n_reference": n, "n_generated": generated, "library": library}
    for name, distance in DISTANCES.items():
        if distance.extractor == extractor:
            yield name, distance.formula, settings | sizes | {"formula": distance.formula}


def _floor(reference: Reference, name: str, formula: str, n: int) -> float | None:
    """The distance of n held-out images, drawn since they lie in the order of the set's grid."""
    if n == len(reference.held_out):
        return reference.floors[name]
    if n > len(reference.held_out):
        return None
    drawn = np.random.default_rng(0).permutation(len(reference.held_out))[:n]
    return FORMULAS[formula](reference, reference.held_out[drawn])[0]


def _frechet(reference: Reference, features: np.ndarray) -> tuple[float, dict, dict]:
    return frechet_distance(reference.features, features), {}, {}


def _kernel(reference: Reference, features: np.ndarray) -> tuple[float, dict, dict]:
    distance = kernel_distance(reference.features, features)
    drawn = {name: getattr(distance, name) for name in ("subsets", "subset_size", "subset_seed")}
    return distance.mean, drawn, {"std": distance.std}


FORMULAS = {"frechet": _frechet, "kernel": _kernel}
