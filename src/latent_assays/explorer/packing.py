"""Arrays as text, for a page that fetches nothing."""

import base64
from typing import Any

import numpy as np

from latent_assays.errors import UserError

__all__ = ["half", "packed"]


def packed(array: np.ndarray) -> dict[str, Any]:
    """An array of uint8, float16 or float32 as `type`, `shape` and `data` (base64, little end)."""
    little = np.ascontiguousarray(array, array.dtype.newbyteorder("<"))
    return {
        "type": array.dtype.name,
        "shape": list(array.shape),
        "data": base64.b64encode(little.tobytes()).decode(),
    }


def half(array: np.ndarray, what: str) -> np.ndarray:
    """An array in half precision.

    Args:
        array: finite numbers.
        what: they are, for the error.

    Raises:
        UserError: some are larger than half precision holds.
    """
    largest = np.abs(array).max(initial=0)
    if largest > np.finfo(np.float16).max:
        raise UserError(
            f"{what} are as large as {largest:g}, and half precision, in which the explorer keeps"
            f" them, ends at {np.finfo(np.float16).max:g}"
        )
    return array.astype(np.float16)
