"""Can the factors be read from the images? A supervised probe of every factor.

The perturbation is to leave the factors as they are: who is told the factors must be able to read
them from perturbed images as well as from the originals. The probe is kernel ridge regression from
pixels (Gaussian kernel, as wide as pixels vary: exp(-|x - x'|² / 2 Var x), ridge `RIDGE`), trained
on images of the part `train` and asked for those of the part `test`. It gives the classes of a
factor either as categories, of which the largest answer counts, or as numbers, which are rounded;
each factor takes what does better on the training images when each is left out once, which has a
closed form. Numbers do better for an order such as sizes, whose neighbours look alike.
"""

from collections.abc import Callable

import numpy as np

from latent_assays.results import Number, number
from latent_assays.store import ImageSet

__all__ = ["measure"]

TRAIN, TEST = 2000, 1000  # most images, drawn at random from each part
RIDGE = 1e-3


def measure(images: ImageSet) -> tuple[dict[str, Number], dict[str, np.ndarray]]:
    """How well every factor of an image set can be read from its pixels.

    Args:
        images: N images with K factors.

    Returns:
        numbers `probe_FACTOR`, the share of test images whose class is read rightly, and its
        standard error `probe_FACTOR_se`, that of (right + 1) of (tested + 2), so that it is not 0
        where all are right; by chance it would be 1 / classes. `probe_mean`, over the factors that
        have one. No arrays.
    """
    random = np.random.default_rng(0)
    train, test = (
        np.sort(random.permutation(images.rows_of(part))[:most])
        for part, most in (("train", TRAIN), ("test", TEST))
    )
    read = _reader(_pixels(images, train), _pixels(images, test))
    numbers = {}
    for column, (name, size) in enumerate(
        zip(images.factor_names, images.factor_sizes, strict=True)
    ):
        classes = images.factors[:, column].astype(np.int64)
        share = error = np.nan
        if size and len(np.unique(classes[train])) > 1:
            share = float(np.mean(read(classes[train], size) == classes[test]))
            smoothed = (share * len(test) + 1) / (len(test) + 2)
            error = np.sqrt(smoothed * (1 - smoothed) / (len(test) + 2))
        lack = f"{name} has one class" if size else f"{name} is continuous"
        numbers[f"probe_{name}"] = number(share, lack)
        numbers[f"probe_{name}_se"] = number(error, lack)
    shares = [numbers[f"probe_{name}"]["value"] for name in images.factor_names]
    known = [share for share in shares if share is not None]
    numbers["probe_mean"] = number(np.mean(known) if known else np.nan, "no factor has classes")
    return numbers, {}


def _pixels(images: ImageSet, rows: np.ndarray) -> np.ndarray:
    """Pixel values (B,P) of some rows."""
    return images.images[rows].reshape(len(rows), -1) * images.scale + images.offset


def _reader(train: np.ndarray, test: np.ndarray) -> Callable[[np.ndarray, int], np.ndarray]:
    """What reads the classes of the test pixels (B,P), given those of the training pixels."""
    variance = train.var(axis=0).sum() or 1.0
    kernel = _kernel(train, train, variance)
    inverse = np.linalg.inv(kernel + RIDGE * np.eye(len(train)))
    between, left_out = _kernel(test, train, variance), 1 / np.diag(inverse)

    def read(classes: np.ndarray, size: int) -> np.ndarray:
        answers = []
        for targets, decide in ((np.eye(size)[classes], _largest), (classes[:, None], _nearest)):
            mean = targets.mean(axis=0)
            weights = inverse @ (targets - mean)
            own = decide(targets - weights * left_out[:, None], size)
            answers.append((np.mean(own == classes), decide(between @ weights + mean, size)))
        return max(answers, key=lambda answer: answer[0])[1]

    return read


def _kernel(first: np.ndarray, second: np.ndarray, variance: float) -> np.ndarray:
    """exp(-|x - x'|² / 2 variance) (A,B) of pixels (A,P) and (B,P)."""
    squared = (first**2).sum(axis=1)[:, None] + (second**2).sum(axis=1) - 2 * first @ second.T
    return np.exp(-squared / (2 * variance))


def _largest(answers: np.ndarray, size: int) -> np.ndarray:
    return answers.argmax(axis=1)


def _nearest(answers: np.ndarray, size: int) -> np.ndarray:
    return np.clip(np.rint(answers[:, 0]), 0, size - 1)
