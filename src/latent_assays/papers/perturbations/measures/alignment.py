"""Are the latents aligned with the cloud's principal axes, or with its segments? Fig. 1b.

Codes are measured in units of noise: latent j divided by its posterior deviation σ_j. A direction
in the data is turned into one in the plane of these codes by least squares. Its squared components
there are the Fisher information of the two latents about a step in that direction, so that its
angle from the nearest latent axis says how far one latent alone has that information: cos² of the
angle is the share of the better one; 0 degrees are all of it, 45 degrees half.

* A principal axis: codes against points, over all points, with the mean of σ_j² over all points.
  The two axes must go to different latents; the angle is the mean over both.
* Segments: codes against the place along the segment, within each segment, with the mean of σ_j²
  over its points; the angle is the mean over segments with at least `FEWEST` points, by points.

In these units a linear VAE's codes are its data, turned and scaled alike in all directions: its
optimum has 0 degrees from the principal axes (Lucas et al. 2019, arXiv:1911.02469) at every β.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from latent_assays.errors import UserError
from latent_assays.responses.assays import Assayed
from latent_assays.results import number
from latent_assays.store import ImageSet

__all__ = ["FEWEST", "measure"]

FEWEST = 10  # points of a segment that is measured


def measure(coded: Mapping[str, Any], images: ImageSet) -> Assayed:
    """Angles between latents and the axes of the `segments`, in degrees from 0 to 45.

    Args:
        coded: codes of the run: `mean` and `std` (N,2), `factors` (N,3), the centre of the point's
            segment and the place along it.
        images: the points (N,1,1,2).

    Returns:
        numbers `angle_to_principal_axes` and `angle_to_segments`; arrays `codes` (N,2) in units of
        noise with mean 0, and the directions in their plane, of length 1: `principal` (2,2), the
        largest first, and `segments` (2,), the mean over segments, NaN if there is none.

    Raises:
        UserError: the run does not have two latents, or no posterior deviations.
    """
    latents = coded["mean"].shape[1]
    if latents != 2:
        raise UserError(f"alignment needs two latents, and the run has {latents}")
    if "std" not in coded:
        raise UserError("alignment needs posterior deviations: measure a VAE")
    mean, std = (np.asarray(coded[name], np.float64) for name in ("mean", "std"))
    codes = (mean - mean.mean(axis=0)) / _noise(std)
    principal = _principal(np.asarray(images.images, np.float64).reshape(len(codes), -1), codes)
    slopes, points = _segments(coded["factors"], mean, std)
    angles = _angles(slopes)
    numbers = {
        "angle_to_principal_axes": number(
            _of_pair(principal), "the codes do not change along a principal axis"
        ),
        "angle_to_segments": number(
            np.average(np.minimum(angles, 90 - angles), weights=points) if len(points) else np.nan,
            f"the codes do not change along a segment, or no segment has {FEWEST} points",
        ),
    }
    return Assayed(
        numbers,
        {"codes": codes, "principal": _unit(principal), "segments": _mean_line(slopes, points)},
    )


def _noise(std: np.ndarray) -> np.ndarray:
    """Root mean square (D,) of posterior deviations (N,D)."""
    return np.sqrt(np.mean(std**2, axis=0))


def _principal(points: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """How codes (N,2) change along the principal axes of the points (N,2), a row each, (2,2)."""
    centred = points - points.mean(axis=0)
    axes = np.linalg.eigh(centred.T @ centred)[1].T[::-1]
    return axes @ np.linalg.lstsq(centred, codes, rcond=None)[0]


def _segments(
    factors: np.ndarray, mean: np.ndarray, std: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """How codes change along every segment (S,2), in units of its noise, and its points (S,)."""
    along = np.asarray(factors[:, 2], np.float64)
    segment_of = np.unique(factors[:, :2], axis=0, return_inverse=True)[1].ravel()
    slopes, points = [], []
    for segment, count in enumerate(np.bincount(segment_of)):
        if count >= FEWEST:
            rows = segment_of == segment
            place = along[rows] - along[rows].mean()
            slopes.append(place @ mean[rows] / (place @ place) / _noise(std[rows]))
            points.append(count)
    return np.array(slopes).reshape(-1, 2), np.array(points)


def _angles(directions: np.ndarray) -> np.ndarray:
    """Degrees (S,) from 0 to 90 between directions (S,2) and the first axis; NaN if it has none."""
    across, along = directions.T[::-1]
    angles = np.degrees(np.arctan2(np.abs(across), np.abs(along)))
    return np.where(directions.any(axis=1), angles, np.nan)


def _of_pair(directions: np.ndarray) -> float:
    """Mean degrees between two directions and two axes, one each, whichever pairing is nearer."""
    first, second = _angles(directions)
    return min(first + 90 - second, second + 90 - first) / 2


def _unit(directions: np.ndarray) -> np.ndarray:
    """Directions (S,2) with length 1; NaN if they have none."""
    length = np.linalg.norm(directions, axis=1, keepdims=True)
    return np.divide(directions, length, out=np.full(directions.shape, np.nan), where=length > 0)


def _mean_line(slopes: np.ndarray, points: np.ndarray) -> np.ndarray:
    """The line (2,) nearest to the lines of all segments, weighted by their points."""
    lines = _unit(slopes)
    if not np.isfinite(lines).all() or not len(lines):
        return np.full(2, np.nan)
    return np.linalg.eigh((lines * points[:, None]).T @ lines)[1][:, -1]
