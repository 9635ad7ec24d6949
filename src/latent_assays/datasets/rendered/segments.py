"""The two-dimensional synthetic set of *Clearing the Path* (paper `perturbations`), Fig. 1b.

A cloud that is longer along one axis, made of short segments that all lie at another angle: the
global principal axes are those of the cloud, the local ones those of the segments. The paper does
not give its numbers; the ones here are ours. The data are vectors, not images.
"""

from dataclasses import dataclass

import numpy as np

from latent_assays.datasets.rendered.points import Points
from latent_assays.datasets.rendered.resolutions import check_resolution

__all__ = ["Segments", "open_source", "segments"]

SPREAD = (2.0, 1.0)  # standard deviations of the cloud
SPACING = 0.5  # of the grid of segments
JITTER = 0.1
LENGTH, WIDTH = 0.4, 0.05
ANGLE = np.pi / 4
SOURCE = "points drawn by this project, since the paper gives no numbers"


def open_source(resolution: int, files: dict) -> Points:
    """The 5,000 points of seed 0; factors are the segment's centre and the place along it.

    Args:
        resolution: 1, for vectors have no other.
        files: empty.

    Raises:
        UserError: another resolution.
    """
    check_resolution("segments", resolution, (1,))
    drawn = segments()
    return Points(drawn.points, np.column_stack([drawn.centres, drawn.along]), SOURCE)


@dataclass(frozen=True)
class Segments:
    """Points and the segments that they lie on; `vars(result)` is ready for an npz.

    Attributes:
        points: (N,2) float32.
        centres: (N,2) float32 middle of the point's segment.
        along: (N,) float32 position along the segment, from -1 to 1.
    """

    points: np.ndarray
    centres: np.ndarray
    along: np.ndarray


def segments(samples: int = 5000, seed: int = 0) -> Segments:
    """Draw segments of a jittered grid with the cloud's Gaussian density, and points on them.

    Args:
        samples: N.
        seed: of the random draws.
    """
    generator = np.random.default_rng(seed)
    cloud = generator.normal(size=(samples, 2)) * SPREAD
    cells, cell_of = np.unique(np.rint(cloud / SPACING), axis=0, return_inverse=True)
    jitter = generator.uniform(-JITTER, JITTER, cells.shape)
    centres = (SPACING * cells + jitter)[cell_of.ravel()]
    along = generator.uniform(-1, 1, samples)
    across = generator.uniform(-1, 1, samples)
    direction = np.array([np.cos(ANGLE), np.sin(ANGLE)])
    normal = np.array([-direction[1], direction[0]])
    points = (
        centres + LENGTH / 2 * along[:, None] * direction + WIDTH / 2 * across[:, None] * normal
    )
    return Segments(points.astype(np.float32), centres.astype(np.float32), along.astype(np.float32))
