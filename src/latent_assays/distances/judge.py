"""All distances of sets of images from one reference, whose extractors are opened once."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from latent_assays.distances import open_extractor, settings_of
from latent_assays.distances.extractor import Extractor, Unavailable, extract_features
from latent_assays.distances.pixel_components import PixelComponents
from latent_assays.distances.reference import Reference, compare, not_computed
from latent_assays.distances.registry import EXTRACTORS, PIXELS
from latent_assays.errors import UserError
from latent_assays.results import Result

__all__ = ["Judge", "as_arrays"]


def as_arrays(name: str, reference: Reference) -> dict[str, np.ndarray]:
    """What the file of a reference holds of one extractor."""
    return {
        f"{name}_features": reference.features,
        f"{name}_held_out": reference.held_out,
    }


class Judge:
    """Computes every distance of sets of images from one reference.

    Args:
        arrays: of the reference's file.
        known: what the file says of itself: `dataset`, `draw`, `input_size`, `extractors`,
            `missing`, `floors`.
        weights: extractor -> its file of weights, None where there is none.
        device: that networks run on.

    Attributes:
        count: how many images the reference has.

    Raises:
        UserError: the weights are others than the reference's, or it was made with other settings.
    """

    def __init__(
        self,
        arrays: Mapping[str, Any],
        known: Mapping[str, Any],
        weights: Mapping[str, Path | None],
        device: str = "cpu",
    ) -> None:
        self.arrays, self.known, self.device = arrays, known, device
        self.count = known["draw"]["samples"]
        self.references: dict[str, tuple[Extractor, Reference]] = {}
        self.lacks: dict[str, str] = {}
        self._open(PIXELS, PixelComponents.from_arrays(arrays))
        for name in EXTRACTORS:
            try:
                extractor = open_extractor(name, weights[name], known["input_size"])
            except Unavailable as why:
                self.lacks[name] = str(why)
                continue
            if name in known["missing"]:
                self.lacks[name] = f"the reference lacks it: {known['missing'][name]}"
            else:
                self._open(name, extractor)

    def _open(self, name: str, extractor: Extractor) -> None:
        settings, known = extractor.settings, self.known["extractors"][name]
        if settings != known:
            differing = ", ".join(key for key in settings if settings[key] != known.get(key))
            raise UserError(f"the reference was made with another {differing}: make it anew")
        kept = {part: self.arrays[f"{name}_{part}"] for part in ("features", "held_out")}
        self.references[name] = extractor, Reference(**kept, floors=self.known["floors"])

    def distances(
        self, images: np.ndarray, scale: float = 1 / 255, offset: float = 0.0
    ) -> dict[str, Result]:
        """Every distance of images from the reference; null with the reason at a lack.

        Args:
            images: (n,H,W,C), see `extract_features`.
            scale: value of a uint8 pixel = scale * u8 + offset.
            offset: see scale.

        Raises:
            UserError: the images are of another size than the reference's, or fewer than two.
        """
        shape = self.known["dataset"]["image_shape"]
        if list(images.shape[1:]) != shape:
            raise UserError(
                f"the images to judge are (N,H,W,C) = {images.shape}, and those of the reference"
                f" are (H,W,C) = {tuple(shape)}: compare images of one size"
            )
        results, rows = {}, np.arange(len(images))
        for name, (extractor, reference) in self.references.items():
            features = extract_features(extractor, images, rows, scale, offset, self.device)
            settings = self._settings(extractor.settings)
            results |= compare(reference, features, settings, name)
        for name, reason in self.lacks.items():
            results |= self._null(name, reason, len(images))
        return results

    def none(self, reason: str) -> dict[str, Result]:
        """Null for every distance, of images that there are none of."""
        return {
            key: result
            for name in [*self.references, *self.lacks]
            for key, result in self._null(name, reason, self.count).items()
        }

    def _null(self, name: str, reason: str, count: int) -> dict[str, Result]:
        opened = self.references.get(name)
        settings = opened[0].settings if opened else settings_of(name, self.known["input_size"])
        return not_computed(reason, self._settings(settings), name, self.count, count)

    def _settings(self, of_extractor: Mapping[str, Any]) -> dict[str, Any]:
        draw = self.known["draw"]
        return {**of_extractor, "part": draw["part"], "draw_seed": draw["seed"]}
