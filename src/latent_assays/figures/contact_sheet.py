"""A dataset or variant at a glance: one row of images a factor, and a row drawn at random."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from latent_assays.figures.grids import draw_grid, lay_out
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
    pictures = np.full((len(rows), COLUMNS, *images.images.shape[1:]), 255, np.uint8)
    for line, (_, chosen) in zip(pictures, rows, strict=True):
        line[: len(chosen)] = _in_bytes(images, chosen)
    grid = lay_out(pictures, [name.replace("_", "\n") for name, _ in rows])
    height = PAGE_WIDTH * COLUMNS / (COLUMNS + 1.6) * grid.slope + 0.75
    figure = plt.figure(figsize=(PAGE_WIDTH, height), layout="constrained")
    figure.suptitle(f"{images.attributes['title']}, {images.attributes['variant']}", fontsize=9)
    draw_grid(figure.subplots(), grid)
    footnote(figure, sources)
    return figure


def _in_bytes(images: ImageSet, rows: np.ndarray) -> np.ndarray:
    """Images (B,H,W,C) uint8 of rows (B,), as their values are, cut off at black and white."""
    values = images.images[rows] * images.scale + images.offset
    return np.rint(255 * values.clip(0, 1)).astype(np.uint8)


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
