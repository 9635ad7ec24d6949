"""MNIST: 70,000 handwritten digits 28 x 28, the 60,000 of the training set first.

The images are enlarged bilinearly where a larger side is asked for, as papers 000 and 003 do
(28 to 32).
"""

from pathlib import Path

from latent_assays.datasets.originals.idx import LabelledImages, open_labelled_images

__all__ = ["open_source"]


def open_source(resolution: int, files: dict[str, Path]) -> LabelledImages:
    """Open MNIST; the one factor is the digit. See `idx.open_labelled_images`."""
    return open_labelled_images("MNIST", resolution, files)
