"""How changed pixels are stored as bytes without ever changing by more than ε."""

import numpy as np

__all__ = ["pixel_scale", "stored_bounds"]


def pixel_scale(epsilon: float, values: str) -> tuple[float, float]:
    """Scale and offset of the stored pixels, value = scale * u8 + offset.

    Args:
        epsilon: ε.
        values: `unclipped` needs the range [-ε, 1+ε]; `clipped` stays in [0, 1].
    """
    if values == "clipped":
        return 1 / 255, 0.0
    return (1 + 2 * epsilon) / 255, -epsilon


def stored_bounds(epsilon: float, values: str) -> tuple[np.ndarray, np.ndarray]:
    """Least and greatest stored byte within ε of each original byte.

    Rounding goes towards the original, so that |x' - x| <= ε holds for the stored values too.

    Returns:
        lower (256,) and upper (256,) uint8.
    """
    scale, offset = pixel_scale(epsilon, values)
    x = np.arange(256) / 255
    tolerance = 1e-9
    lower = np.ceil((np.maximum(x - epsilon, offset) - offset) / scale - tolerance)
    upper = np.floor((np.minimum(x + epsilon, 255 * scale + offset) - offset) / scale + tolerance)
    return lower.astype(np.uint8), upper.astype(np.uint8)
