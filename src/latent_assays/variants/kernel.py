"""The perturbation of bytes as one compiled pass: a full grid is written as fast as disks are."""

from numba import njit

__all__ = ["shift_bytes"]


@njit(cache=True)
def shift_bytes(images, shifts, signs, lower, upper, stored):
    """Fill `stored` with `upper` of every byte where the moved pattern is +1, else `lower`.

    Args:
        images: (B,H,W,C) uint8.
        shifts: (B,W) rows by which each column has moved.
        signs: (L,W) int8 of -1 and +1.
        lower: (256,) uint8.
        upper: (256,) uint8.
        stored: (B,H,W,C) uint8, the result.
    """
    count, height, width, channels = images.shape
    for b in range(count):
        for i in range(height):
            for j in range(width):
                bounds = upper if signs[shifts[b, j] + i, j] > 0 else lower
                for c in range(channels):
                    stored[b, i, j, c] = bounds[images[b, i, j, c]]
