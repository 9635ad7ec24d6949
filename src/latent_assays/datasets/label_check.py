"""Whether labels belong to images: a factor that is stepped alone may change only its own pixels.

A peer shipped wrong labels of MPI3D for years; nothing that counts classes notices. Here each
factor runs through its classes with the others fixed, from several places in the grid, and the
pixels that change are compared with what is known of the dataset:

- every factor changes something;
- colours of different things change different pixels (floor, wall and object of 3D-Shapes);
- the floor lies below the walls;
- moving a sprite sideways keeps the rows that it occupies, moving it up or down the columns.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from latent_assays.datasets.grid import index_of
from latent_assays.errors import UserError

__all__ = ["RULES", "Rules", "check_labels"]

PLACES = 8
EDGES = 0.5  # share of the smaller change that may lie on edges, where two colours mix
KEPT = 4  # rows or columns that a move may win or lose at the ends of a sprite


@dataclass(frozen=True)
class Rules:
    """What stepping the factors of a dataset may change.

    Attributes:
        apart: pairs of factors that change different pixels.
        below: pairs of factors; what the first changes lies below what the second changes.
        keeps: by factor, `rows` or `columns` whose being occupied it leaves as it is.
    """

    apart: tuple[tuple[str, str], ...] = ()
    below: tuple[tuple[str, str], ...] = ()
    keeps: Mapping[str, str] = field(default_factory=dict)


_SHAPES3D = Rules(
    apart=(("floor_hue", "wall_hue"), ("floor_hue", "object_hue"), ("wall_hue", "object_hue")),
    below=(("floor_hue", "wall_hue"), ("floor_hue", "object_hue")),
)
_DSPRITES = Rules(keeps={"position_x": "rows", "position_y": "columns"})
_MPI3D = Rules(apart=(("object_color", "background_color"),))
RULES = {
    "shapes3d": _SHAPES3D,
    "dsprites": _DSPRITES,
    "mpi3d_toy": _MPI3D,
    "mpi3d_realistic": _MPI3D,
    "mpi3d_real": _MPI3D,
}


def check_labels(
    dataset: str, images: np.ndarray, names: Sequence[str], sizes: Sequence[int]
) -> None:
    """Check the images of a factor grid against what is known of the dataset.

    Args:
        dataset: a key of `RULES`; for others only the first rule of the module holds.
        images: (N,H,W,C) uint8 in grid order, or anything that gives rows by ascending indices.
        names: K factor names.
        sizes: K class counts; the grid may be a sub-grid.

    Raises:
        UserError: an image contradicts its labels.
    """
    rules = RULES.get(dataset, Rules())
    places = np.random.default_rng(0).integers(0, sizes, (PLACES, len(sizes)))
    stepped = {name: k for k, name in enumerate(names) if sizes[k] > 1}
    sweeps = {
        name: [_sweep(images, place, k, sizes) for place in places] for name, k in stepped.items()
    }
    changes = {name: [_changed(sweep) for sweep in sweeps[name]] for name in stepped}
    for name, maps in changes.items():
        if not any(changed.any() for changed in maps):
            raise _contradiction(dataset, f"stepping {name} changes no pixel")
    for one, other in rules.apart:
        if one in stepped and other in stepped:
            pairs = zip(changes[one], changes[other], strict=True)
            shared = np.median([_shared(a, b) for a, b in pairs])
            if shared > EDGES:
                raise _contradiction(
                    dataset, f"stepping {one} changes {shared:.0%} of the pixels that {other} does"
                )
    for one, other in rules.below:
        if one in stepped and other in stepped:
            heights = [np.median([_height(m) for m in changes[name]]) for name in (one, other)]
            if not heights[0] > heights[1]:
                raise _contradiction(dataset, f"{one} changes pixels above those of {other}")
    for name, lines in rules.keeps.items():
        if name in stepped:
            moved = max(_lines_moved(sweep, lines) for sweep in sweeps[name])
            if moved > KEPT:
                raise _contradiction(dataset, f"stepping {name} moves the image by {moved} {lines}")


def _contradiction(dataset: str, what: str) -> UserError:
    return UserError(
        f"{dataset}: the labels do not belong to the images, for {what}; delete the downloaded"
        " file and fetch it again"
    )


def _sweep(images: np.ndarray, place: np.ndarray, factor: int, sizes: Sequence[int]) -> np.ndarray:
    """Images (S,H,W,C) of all S classes of one factor, the others at `place`."""
    classes = np.repeat(place[None], sizes[factor], axis=0)
    classes[:, factor] = np.arange(sizes[factor])
    return np.asarray(images[index_of(classes, sizes)])


def _changed(sweep: np.ndarray) -> np.ndarray:
    """Pixels (H,W) whose range over the sweep is over a quarter of the largest range."""
    ranges = (sweep.max(axis=0).astype(np.int16) - sweep.min(axis=0)).max(axis=-1)
    return ranges > ranges.max() / 4


def _shared(one: np.ndarray, other: np.ndarray) -> float:
    """Share of the smaller change that lies in the other."""
    smaller = min(one.sum(), other.sum())
    return (one & other).sum() / smaller if smaller else 0.0


def _height(changed: np.ndarray) -> float:
    """Mean row of the changed pixels, counted from the top."""
    return float(np.nonzero(changed)[0].mean()) if changed.any() else np.nan


def _lines_moved(sweep: np.ndarray, lines: str) -> int:
    """The most rows or columns that an image occupies and the first does not, or the reverse."""
    occupied = (sweep > 0).any(axis=(2, 3) if lines == "rows" else (1, 3))
    return int((occupied != occupied[0]).sum(axis=1).max())
