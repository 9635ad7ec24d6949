"""Mean squared error and binary cross-entropy of reconstructions, pixel by pixel.

Both are of values in [0,1] as networks see them (stored bytes / 255). An image's error is summed
over its pixels and channels, as objectives sum it; `_per_image` is the mean of that over images,
`_per_pixel` divides it by the number C·H·W of values.
"""

import numpy as np

from latent_assays.results import Result

__all__ = ["errors_of_images", "mean_errors"]

LEAST = 2.0**-24  # a float32 sigmoid rounds what is nearer to 1 to 1, whose logarithm is infinite


def errors_of_images(images: np.ndarray, reconstructions: np.ndarray) -> dict[str, np.ndarray]:
    """Errors of each image, summed over its pixels and channels.

    Args:
        images: (B,C,H,W) in [0,1].
        reconstructions: (B,C,H,W); cross-entropy is defined for those in [0,1].

    Returns:
        (B,) float64 each: `mse`, sum of (x - y)²; `bce`, sum of -x log y - (1 - x) log(1 - y) with
        y kept 2^-24 away from 0 and 1, NaN where y leaves [0,1]; `bce_floor`, the same for y = x,
        below which no reconstruction comes.
    """
    x, y = (np.asarray(a, np.float64).reshape(len(a), -1) for a in (images, reconstructions))
    bce = _cross_entropies(x, y)
    bce[((y < 0) | (y > 1)).any(axis=1)] = np.nan
    return {
        "mse": np.square(x - y).sum(axis=1),
        "bce": bce,
        "bce_floor": _cross_entropies(x, x),
    }


def mean_errors(errors: dict[str, np.ndarray], values: int) -> dict[str, Result]:
    """Means over images, per image and per pixel.

    Args:
        errors: see `errors_of_images`, of n images.
        values: C·H·W of an image.

    Returns:
        `mse_per_image`, `mse_per_pixel`, `bce_per_image` and `bce_per_pixel`; `details` holds
        `floor`, what a perfect copy gets, and `standard_error` over images.
    """
    n = len(errors["mse"])
    floors = {"mse": 0.0, "bce": float(errors["bce_floor"].mean())}
    results = {}
    for name, floor in floors.items():
        outside = int(np.isnan(errors[name]).sum())
        for unit, divisor in (("image", 1), ("pixel", values)):
            each = errors[name] / divisor
            results[f"{name}_per_{unit}"] = Result(
                value=None if outside else float(each.mean()),
                reason=f"{outside} of {n} reconstructions leave [0,1]" if outside else None,
                settings={"n_generated": n, "values": values, "range": "stored bytes / 255"},
                details={
                    "floor": floor / divisor,
                    "standard_error": None if outside else float(each.std(ddof=1) / np.sqrt(n)),
                },
            )
    return results


def _cross_entropies(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    y = y.clip(LEAST, 1 - LEAST)
    return -(x * np.log(y) + (1 - x) * np.log1p(-y)).sum(axis=1)
