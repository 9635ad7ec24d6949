"""The MNIST that a Python package ships, turned back into the IDX files it was made from.

The pickle holds ((images, labels), ...) for 50,000, 10,000 and 10,000 digits; images (N,784)
float32 are pixels / 256, so nothing was lost. The unpickler builds nothing
but arrays.
"""

import gzip
import pickle
import struct
from pathlib import Path
from typing import Any

import numpy as np

__all__ = ["idx_from_pickle"]

ALLOWED = {
    ("numpy._core.multiarray", "_reconstruct"),
    ("numpy", "ndarray"),
    ("numpy", "dtype"),
    ("_codecs", "encode"),
}


class _ArraysOnly(pickle.Unpickler):
    """Refuses every global but those an array is built from."""

    def find_class(self, module: str, name: str) -> Any:
        module = module.replace("numpy.core", "numpy._core")  # its name since NumPy 2
        if (module, name) not in ALLOWED:
            raise ValueError(f"the pickle asks for {module}.{name}, which is not an array")
        return super().find_class(module, name)


def idx_from_pickle(path: str | Path, name: str) -> bytes:
    """One of the four IDX files, from the gzipped pickle.

    Args:
        path: `mnist.pkl.gz`.
        name: `train-images-idx3-ubyte`, `train-labels-idx1-ubyte` or one of `t10k-...`.

    Returns:
        the bytes of the file.

    Raises:
        ValueError: the pickle holds something else than MNIST.
        EOFError: it is truncated.
    """
    with gzip.open(path, "rb") as file:
        try:
            parts = _ArraysOnly(file, encoding="latin1").load()
        except pickle.UnpicklingError as error:
            raise ValueError(str(error)) from None
    if not (len(parts) == 3 and all(len(part) == 2 for part in parts)):
        raise ValueError("the pickle does not hold three pairs of images and labels")
    chosen = parts[:2] if name.startswith("train") else parts[2:]
    which = 0 if "images" in name else 1
    array = np.concatenate([np.asarray(part[which]) for part in chosen])
    if which == 0:
        pixels = np.rint(array * 256)
        if not (
            np.abs(pixels - array * 256).max() < 1e-3 and 0 <= pixels.min() <= pixels.max() < 256
        ):
            raise ValueError("the images are not pixels / 256")
        array = pixels.reshape(len(pixels), 28, 28)
    header = struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape)
    return header + array.astype(np.uint8).tobytes()
