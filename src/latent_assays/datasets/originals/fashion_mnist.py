"""Fashion-MNIST: 70,000 articles of clothing 28 x 28, the 60,000 of the training set first."""

from pathlib import Path

from latent_assays.datasets.originals.idx import LabelledImages, open_labelled_images

__all__ = ["open_source"]


def open_source(resolution: int, files: dict[str, Path]) -> LabelledImages:
    """Open Fashion-MNIST; the one factor is the article. See `idx.open_labelled_images`."""
    return open_labelled_images("Fashion-MNIST", resolution, files)
