"""Group norm followed by Mish or ELU as one loop over memory, compiled by Numba.

PyTorch's separate kernels pass over memory many times and take a slow path for channels-last
tensors: together they are more than half of a step of the structure paper's networks, and these
loops take a tenth of that. Arrays are (N,P,C): images, pixels, channels. Elements are float32, or
bfloat16 as the upper halves of float32 held in uint16; arithmetic is float32, sums over an image
are float64.
"""

import numpy as np
from numba import njit

__all__ = ["backward", "forward"]

REORDER = {"contract", "reassoc", "arcp", "nsz"}  # and no more: NaN has to come through
COMPILE = {"cache": True, "fastmath": REORDER, "nogil": True, "error_model": "numpy"}
CHUNK = 64  # pixels at once, so that work stays in the first-level cache
ONE, TWO, FOUR = np.float32(1), np.float32(2), np.float32(4)
BOUND, PART = np.float32(20), np.float32(1 / 64)
SERIES = tuple(np.float32(1 / factor) for factor in (2, 6, 24, 120, 720))


@njit(inline="always", **COMPILE)
def _exp(x):
    """exp(x) of |x| <= 20 to about 4e-6 of it: a series for exp(x/64), then six squarings.

    Unlike the library's, it is arithmetic alone, so the compiler can do 16 at once.
    """
    r = min(max(x, -BOUND), BOUND) * PART
    tail = SERIES[2] + r * (SERIES[3] + r * SERIES[4])
    e = ONE + r * (ONE + r * (SERIES[0] + r * (SERIES[1] + r * tail)))
    e = e * e
    e = e * e
    e = e * e
    e = e * e
    e = e * e
    return e * e


@njit(inline="always", **COMPILE)
def _mish(z):
    """z tanh(log(1 + exp z)) = z k / (k + 2), with k = e (e + 2) and e = exp z."""
    e = _exp(z)
    k = e * (e + TWO)
    return z * (k / (k + TWO))


@njit(inline="always", **COMPILE)
def _mish_slope(z):
    """k / (k + 2) + 4 z e (e + 1) / (k + 2)²."""
    e = _exp(z)
    k = e * (e + TWO)
    inverse = ONE / (k + TWO)
    return k * inverse + FOUR * z * e * (e + ONE) * inverse * inverse


@njit(inline="always", **COMPILE)
def _elu(z):
    """z, or exp z - 1 where z is negative."""
    return z if z > 0 else _exp(z) - ONE


@njit(inline="always", **COMPILE)
def _elu_slope(z):
    return ONE if z > 0 else _exp(z)


@njit(inline="always", **COMPILE)
def _load(source, target, bfloat16):
    """Copy elements to float32."""
    if bfloat16:
        bits = target.view(np.uint32)
        for i in range(len(target)):
            bits[i] = np.uint32(source[i]) << np.uint32(16)
    else:
        for i in range(len(target)):
            target[i] = source[i]


@njit(inline="always", **COMPILE)
def _store(source, target, bfloat16):
    """Copy float32 to elements; bfloat16 is rounded to nearest, ties to even."""
    if bfloat16:
        bits = source.view(np.uint32)
        for i in range(len(target)):
            odd = (bits[i] >> np.uint32(16)) & np.uint32(1)
            target[i] = np.uint16((bits[i] + np.uint32(0x7FFF) + odd) >> np.uint32(16))
    else:
        for i in range(len(target)):
            target[i] = source[i]


@njit(inline="always", **COMPILE)
def _activate(row, scale, shift, pixels, channels, mish):
    """row = activation(scale row + shift), with Mish or else ELU."""
    if mish:
        for p in range(pixels):
            for c in range(channels):
                i = p * channels + c
                row[i] = _mish(row[i] * scale[c] + shift[c])
    else:
        for p in range(pixels):
            for c in range(channels):
                i = p * channels + c
                row[i] = _elu(row[i] * scale[c] + shift[c])


@njit(inline="always", **COMPILE)
def _multiply_by_slope(gradient, row, scale, shift, pixels, channels, mish):
    """gradient *= derivative of the activation at scale row + shift."""
    if mish:
        for p in range(pixels):
            for c in range(channels):
                i = p * channels + c
                gradient[i] *= _mish_slope(row[i] * scale[c] + shift[c])
    else:
        for p in range(pixels):
            for c in range(channels):
                i = p * channels + c
                gradient[i] *= _elu_slope(row[i] * scale[c] + shift[c])


@njit(**COMPILE)
def forward(x, weight, bias, groups, epsilon, mish, y, mean, inverse_std):
    """Fill y (N,P,C), mean (N,groups) and inverse_std (N,groups) from x (N,P,C)."""
    images, pixels, channels = x.shape
    bfloat16 = x.itemsize == 2
    width = channels // groups
    row = np.empty(CHUNK * channels, np.float32)
    scale, shift = np.empty(channels, np.float32), np.empty(channels, np.float32)
    part, part_of_squares = np.empty_like(scale), np.empty_like(scale)
    total, total_of_squares = np.empty(channels), np.empty(channels)
    for n in range(images):
        flat, flat_y = x[n].reshape(-1), y[n].reshape(-1)
        total[:] = 0
        total_of_squares[:] = 0
        for start in range(0, pixels, CHUNK):
            count = min(CHUNK, pixels - start)
            _load(
                flat[start * channels : (start + count) * channels],
                row[: count * channels],
                bfloat16,
            )
            part[:] = 0
            part_of_squares[:] = 0
            for p in range(count):
                for c in range(channels):
                    value = row[p * channels + c]
                    part[c] += value
                    part_of_squares[c] += value * value
            for c in range(channels):
                total[c] += part[c]
                total_of_squares[c] += part_of_squares[c]
        for g in range(groups):
            size = pixels * width
            own = slice(g * width, (g + 1) * width)
            m = total[own].sum() / size
            variance = max(total_of_squares[own].sum() / size - m * m, 0.0)
            r = 1 / np.sqrt(variance + epsilon)
            mean[n, g] = m
            inverse_std[n, g] = r
            for c in range(g * width, (g + 1) * width):
                scale[c] = r * weight[c]
                shift[c] = bias[c] - m * r * weight[c]
        for start in range(0, pixels, CHUNK):
            count = min(CHUNK, pixels - start)
            _load(
                flat[start * channels : (start + count) * channels],
                row[: count * channels],
                bfloat16,
            )
            _activate(row, scale, shift, count, channels, mish)
            _store(
                row[: count * channels],
                flat_y[start * channels : (start + count) * channels],
                bfloat16,
            )


@njit(**COMPILE)
def backward(x, gradient, weight, bias, groups, mish, mean, inverse_std, dx, dweight, dbias):
    """Fill dx (N,P,C), dweight (C,) and dbias (C,) from x and the gradient of y.

    With d the gradient of the normed value and h the normed value before weight and bias,
    dx = r (weight d - mean(weight d) - h mean(weight d h)), the means over a group.
    """
    images, pixels, channels = x.shape
    bfloat16 = x.itemsize == 2
    width = channels // groups
    row, other = np.empty(CHUNK * channels, np.float32), np.empty(CHUNK * channels, np.float32)
    scale, shift = np.empty(channels, np.float32), np.empty(channels, np.float32)
    of_x, constant = np.empty_like(scale), np.empty_like(scale)
    part, part_with_x = np.empty_like(scale), np.empty_like(scale)
    total, total_with_x = np.empty(channels), np.empty(channels)
    sum_weight, sum_bias = np.zeros(channels), np.zeros(channels)
    for n in range(images):
        flat, flat_gradient, flat_dx = x[n].reshape(-1), gradient[n].reshape(-1), dx[n].reshape(-1)
        for c in range(channels):
            r = inverse_std[n, c // width]
            scale[c] = r * weight[c]
            shift[c] = bias[c] - mean[n, c // width] * r * weight[c]
        total[:] = 0
        total_with_x[:] = 0
        for start in range(0, pixels, CHUNK):
            count = min(CHUNK, pixels - start)
            here = slice(start * channels, (start + count) * channels)
            _load(flat[here], row[: count * channels], bfloat16)
            _load(flat_gradient[here], other[: count * channels], bfloat16)
            part[:] = 0
            part_with_x[:] = 0
            _multiply_by_slope(other, row, scale, shift, count, channels, mish)
            for p in range(count):
                for c in range(channels):
                    i = p * channels + c
                    part[c] += other[i]
                    part_with_x[c] += other[i] * row[i]
            _store(other[: count * channels], flat_dx[here], bfloat16)
            for c in range(channels):
                total[c] += part[c]
                total_with_x[c] += part_with_x[c]
        for g in range(groups):
            m, r = np.float64(mean[n, g]), np.float64(inverse_std[n, g])
            mean_d, mean_dh = 0.0, 0.0
            for c in range(g * width, (g + 1) * width):
                with_h = (total_with_x[c] - m * total[c]) * r
                sum_weight[c] += with_h
                sum_bias[c] += total[c]
                mean_d += weight[c] * total[c]
                mean_dh += weight[c] * with_h
            mean_d /= pixels * width
            mean_dh /= pixels * width
            for c in range(g * width, (g + 1) * width):
                of_x[c] = -r * r * mean_dh
                constant[c] = r * r * mean_dh * m - r * mean_d
        for start in range(0, pixels, CHUNK):
            count = min(CHUNK, pixels - start)
            here = slice(start * channels, (start + count) * channels)
            _load(flat[here], row[: count * channels], bfloat16)
            _load(flat_dx[here], other[: count * channels], bfloat16)
            for p in range(count):
                for c in range(channels):
                    i = p * channels + c
                    other[i] = scale[c] * other[i] + of_x[c] * row[i] + constant[c]
            _store(other[: count * channels], flat_dx[here], bfloat16)
    dweight[:] = sum_weight
    dbias[:] = sum_bias
