"""Changing the resolution of images: bilinear to any side, area means to a divisor of it."""

import numpy as np

from latent_assays.errors import UserError

__all__ = ["bilinear", "block_mean", "check_divides"]

GROUP = 64  # images whose sums stay in the processor's cache


def bilinear(images: np.ndarray, resolution: int) -> np.ndarray:
    """Interpolate square images linearly between pixel centres.

    Pixel centres lie at (i + 1/2) / H (`align_corners` off). When the side shrinks, the triangle
    widens with the step, so that no pixel is skipped.

    Args:
        images: (B,H,H,C) uint8.
        resolution: R, the new side.

    Returns:
        (B,R,R,C) uint8, rounded once; the images themselves when R is H.
    """
    size = images.shape[1]
    if resolution == size:
        return images
    step = size / resolution
    centres = (np.arange(resolution)[:, None] + 0.5) * step - 0.5
    triangle = np.maximum(1 - np.abs(np.arange(size) - centres) / max(step, 1.0), 0)
    weights = (triangle / triangle.sum(axis=1, keepdims=True)).astype(np.float32)
    resized = np.einsum("rh,bhwc,sw->brsc", weights, images, weights, optimize=True)
    return np.clip(np.rint(resized), 0, 255).astype(np.uint8)


def block_mean(images: np.ndarray, resolution: int) -> np.ndarray:
    """Mean over the blocks of pixels that make up a new one.

    Args:
        images: (B,H,H,C) uint8.
        resolution: R, the new side; see `check_divides`.

    Returns:
        (B,R,R,C) uint8, halves rounded up; the images themselves when R is H.
    """
    if images.shape[1] == resolution:
        return images
    means = np.empty((len(images), resolution, resolution, images.shape[3]), np.uint8)
    for start in range(0, len(images), GROUP):
        means[start : start + GROUP] = _block_mean(images[start : start + GROUP], resolution)
    return means


def _block_mean(images: np.ndarray, resolution: int) -> np.ndarray:
    count, size, _, channels = images.shape
    block = size // resolution
    bands = images.reshape(count, resolution, block, size * channels).sum(axis=2, dtype=np.uint16)
    cells = bands.reshape(count, resolution, resolution, block, channels)
    total = cells[:, :, :, 0] + np.uint16(block**2 // 2)
    for column in range(1, block):
        total += cells[:, :, :, column]
    return total // np.uint16(block**2)


def check_divides(size: int, resolution: int) -> None:
    """Refuse a resolution that block means cannot give.

    Raises:
        UserError: it does not divide the original's side, or is under a sixteenth of it.
    """
    possible = [size // block for block in range(1, 17) if size % block == 0]
    if resolution not in possible:
        raise UserError(
            f"resolution {resolution} is not possible for images of {size} pixels; possible:"
            f" {', '.join(map(str, possible))}"
        )
