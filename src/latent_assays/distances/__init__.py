"""Fréchet and kernel distances between sets of images, each named after its feature extractor.

`fid` is the distance on the Inception network of 2015-12-05 and on nothing else. `fd_efflite0` and
`kid_efflite0` are the same formulas on EfficientNet-Lite0's ImageNet features: they order models
on one dataset and are not comparable with any published FID. `fd_pixels` is the Fréchet distance on
principal components of the pixels. What cannot be computed is null with the reason. `n` counts
images, d is the dimension of the features.
"""

from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from latent_assays.distances.extractor import Extractor
from latent_assays.distances.registry import DISTANCES, EXTRACTORS

__all__ = ["DISTANCES", "EXTRACTORS", "open_extractor", "settings_of"]


def open_extractor(name: str, weights: Path | None, input_size: int) -> Extractor:
    """Open a feature extractor with weights from a file.

    Args:
        name: a key of `EXTRACTORS`.
        weights: its weights; None where there are none.
        input_size: side in pixels that images are resized to; Inception's is always 299.

    Raises:
        Unavailable: it cannot be had on this machine, and why.
        UserError: the file is missing or holds other weights.
    """
    return _module(name).open_extractor(weights, input_size)


def settings_of(name: str, input_size: int) -> dict[str, Any]:
    """What the features of an extractor depend on, whether or not it can be had here."""
    return _module(name).settings_of(input_size)


def _module(name: str) -> ModuleType:
    return import_module(f"{__name__}.{EXTRACTORS[name]}")
