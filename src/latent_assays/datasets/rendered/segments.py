"""The two-dimensional synthetic set of *Clearing the Path* (paper `perturbations`), Fig. 1b.

A cloud that is longer along one axis, made of thin segments that all lie at another angle: the
global principal axes are those of the cloud, the local ones those of the segments. The paper does
not give its numbers; the ones here are ours. Segments are long and far apart against the noise of
a VAE's decoder, sqrt(β/2) = 0.07 at the β = 0.01 that the room trains its non-linear VAE with, and
thin against it; so a decoder that can bend sees them. The data are vectors, not images.
"""

from dataclasses import dataclass

import numpy as np

from latent_assays.datasets.rendered.points import Points
from latent_assays.datasets.rendered.resolutions import check_resolution

__all__ = ["ANGLE", "Segments", "open_source", "segments"]

SPREAD = (1.5, 1.0)  # standard deviations of the cloud
CELL = (2.5, 1.5)  # the part of the cloud that one segment stands for: along it and across it
LENGTH, WIDTH = 2.2, 0.02
ANGLE = np.radians(40)  # of the segments; 46 degrees from the principal axis of what comes out
SOURCE = "points drawn by this project, since the paper gives no numbers"


def open_source(resolution: int, files: dict) -> Points:
    """The 5,000 points of seed 0; factors are the segment's centre and the place along it.

    Args:
        resolution: 1, for vectors have no other.
        files: empty.

    Raises:
        UserError: another resolution.
    """
    check_resolution("segments", resolution)
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
    """Draw a Gaussian cloud, cut it into cells at an angle, and squeeze each into its segment.

    Rows of cells are staggered as bricks are.

    Args:
        samples: N.
        seed: of the random draws.
    """
    generator = np.random.default_rng(seed)
    cloud = generator.normal(size=(samples, 2)) * SPREAD
    direction = np.array([np.cos(ANGLE), np.sin(ANGLE)])
    axes = np.stack([direction, [-direction[1], direction[0]]])
    turned = cloud @ axes.T
    row = np.rint(turned[:, 1] / CELL[1])
    column = np.rint(turned[:, 0] / CELL[0] - row / 2) + row / 2
    middle = np.column_stack([column, row]) * CELL
    offset = (turned - middle) / CELL * (LENGTH, WIDTH)
    return Segments(
        points=((middle + offset) @ axes).astype(np.float32),
        centres=(middle @ axes).astype(np.float32),
        along=(offset[:, 0] / (LENGTH / 2)).astype(np.float32),
    )
