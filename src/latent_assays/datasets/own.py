"""A dataset of the user's own: an npz or HDF5 file with images and, if known, factors.

| member | what |
|---|---|
| `images` | (N,H,W,C) or (N,H,W) uint8, square, C is 1 or 3 |
| `factors` | (N,K) whole numbers from 0; may be missing |
| `factor_names` | K names; may be missing |
"""

from pathlib import Path

import numpy as np

from latent_assays.datasets.grid import index_of
from latent_assays.datasets.source import Spec
from latent_assays.errors import UserError

__all__ = ["OwnImages"]


class OwnImages:
    """Images and factors of a user's file.

    Args:
        path: the npz or HDF5 file.
        title: the dataset's name on figures.

    Attributes:
        spec: what the file says of itself; `grid` is true if the rows enumerate every combination
            of classes, the last factor fastest.
        source: where the images come from, in words.

    Raises:
        UserError: the file is missing, or its arrays do not have the shapes and types above.
    """

    def __init__(self, path: str | Path, title: str) -> None:
        self._path = Path(path)
        self.source = f"{title} (the user's own file {self._path.name})"
        if not self._path.is_file():
            raise UserError(f"datasets: {path} does not exist")
        self._images, factors, names = self._open()
        self._factors = self._check_factors(factors)
        names = names or [f"factor{column}" for column in range(self._factors.shape[1])]
        if len(names) != self._factors.shape[1]:
            raise self._fault(f"{len(names)} factor_names for {self._factors.shape[1]} factors")
        height, channels = self._check_images()
        sizes = tuple(int(column.max()) + 1 for column in self._factors.T)
        self.spec = Spec(
            title=title,
            factor_names=tuple(names),
            factor_sizes=sizes,
            grid=self._is_grid(sizes),
            resolution=height,
            channels=channels,
            licence="the user's own",
        )

    def __len__(self) -> int:
        return self._images.shape[0]

    def factors(self, rows: np.ndarray) -> np.ndarray:
        """Factors (B,K) int16 of the rows (B,)."""
        return self._factors[rows]

    def images(self, rows: np.ndarray) -> np.ndarray:
        """Images (B,H,W,C) uint8 of the ascending rows (B,)."""
        images = self._images[rows]
        return images[..., None] if images.ndim == 3 else images

    def _open(self):
        """Images, factors and names, the images still on disk where the format allows it."""
        members = {"images": None, "factors": None, "factor_names": None}
        try:
            if self._path.suffix == ".npz":
                with np.load(self._path, allow_pickle=False) as archive:
                    members |= {name: archive[name] for name in members if name in archive}
            else:
                import h5py

                file = h5py.File(self._path, "r")
                members |= {name: file[name] for name in members if name in file}
                names = file.attrs.get("factor_names", members["factor_names"])
                members["factor_names"] = names
        except (OSError, ValueError) as error:
            raise self._fault(f"it cannot be read as npz or HDF5 ({error})") from None
        if members["images"] is None:
            raise self._fault("it has no `images`")
        names = members["factor_names"]
        names = (
            None
            if names is None
            else [n.decode() if isinstance(n, bytes) else str(n) for n in names]
        )
        return members["images"], members["factors"], names

    def _check_images(self) -> tuple[int, int]:
        shape, dtype = self._images.shape, self._images.dtype
        channels = shape[3] if len(shape) == 4 else 1
        if (
            len(shape) not in (3, 4)
            or shape[1] != shape[2]
            or channels not in (1, 3)
            or not shape[0]
        ):
            raise self._fault(f"images are {shape}; they must be (N,H,H,1), (N,H,H,3) or (N,H,H)")
        if dtype != np.uint8:
            raise self._fault(f"images are {dtype}; they must be uint8, 0 to 255")
        return shape[1], channels

    def _check_factors(self, factors) -> np.ndarray:
        count = self._images.shape[0]
        if factors is None:
            return np.zeros((count, 0), np.int16)
        factors = np.asarray(factors)
        if factors.ndim != 2 or len(factors) != count:
            raise self._fault(
                f"factors are {factors.shape}; they must be ({count},K) as the images"
            )
        if not np.all(factors == np.round(factors)) or factors.min() < 0 or factors.max() > 32767:
            raise self._fault(
                f"factors run from {factors.min()} to {factors.max()}; they must be whole numbers"
                " from 0 to 32767, the class of each factor"
            )
        return factors.astype(np.int16)

    def _is_grid(self, sizes: tuple[int, ...]) -> bool:
        if not sizes or np.prod(sizes, dtype=np.int64) != len(self):
            return False
        return bool(np.array_equal(index_of(self._factors, sizes), np.arange(len(self))))

    def _fault(self, what: str) -> UserError:
        return UserError(f"datasets: {self._path}: {what}")


def _text(name) -> str:
    return name.decode() if isinstance(name, bytes) else str(name)
