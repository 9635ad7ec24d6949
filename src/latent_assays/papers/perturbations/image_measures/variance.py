"""What factors do to pixels, globally and locally: Section 5.2 of the paper, Fig. 4a and b.

Explained global variance of a factor: the variance over its values w of E[x | w], the mean image of
that value, averaged over pixels and channels. See `explained_variance` for the estimator and for
what is taken off for classes with few images.

Local expansiveness of a factor: |x(w with the factor a step further) - x(w)|_2 / step. The paper
takes the infimum over all steps below δ, which is 0 for classes and for rounded shifts; here it is
the mean over pairs of images, and beside it the least that 95 % of the pairs reach (`_low`). A step
of a position is one class of the set, in the unit in which the full grid is [0, 1]. For the added
factor s of a set of kind `extra-factor`, whose variance is 1, the step is as long as the median
step of the positions, as the paper's is; x(s + step) and x(s) differ by their patterns alone, which
the file has, so that any s can be had: s is taken evenly from its range.

What an image has from s is known too, and is taken off before anything is measured of the other
factors: ε f(s), which is exact but for rounding if values are unclipped, as they should be.
"""

import json
from collections.abc import Iterator

import numpy as np

from latent_assays.datasets import SPECS
from latent_assays.papers.perturbations.explained import (
    ADDED,
    class_sums,
    explained_variance,
)
from latent_assays.results import Number, number
from latent_assays.store import ImageSet
from latent_assays.variants.pattern import pattern_of

__all__ = ["measure"]

CHUNK = 1024  # images at once
PAIRS = 1000  # of images, or values of s, from which an expansiveness is estimated
LOW = 0.05  # quantile
POSITION = "position"  # begins the names of the factors that have a step


def measure(images: ImageSet) -> tuple[dict[str, Number], dict[str, np.ndarray]]:
    """Explained variance and local expansiveness of the factors of an image set.

    Args:
        images: N images with K factors, the added one among them or not.

    Returns:
        numbers `variance_FACTOR` of every factor, in squared pixel values; `expansiveness_FACTOR`
        and `expansiveness_FACTOR_low` of positions and s, in pixel values per unit. With s also
        the ε at which s would come to the largest of the other factors, `variance_crossing` and
        `expansiveness_crossing`, for the one grows with ε² and the other with ε. No arrays.
    """
    variances, steps, found = _variances(images), [], {}
    for name in images.factor_names:
        if name.startswith(POSITION):
            changes, step = _position_changes(images, name)
            lack = f"no two images differ by one step of {name} alone"
            found |= _expansiveness(name, changes, step, lack)
            steps.append(step)
    numbers = {f"variance_{name}": value for name, value in variances.items()} | found
    if ADDED in images.factor_names:
        step = np.median(np.concatenate(steps)) if steps else np.nan
        changes = _added_changes(images, step)
        lack = "no position says how long a step is, or it is longer than the range of s"
        numbers |= _expansiveness(ADDED, changes, step, lack)
        numbers |= _crossings(numbers, images.attributes["epsilon"])
    return numbers, {}


# --- global variance ---


def _variances(images: ImageSet) -> dict[str, Number]:
    """Explained variance of every factor."""
    complete = _is_complete(images)
    sizes = images.factor_sizes
    sums = [np.zeros((size, images.images[0].size)) for size in sizes]
    squares = {added: np.zeros(images.images[0].size) for added in (False, True)}
    for rows, whole, base in _pixels(images):
        for added, values in ((False, base), (True, whole)):
            squares[added] += (values**2).sum(axis=0)
        for column, (name, size) in enumerate(zip(images.factor_names, sizes, strict=True)):
            values = whole if name == ADDED else base
            if size:
                sums[column] += class_sums(values, images.factors[rows, column], size)
    found = {}
    for column, (name, size) in enumerate(zip(images.factor_names, sizes, strict=True)):
        added = name == ADDED
        if not size:
            found[name] = number(np.nan, f"{name} is continuous")
            continue
        counts = np.bincount(images.factors[:, column].astype(np.int64), minlength=size)
        explained = explained_variance(sums[column], counts, squares[added], complete and not added)
        lack = f"{name} has one class, or one image a class"
        found[name] = number(explained.mean(), lack)
    return found


def _pixels(images: ImageSet) -> Iterator[tuple[slice, np.ndarray, np.ndarray]]:
    """Rows, their pixel values (B,P) and what these are without ε f(s)."""
    for first in range(0, len(images), CHUNK):
        rows = slice(first, first + CHUNK)
        yield rows, *_values(images, rows)


def _values(images: ImageSet, rows: slice | np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pixel values (B,P) of some rows, and what they are without ε f(s)."""
    pixels = images.images[rows]
    whole = pixels * images.scale + images.offset
    base = whole
    if ADDED in images.factor_names:
        f = pattern_of(images).at(images.extra["s"][rows], pixels.shape[1])
        base = whole - images.attributes["epsilon"] * f[..., None]
    return whole.reshape(len(pixels), -1), base.reshape(len(pixels), -1)


def _own_factors(images: ImageSet) -> np.ndarray:
    """Columns (N,K) of the factors but the added one."""
    own = [column for column, name in enumerate(images.factor_names) if name != ADDED]
    return images.factors[:, own]


def _is_complete(images: ImageSet) -> bool:
    """Whether the images have every combination of the classes of their own factors just once."""
    factors = _own_factors(images)
    classes = [len(np.unique(column)) for column in factors.T]
    different = len(np.unique(factors, axis=0))
    return different == len(images) == np.prod(classes, dtype=np.int64)


# --- local expansiveness ---


def _position_changes(images: ImageSet, name: str) -> tuple[np.ndarray, np.ndarray]:
    """|x(w with a step) - x(w)|_2 (P,) of pairs of images that differ in one step, and the steps.

    A pair is drawn from all of them at random; neither is longer than `PAIRS`.
    """
    column = images.factor_names.index(name)
    factors = _own_factors(images)
    order = {tuple(row): place for place, row in enumerate(factors.tolist())}
    step = np.zeros(factors.shape[1])
    step[column] = 1
    pairs = []
    for place in np.random.default_rng(0).permutation(len(images)):
        partner = order.get(tuple(factors[place] + step))
        if partner is not None:
            pairs.append((place, partner))
        if len(pairs) == PAIRS:
            break
    if not pairs or not images.factor_sizes[column]:
        return np.empty(0), np.empty(0)
    first, second = np.array(pairs).T
    change = _values(images, second)[1] - _values(images, first)[1]
    places = _places(images, name)
    at = images.factors[:, column].astype(np.int64)
    return np.linalg.norm(change, axis=1), places[at[second]] - places[at[first]]


def _places(images: ImageSet, name: str) -> np.ndarray:
    """Where the classes (C,) of a position lie on the full grid's [0, 1]."""
    size = images.factor_sizes[images.factor_names.index(name)]
    kept = json.loads(images.attributes.get("keep", "{}")).get(name, range(size))
    full = size
    for spec in SPECS.values():
        if spec.title == images.attributes["title"] and name in spec.factor_names:
            full = spec.factor_sizes[spec.factor_names.index(name)]
    return np.array(kept) / (full - 1)


def _added_changes(images: ImageSet, step: float) -> np.ndarray:
    """|x(s + step) - x(s)|_2 (P,) at values of s evenly in its range; empty if it is too short."""
    s = images.extra["s"]
    if not step <= s.max() - s.min():
        return np.empty(0)
    pattern, (_, height, _, channels) = pattern_of(images), images.images.shape
    values = np.linspace(s.min(), s.max() - step, PAIRS)
    differ = pattern.at(values, height) != pattern.at(values + step, height)
    changed = channels * np.count_nonzero(differ, axis=(1, 2))
    return 2 * images.attributes["epsilon"] * np.sqrt(changed)


def _expansiveness(
    name: str, changes: np.ndarray, step: np.ndarray | float, lack: str
) -> dict[str, Number]:
    """Mean and low quantile of `changes` (P,) per `step`; null if there is no change."""
    mean = low = np.nan
    if len(changes):
        mean, low = (changes / step).mean(), np.quantile(changes / step, LOW)
    return {
        f"expansiveness_{name}": number(mean, lack),
        f"expansiveness_{name}_low": number(low, lack),
    }


def _crossings(numbers: dict[str, Number], epsilon: float) -> dict[str, Number]:
    """The ε at which s would come to the largest other factor, by what `numbers` say at this ε."""
    found = {}
    for kind, power in (("variance", 2), ("expansiveness", 1)):
        values = {
            name: entry["value"]
            for name, entry in numbers.items()
            if name.startswith(f"{kind}_") and not name.endswith("_low")
        }
        own = values.pop(f"{kind}_{ADDED}")
        others = [value for value in values.values() if value is not None]
        crossing = np.nan
        if own and own > 0 and others and max(others) > 0:
            crossing = epsilon * (max(others) / own) ** (1 / power)
        lack = f"the {kind} of s, or of all other factors, is unknown or not above 0"
        found[f"{kind}_crossing"] = number(crossing, lack)
    return found
