"""A dataset of the user's own: a file with images and, if known, factors.

| member | what |
|---|---|
| `images` | (N,H,W,C) or (N,H,W) uint8 from 0 to 255, square, C is 1 or 3 |
| `factors` | (N,K) whole numbers, any; may be missing |
| `factor_names` | K names; may be missing; of an HDF5 file also an attribute |

Whatever numbers a file has for labels (0, 90, 180, 270, or a 1 throughout), they become the classes
0, 1, 2, ... here, in ascending order, so that all that follows counts classes from 0.
"""

from pathlib import Path

import numpy as np

from latent_assays.brought import Brought, check_images, open_brought
from latent_assays.datasets.grid import index_of, renumber
from latent_assays.datasets.source import Spec
from latent_assays.errors import UserError

__all__ = ["OwnImages"]

_MOST_CLASSES = 2**15
_SHOWN = 4  # labels that `source` spells out


class OwnImages:
    """Images and factors of a user's file.

    Args:
        path: an npz or HDF5 file, or an npy of images alone.
        title: the dataset's name on figures.

    Attributes:
        spec: what the file says of itself; `grid` is true if the rows enumerate every combination
            of classes, the last factor fastest.
        source: where the images come from, in words; it names factors whose labels were renumbered.
        values: for each factor the label in the file that each class stands for, ascending.

    Raises:
        UserError: the file is missing, or its arrays do not have the shapes and types above.
    """

    def __init__(self, path: str | Path, title: str) -> None:
        self._path = Path(path)
        file = open_brought(path)
        if file.kind == "CSV":
            raise self._fault("it is a table; give images as npz or HDF5")
        self._images = file.stored(file.find("images"))
        height, channels = self._check_images()
        labels = self._check_factors(file)
        factors, sizes = renumber(labels)
        self.values = tuple(np.unique(column) for column in labels.T)
        if max(sizes, default=0) > _MOST_CLASSES:
            raise self._fault(
                f"a factor has {max(sizes):,} classes and may have {_MOST_CLASSES:,}: leave out"
                " what only numbers the images"
            )
        self._factors = factors.astype(np.int16)
        names = self._names(file)
        self.spec = Spec(
            title=title,
            factor_names=names,
            factor_sizes=sizes,
            grid=self._is_grid(sizes),
            resolution=height,
            channels=channels,
            licence="the user's own",
        )
        renumbered = [
            f"{name} {_in_words(values)}"
            for name, values in zip(names, self.values, strict=True)
            if (values != np.arange(len(values))).any()
        ]
        note = f"; its labels, here counted from 0: {'; '.join(renumbered)}" if renumbered else ""
        self.source = f"{title} (the user's own file {self._path.name}{note})"

    def __len__(self) -> int:
        return self._images.shape[0]

    def factors(self, rows: np.ndarray) -> np.ndarray:
        """Factors (B,K) int16 of the rows (B,), classes counted from 0."""
        return self._factors[rows]

    def images(self, rows: np.ndarray) -> np.ndarray:
        """Images (B,H,W,C) uint8 of the ascending rows (B,)."""
        images = np.asarray(self._images[rows])
        return images[..., None] if images.ndim == 3 else images

    def _names(self, file: Brought) -> tuple[str, ...]:
        count = self._factors.shape[1]
        names = file.attribute("factor_names")
        if names is None and "factor_names" in file:
            names = file.texts("factor_names")
        names = names or [f"factor{column}" for column in range(count)]
        if len(names) != count:
            raise self._fault(f"{len(names)} factor_names for {count} factors")
        return tuple(names)

    def _check_images(self) -> tuple[int, int]:
        shape = self._images.shape
        channels = shape[3] if len(shape) == 4 else 1
        if (
            len(shape) not in (3, 4)
            or shape[1] != shape[2]
            or channels not in (1, 3)
            or not all(shape)
        ):
            first = len(shape) == 4 and shape[1] in (1, 3) and shape[2] == shape[3]
            hint = ": take `images.transpose(0, 2, 3, 1)`" if first else ""
            raise self._fault(
                f"images are {shape}; they must be (N,H,H,1), (N,H,H,3) or (N,H,H){hint}"
            )
        check_images(self._images, f"datasets: {self._path}")
        return shape[1], channels

    def _check_factors(self, file: Brought) -> np.ndarray:
        count = self._images.shape[0]
        if "factors" not in file:
            return np.zeros((count, 0), np.int64)
        factors = file.numbers("factors")
        if factors.ndim != 2 or len(factors) != count:
            raise self._fault(
                f"factors are {factors.shape}; they must be ({count},K) as the images"
            )
        if factors.size and not (
            np.isfinite(factors).all()
            and (factors == np.round(factors)).all()
            and np.abs(factors.astype(np.float64)).max() < 2**53
        ):
            raise self._fault(
                f"factors run from {factors.min()} to {factors.max()}; they must be whole numbers,"
                " the class of each factor: leave out a factor that is continuous"
            )
        return factors.astype(np.int64)

    def _is_grid(self, sizes: tuple[int, ...]) -> bool:
        if not sizes or np.prod(sizes, dtype=np.float64) != len(self):
            return False
        return bool(np.array_equal(index_of(self._factors, sizes), np.arange(len(self))))

    def _fault(self, what: str) -> UserError:
        return UserError(f"datasets: {self._path}: {what}")


def _in_words(values: np.ndarray) -> str:
    """`0, 90, 180, 270`, and of many the first, the second and the last."""
    if len(values) <= _SHOWN:
        return ", ".join(map(str, values.tolist()))
    return f"{values[0]}, {values[1]}, ..., {values[-1]}"
