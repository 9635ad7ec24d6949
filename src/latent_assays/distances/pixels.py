"""Pixels as the bytes that feature extractors take, whatever range they are stored in."""

import numpy as np

from latent_assays.errors import UserError

__all__ = ["RANGE", "as_bytes"]

RANGE = "values clipped to [0,1] and rounded to 8 bits"


def as_bytes(images: np.ndarray, scale: float = 1 / 255, offset: float = 0.0) -> np.ndarray:
    """Pixel values in [0,1] as bytes; both sides of a distance pass through here.

    Args:
        images: uint8, or floats in [0,1].
        scale: value of a uint8 pixel = scale * u8 + offset, clipped to [0,1] where a variant
            stores a wider range.
        offset: see scale.

    Returns:
        uint8 of the same shape; the images themselves when they are plain bytes.

    Raises:
        UserError: floats leave [0,1] or are not finite, or the pixels are of another type.
    """
    if images.dtype == np.uint8:
        if scale == 1 / 255 and offset == 0:
            return images
        values = np.clip(scale * images.astype(np.float64) + offset, 0, 1)
    elif images.dtype.kind == "f":
        values = images.astype(np.float64)
        if not (values.min(initial=0) >= 0 and values.max(initial=1) <= 1):
            raise UserError(
                f"pixels must lie in [0,1], and they reach from {np.min(values):.4g} to"
                f" {np.max(values):.4g}: rescale or clip the images"
            )
    else:
        raise UserError(f"pixels must be uint8 or floats in [0,1], not {images.dtype}")
    return np.rint(255 * values).astype(np.uint8)
