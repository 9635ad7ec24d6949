"""How well a run reconstructs classes that its first phase never saw: Section 3.2, Figs 7 and 12.

A run is measured on an image set of the missing classes alone. The unit is that of the paper's
tables: mean over pixels and channels of the squared error of values in [0,1], times 1,000. An image
is encoded to its posterior mean.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from latent_assays.responses.assays import Assayed
from latent_assays.responses.function import Decode, Encode
from latent_assays.results import Number, number
from latent_assays.split import TEST, TRAIN
from latent_assays.store import ImageSet

__all__ = ["measure"]

MOST = 3200  # images of a part: the authors evaluate the first 25 batches of 128
SHOWN = 4  # images that are kept to be looked at
CHUNK = 256  # images at once
UNIT = 1000


def measure(
    images: ImageSet, own: ImageSet, coded: Mapping[str, Any], encode: Encode, decode: Decode
) -> Assayed:
    """Errors of a run on images of missing classes, and beside them on images of the others.

    Args:
        images: of the missing classes.
        own: those that the run was trained on.
        coded: codes of `own`, of which `mean` (N,D) is used.
        encode: images (B,C,H,W) float32 in [0,1] -> posterior means (B,D).
        decode: codes (B,D) float32 -> images (B,C,H,W).

    Returns:
        numbers `missing_error`, of the test part, which no phase was trained on;
        `missing_error_train`, of the train part, which the paper reports and second phases are
        trained on; and `kept_error`, of test images of the other classes. Arrays `original` and
        `reconstruction` (S,H,W,C) uint8 of some test images, whose `rows` (S,) are the same for
        every run.
    """

    def encoded(rows: np.ndarray) -> np.ndarray:
        return encode(_values(images, rows).astype(np.float32))

    test, of_others = _drawn(images, TEST), _without(own, _drawn(own, TEST), images)
    numbers = {
        "missing_error": _error(images, test, decode, encoded),
        "missing_error_train": _error(images, _drawn(images, TRAIN), decode, encoded),
        "kept_error": _error(own, of_others, decode, coded["mean"].__getitem__),
    }
    shown = test[:SHOWN]
    arrays = {"rows": shown, "original": images.images[shown]}
    arrays["reconstruction"] = np.empty_like(arrays["original"])
    if len(shown):
        made = np.rint(255 * decode(encoded(shown)).clip(0, 1))
        arrays["reconstruction"][:] = made.transpose(0, 2, 3, 1)
    return Assayed(numbers, arrays)


def _drawn(data: ImageSet, part: int) -> np.ndarray:
    """Rows of a part in an order by chance, `MOST` of them if it has more."""
    return np.random.default_rng(0).permutation(np.flatnonzero(data.split == part))[:MOST]


def _without(own: ImageSet, rows: np.ndarray, images: ImageSet) -> np.ndarray:
    """Those of some test rows whose image is none of another set's test images."""
    others = {hash(image.tobytes()) for image in images.images[images.split == TEST]}
    return np.array([row for row in rows if hash(own.images[row].tobytes()) not in others], int)


def _error(data: ImageSet, rows: np.ndarray, decode: Decode, codes: Encode) -> Number:
    """Mean error of some rows, whose codes a function of rows gives; how many as `n`."""
    if not len(rows):
        return number(np.nan, "the set has no such images") | {"n": 0}
    errors = [
        np.square(_values(data, part) - decode(codes(part))).mean(axis=(1, 2, 3))
        for part in np.split(rows, range(CHUNK, len(rows), CHUNK))
    ]
    mean = UNIT * np.concatenate(errors).mean()
    return number(mean, "the network's outputs are not finite") | {"n": len(rows)}


def _values(data: ImageSet, rows: np.ndarray) -> np.ndarray:
    """Images (B,C,H,W) with values in [0,1], as networks see them."""
    return data.images[rows].transpose(0, 3, 1, 2) / 255
