"""A trained run opened with an image set and its codes, to decode what one likes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from latent_assays import provenance
from latent_assays.errors import UserError
from latent_assays.store import ImageSet, read_arrays, read_image_set

if TYPE_CHECKING:
    from latent_assays.models.autoencoder import Autoencoder

__all__ = ["Opened", "check_fit", "open_run", "rows_to_show"]


@dataclass(frozen=True)
class Opened:
    """A run, and the images that it encoded.

    Attributes:
        decode: codes (B,D) float32 -> images (B,C,H,W).
        mean: (N,D) posterior means of the images.
        data: the images, N of them.
        settings: of the run's model.
        origin: its provenance, as measures hand it on.
    """

    decode: Callable[[np.ndarray], np.ndarray]
    mean: np.ndarray
    data: ImageSet
    settings: dict[str, Any]
    origin: dict[str, Any]


def open_run(run: Path, codes: Path, images: Path, device: str) -> Opened:
    """Open a run, of whatever network.

    Args:
        run: folder of the run.
        codes: its codes of the images.
        images: image set.
        device: `auto`, `cpu` or `cuda`.

    Raises:
        UserError: a file is missing or damaged, the codes are not of these images or not of this
            run, or the images are vectors.
    """
    from latent_assays.models.callables import encode_decode
    from latent_assays.models.weights import load_model
    from latent_assays.training.precision import resolve_device

    network, settings = load_model(run)
    coded, data = read_arrays(codes), read_image_set(images)
    if data.is_vectors:
        raise UserError(f"--images {images} holds vectors, and only images can be looked at")
    check_fit(network, data, coded)
    _, decode = encode_decode(network.to(resolve_device(device)))
    return Opened(decode, coded["mean"], data, settings, provenance.origin_of(coded))


def check_fit(network: "Autoencoder", data: ImageSet, coded: Mapping[str, np.ndarray]) -> None:
    """Refuse codes that are not of these images, and images that are not of this network.

    Raises:
        UserError: one of them does not fit.
    """
    wanted = (len(data), network.latents)
    found = coded["mean"].shape if "mean" in coded else None
    if found != wanted:
        raise UserError(
            f"the codes {'hold no `mean`' if found is None else f'are {found}'}, and {wanted[0]}"
            f" images have {wanted[1]} latents each: make {wanted} with `codes`"
        )
    _, height, width, channels = data.images.shape
    if (channels, height, width) != tuple(network.image_shape):
        raise UserError(
            f"the images are {(channels, height, width)}, and the run's were"
            f" {tuple(network.image_shape)}: give a set of the same shape"
        )


def rows_to_show(data: ImageSet, count: int) -> np.ndarray:
    """Rows of `count` test images, drawn alike for every run on the set; of all if it has fewer."""
    return np.random.default_rng(0).permutation(data.rows_of("test"))[:count]
