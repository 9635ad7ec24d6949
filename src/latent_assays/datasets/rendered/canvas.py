"""Soft-edged shapes laid over each other in an image.

Places are in halves of the image's side from its middle, x to the right and y down, so the image
spans -1 to 1. A shape is its cover (H,W): the share of each pixel that it hides.
"""

import numpy as np

__all__ = ["Canvas", "blend", "smooth"]


class Canvas:
    """An image (H,W,3) from 0 to 1 that shapes are laid on.

    Attributes:
        x, y: places (1,W) and (H,1) of the pixels' centres.
        edge: width of a sharp outline: one and a half pixels.
        image: the image, black at first.
    """

    def __init__(self, resolution: int):
        steps = ((np.arange(resolution) + 0.5) * 2 / resolution - 1).astype(np.float32)
        self.x, self.y = steps[None, :], steps[:, None]
        self.edge = 3 / resolution
        self.image = np.zeros((resolution, resolution, 3), np.float32)

    def lay(self, cover: np.ndarray, colour: np.ndarray) -> None:
        """Cover (H,W) of the image with one colour (3,) or one for each pixel (H,W,3)."""
        self.image += cover[..., None] * (colour - self.image)

    def darken(self, cover: np.ndarray, share: float) -> None:
        """Take away `share` of the light where `cover` (H,W) is 1."""
        self.image *= 1 - share * cover[..., None]

    def ellipse(self, x, y, width, height, soft=0.0) -> np.ndarray:
        """Cover (H,W) of an ellipse with half-axes `width` and `height`, blurred by `soft`."""
        radius = np.hypot((self.x - x) / width, (self.y - y) / height)
        return self.within(radius - 1, min(width, height), soft)

    def within(self, gap: np.ndarray, scale: float, soft: float = 0.0) -> np.ndarray:
        """Cover (H,W) of where `gap` times `scale`, about a distance, is below 0."""
        return smooth(0.5 - gap * scale / (self.edge + soft))


def blend(colours: np.ndarray, share: float) -> np.ndarray:
    """The colour (3,) that lies `share` of the way along `colours` (N,3)."""
    place = share * (len(colours) - 1)
    first = min(int(place), len(colours) - 2)
    return colours[first] + np.float32(place - first) * (colours[first + 1] - colours[first])


def smooth(share):
    """0 below 0, 1 above 1 and a smooth step between."""
    share = np.clip(share, 0, 1)
    return share * share * (3 - 2 * share)
