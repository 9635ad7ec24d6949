"""What the figures of paper `perturbations` share: images and signs as pictures."""

import numpy as np
from matplotlib.axes import Axes

from latent_assays.store import ImageSet

__all__ = ["FIRST", "SECOND", "picture", "show", "show_signs", "values"]

FIRST, SECOND = "#d55e00", "#0072b2"  # of two values of s


def values(images: ImageSet, rows: int | np.ndarray) -> np.ndarray:
    """Pixel values of some rows, which may leave [0, 1]."""
    return images.images[rows] * images.scale + images.offset


def picture(image: np.ndarray) -> np.ndarray:
    """An image (H,W,C) as it can be shown: values cut to [0, 1], no axis for a single channel."""
    return np.clip(image[..., 0] if image.shape[-1] == 1 else image, 0, 1)


def show(axes: Axes, image: np.ndarray) -> None:
    """Show an image (H,W,C) without ticks."""
    axes.imshow(picture(image), cmap="gray", vmin=0, vmax=1)
    axes.set(xticks=[], yticks=[])


def show_signs(axes: Axes, signs: np.ndarray) -> None:
    """Show signs (R,S), +1 white and -1 black, without ticks."""
    axes.imshow(signs, cmap="gray", vmin=-1, vmax=1, interpolation="nearest")
    axes.set(xticks=[], yticks=[])
