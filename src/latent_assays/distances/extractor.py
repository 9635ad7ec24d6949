"""What a feature extractor offers, and features of a whole image set, computed once."""

from pathlib import Path
from typing import Any, Protocol

import numpy as np

from latent_assays.distances.pixels import as_bytes
from latent_assays.errors import UserError

__all__ = ["Extractor", "Unavailable", "check_weights", "extract_features"]


class Unavailable(Exception):
    """A feature extractor cannot be had on this machine; the message says why."""


class Extractor(Protocol):
    """A network that maps images to features; a `torch.nn.Module` in eval mode.

    Attributes:
        dimension: d of the features.
        settings: what the features depend on, for the record: network, layer, `weights_sha256`,
            resize, range and dtype.
    """

    dimension: int
    settings: dict[str, Any]

    def __call__(self, images: Any) -> Any:
        """Features (B,d) float32 of images (B,3,H,W) uint8, both tensors."""
        ...


def extract_features(
    extractor: Extractor,
    images: np.ndarray,
    rows: np.ndarray,
    scale: float = 1 / 255,
    offset: float = 0.0,
    device: str = "cpu",
    batch: int = 32,
) -> np.ndarray:
    """Features of some rows of an image set, which is streamed.

    Args:
        extractor: see `Extractor`.
        images: (N,H,W,C), C 1 or 3; uint8, or floats in [0,1]. Grey images become three equal
            channels.
        rows: (n,) of the images.
        scale: value of a uint8 pixel = scale * u8 + offset; see `as_bytes`.
        offset: see scale.
        device: that the network runs on.
        batch: images at once; bounds memory and changes nothing else.

    Returns:
        (n,d) float32.

    Raises:
        UserError: the images are neither grey nor RGB, or floats leave [0,1].
    """
    import torch

    if images.ndim != 4 or images.shape[3] not in (1, 3):
        raise UserError(f"images must be (N,H,W,C) with C 1 or 3, not {images.shape}")
    torch.set_num_threads(1)
    extractor.to(device)
    features = np.empty((len(rows), extractor.dimension), np.float32)
    with torch.no_grad():
        for start in range(0, len(rows), batch):
            pixels = as_bytes(images[rows[start : start + batch]], scale, offset)
            given = torch.from_numpy(pixels).to(device).permute(0, 3, 1, 2)
            given = given.expand(-1, 3, -1, -1)
            features[start : start + batch] = extractor(given).cpu().numpy()
    return features


def check_weights(path: Path, sha256: str, title: str) -> None:
    """Hash a file of weights, and refuse any other than those wanted.

    Args:
        path: the file.
        sha256: of the file wanted, in hex.
        title: what the weights are, for the message.

    Raises:
        UserError: there is no such file, or it holds something else.
    """
    from hashlib import file_digest

    if not path.is_file():
        raise UserError(f"{path} does not exist: give the file of the {title} weights")
    with open(path, "rb") as file:
        found = file_digest(file, "sha256").hexdigest()
    if found != sha256:
        raise UserError(
            f"{path} does not hold the {title} weights: its sha256 begins {found[:12]} instead of"
            f" {sha256[:12]}; give the original file"
        )
