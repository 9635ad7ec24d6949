"""A dataset or variant at a glance: one row of images a factor, and a row drawn at random."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from latent_assays.figures.style import PAGE_WIDTH, footnote
from latent_assays.store import ImageSet

__all__ = ["draw"]

COLUMNS = 10


def draw(images: ImageSet, sources: list[str]) -> Figure:
    """Step through each factor with the others fixed; without a grid, show classes or samples.

    Args:
        images: the image set.
        sources: sentences for the footnote.
    """
    rows = _rows_of_grid(images) if images.attributes["grid"] else _rows_of_samples(images)
    inches = PAGE_WIDTH / (COLUMNS + 1.6)
    figure = plt.figure(
        figsize=(PAGE_WIDTH, inches * len(rows) * 1.04 + 0.75), layout="constrained"
    )
    title = f"{images.attributes['title']}, {images.attributes['variant']}"
    figure.suptitle(title, fontsize=9)
    axes = figure.subplots(len(rows), COLUMNS, squeeze=False)
    for line, (name, chosen) in zip(axes, rows, strict=True):
        for axis in line:
            axis.set(xticks=[], yticks=[])
            axis.set_visible(False)
        for axis, row in zip(line, chosen, strict=False):
            axis.set_visible(True)
            picture = images.images[row] * images.scale + images.offset
            picture = picture[..., 0] if picture.shape[-1] == 1 else picture
            axis.imshow(np.clip(picture, 0, 1), cmap="gray", vmin=0, vmax=1)
        line[0].set_ylabel(name.replace("_", "\n"), rotation=0, ha="right", va="center", fontsize=7)
    footnote(figure, sources)
    return figure


def _rows_of_grid(images: ImageSet) -> list[tuple[str, np.ndarray]]:
    """A traversal of each factor through one image, and random rows.

    The image has another class in every factor, so that things of one colour do not hide.
    """
    sizes = images.factor_sizes
    middle = np.array([(size // 2 + factor) % size for factor, size in enumerate(sizes)])
    rows = []
    for factor, (name, size) in enumerate(zip(images.factor_names, sizes, strict=True)):
        if size < 2:
            continue
        classes = np.unique(np.linspace(0, size - 1, min(size, COLUMNS)).round().astype(int))
        steps = np.repeat(middle[None], len(classes), axis=0)
        steps[:, factor] = classes
        rows.append((name, np.ravel_multi_index(tuple(steps.T), sizes)))
    return [*rows, ("random", _random_rows(images))]


def _rows_of_samples(images: ImageSet) -> list[tuple[str, np.ndarray]]:
    """A few images of each class of the last factor, or random rows where it is no class."""
    last = images.factors[:, -1] if images.factors.shape[1] else np.zeros(0)
    classes = images.factor_sizes[-1] if len(last) else 0
    if 2 <= classes <= COLUMNS:
        found = [np.flatnonzero(last == value)[:COLUMNS] for value in range(classes)]
        return [(f"{images.factor_names[-1]} {value}", rows) for value, rows in enumerate(found)]
    return [("random" if not line else "", _random_rows(images, line)) for line in range(5)]


def _random_rows(images: ImageSet, seed: int = 0) -> np.ndarray:
    random = np.random.default_rng(seed)
    return np.sort(random.choice(len(images), min(COLUMNS, len(images)), replace=False))
