"""Real images as one side of a distance: drawn, measured once, and compared with any other set."""

from dataclasses import dataclass
from importlib import metadata
from typing import Any

import numpy as np

from latent_assays.distances import DISTANCES
from latent_assays.distances.frechet import (
    Statistics,
    frechet_distance,
    kernel_distance,
    statistics_of,
)
from latent_assays.errors import UserError
from latent_assays.scores.result import Result

__all__ = ["Reference", "compare", "draw_reference", "reference_of"]


@dataclass(frozen=True)
class Reference:
    """Features of real images.

    Attributes:
        features: (n,d) float32, those of the reference.
        held_out: (n,d) float32 of as many other real images; their distance from the reference is
            the floor that no model's images can be expected to go below.
        statistics: mean and covariance of `features`.
    """

    features: np.ndarray
    held_out: np.ndarray
    statistics: Statistics


def draw_reference(rows: np.ndarray, samples: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw the rows of the reference, and as many others for the floor.

    Args:
        rows: (M,) to draw from.
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
            f"{samples} samples of {len(rows)} images leave {n} for the reference, which needs at"
            " least 2 and as many again for the floor: give more images or samples"
        )
    drawn = np.random.default_rng(seed).permutation(rows)
    return np.sort(drawn[:n]), np.sort(drawn[n : 2 * n])


def reference_of(features: np.ndarray, held_out: np.ndarray) -> Reference:
    """A reference of features (n,d) and held-out features (n,d)."""
    return Reference(features, held_out, statistics_of(features))


def compare(
    reference: Reference, features: np.ndarray, settings: dict[str, Any], extractor: str
) -> dict[str, Result]:
    """Every distance of an extractor between a reference and another set of images.

    Args:
        reference: features of real images.
        features: (n',d) of the images to judge.
        settings: what the features depend on; becomes part of every result.
        extractor: a key of `EXTRACTORS`.

    Returns:
        results by the names of `DISTANCES`. `details` holds `floor`, the distance of n' held-out
        real images (None with `floor_reason` where there are fewer), and `few_samples`: n or n' is
        not above d, so that a Fréchet distance is biased upwards and only the order counts.

    Raises:
        UserError: there are fewer than two images to judge.
    """
    if len(features) < 2:
        raise UserError(f"a distance needs at least 2 images on each side, not {len(features)}")
    n, dimension = reference.statistics.n, features.shape[1]
    settings = settings | {
        "n_reference": n,
        "n_generated": len(features),
        "library": f"torchmetrics {metadata.version('torchmetrics')}",
    }
    # drawn, since the held-out images lie in the order of the set's grid
    drawn = np.random.default_rng(0).permutation(len(reference.held_out))[: len(features)]
    floor_set = reference.held_out[drawn]
    enough = len(floor_set) == len(features)
    formulas = {"frechet": _frechet, "kernel": _kernel}
    results = {}
    for name, distance in DISTANCES.items():
        if distance.extractor != extractor:
            continue
        measure = formulas[distance.formula]
        value, formula_settings, parts = measure(reference, features)
        results[name] = Result(
            value=value,
            reason=None,
            settings=settings | {"formula": distance.formula} | formula_settings,
            details={
                "floor": measure(reference, floor_set)[0] if enough else None,
                "floor_reason": None if enough else f"only {len(floor_set)} other real images",
                "few_samples": min(n, len(features)) <= dimension,
                **parts,
            },
        )
    return results


def _frechet(reference: Reference, features: np.ndarray) -> tuple[float, dict, dict]:
    return frechet_distance(reference.statistics, features), {}, {}


def _kernel(reference: Reference, features: np.ndarray) -> tuple[float, dict, dict]:
    distance = kernel_distance(reference.features, features)
    drawn = {name: getattr(distance, name) for name in ("subsets", "subset_size", "subset_seed")}
    return distance.mean, drawn, {"std": distance.std}
