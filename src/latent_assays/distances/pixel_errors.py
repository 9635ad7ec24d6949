"""Mean squared error and binary cross-entropy of reconstructions, pixel by pixel.

Both are of values in [0,1] as networks see them (stored bytes / 255). An image's error is summed
over its pixels and channels, as objectives sum it; `_per_image` is the mean of that over images,
`_per_pixel` divides it by the number C·H·W of values. `r2` is the share of the images' variance
that reconstructions explain: 0 is no better than the mean image, and less is worse.
"""

import numpy as np

from latent_assays.results import Result

__all__ = ["errors_of_images", "mean_errors", "spread_of_images"]

CHUNK = 512  # images at once
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


def spread_of_images(images: np.ndarray, rows: np.ndarray) -> float:
    """Mean squared distance of some images from their mean image, in the unit of `mse`.

    Args:
        images: (N,H,W,C) uint8.
        rows: (n,) of the images.
    """
    total, squares = np.zeros(images.shape[1:], np.int64), 0  # whole numbers, so no rounding
    for start in range(0, len(rows), CHUNK):
        chunk = images[rows[start : start + CHUNK]].astype(np.int64)
        total += chunk.sum(axis=0)
        squares += int(np.square(chunk).sum())
    n = len(rows)
    return (n * squares - int(np.square(total).sum())) / (n * 255) ** 2


def mean_errors(errors: dict[str, np.ndarray], values: int, spread: float) -> dict[str, Result]:
    """Means over images, per image and per pixel.

    Args:
        errors: see `errors_of_images`, of n images.
        values: C·H·W of an image.
        spread: of the images, see `spread_of_images`.

    Returns:
        `mse_per_image`, `mse_per_pixel`, `bce_per_image`, `bce_per_pixel` and `r2`; `details` holds
        `floor`, what a perfect copy gets, and, but for `r2`, `standard_error` over images.
    """
    n = len(errors["mse"])
    settings = {"n_generated": n, "values": values, "range": "stored bytes / 255"}
    floors = {"mse": 0.0, "bce": float(errors["bce_floor"].mean())}
    results = {}
    for name, floor in floors.items():
        outside = int(np.isnan(errors[name]).sum())
        for unit, divisor in (("image", 1), ("pixel", values)):
            each = errors[name] / divisor
            results[f"{name}_per_{unit}"] = Result(
                value=None if outside else float(each.mean()),
                reason=f"{outside} of {n} reconstructions leave [0,1]" if outside else None,
                settings=settings,
                details={
                    "floor": floor / divisor,
                    "standard_error": None if outside else float(each.std(ddof=1) / np.sqrt(n)),
                },
            )
    results["r2"] = Result(
        value=1 - float(errors["mse"].mean()) / spread if spread else None,
        reason=None if spread else "the images do not differ",
        settings=settings,
        details={"floor": 1.0},
    )
    return results


def _cross_entropies(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    y = y.clip(LEAST, 1 - LEAST)
    return -(x * np.log(y) + (1 - x) * np.log1p(-y)).sum(axis=1)
