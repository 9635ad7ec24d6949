"""What the readers of factor grids share."""

from pathlib import Path

import numpy as np

from latent_assays.datasets.grid import classes_of
from latent_assays.errors import UserError

__all__ = ["GridImages", "check_classes", "check_shape", "file_of"]


class GridImages:
    """Rows that enumerate a factor grid; the readers add `images`.

    Args:
        path: the original file.
        sizes: K class counts.
        resolution: side of the images handed out.
        source: see `ImageSource`.
    """

    def __init__(self, path: Path, sizes: tuple[int, ...], resolution: int, source: str) -> None:
        self.source = source
        self._path, self._sizes, self._resolution = path, sizes, resolution

    def __len__(self) -> int:
        return int(np.prod(self._sizes))

    def factors(self, rows: np.ndarray) -> np.ndarray:
        """Classes (B,K) int16 of the rows (B,)."""
        return classes_of(rows, self._sizes)


def file_of(title: str, files: dict[str, Path], name: str) -> Path:
    """The path of the file `name`.

    Raises:
        UserError: it is not among the files, or does not exist.
    """
    path = files.get(name)
    if path is None or not Path(path).is_file():
        raise UserError(f"{title}: the file {name} is missing")
    return Path(path)


def check_shape(path: Path, member: str, shape: tuple, dtype: np.dtype, expected: tuple) -> None:
    """Refuse images that are not uint8 of the expected shape.

    Raises:
        UserError: they are not.
    """
    if tuple(shape) != tuple(expected) or dtype != np.uint8:
        raise UserError(
            f"{path}: {member} is {dtype}{tuple(shape)}, not uint8{tuple(expected)}; it is not the"
            " original file"
        )


def check_classes(path: Path, labels: np.ndarray, sizes: tuple[int, ...]) -> None:
    """Check that the labels of a file enumerate the grid with the last factor fastest.

    The rank of a label among the values that its factor takes must be the class that the row
    number implies.

    Args:
        path: the file, for the error.
        labels: (N,K) values of the factors.
        sizes: K class counts.

    Raises:
        UserError: a label contradicts its row.
    """
    if labels.shape != (np.prod(sizes), len(sizes)):
        raise UserError(f"{path}: labels are {labels.shape}, not {(np.prod(sizes), len(sizes))}")
    classes = classes_of(np.arange(len(labels)), sizes)
    for factor, size in enumerate(sizes):
        values, ranks = np.unique(np.round(labels[:, factor], 6), return_inverse=True)
        wrong = np.flatnonzero(ranks.ravel() != classes[:, factor])
        if len(values) != size or len(wrong):
            row = wrong[0] if len(wrong) else 0
            raise UserError(
                f"{path}: factor {factor} takes {len(values)} values instead of {size}, or its"
                f" label {labels[row, factor]} of row {row} is out of order; it is not the original"
            )
