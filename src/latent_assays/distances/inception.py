"""The Inception network of 2015-12-05, the only one whose Fréchet distance is called FID.

Heusel et al. (NeurIPS 2017). No package ships its weights: without them FID is null.
"""

from pathlib import Path
from typing import Any

from latent_assays.distances.extractor import Extractor, Unavailable, check_weights
from latent_assays.distances.pixels import RANGE

__all__ = ["SHA256", "open_extractor", "settings_of"]

SHA256 = "6726825d0af5f729cebd5821db510b11b1cfad8faad88a03f1befd49fb9129b2"


def open_extractor(weights: Path | None, input_size: int = 299) -> Extractor:
    """The extractor of the 2048 features of the last pooling.

    Args:
        weights: a file that ends in `inception-2015-12-05-6726825d.pth`; None where there is none.
        input_size: of other extractors; this one always resizes to 299.

    Raises:
        Unavailable: no weights were given.
        UserError: the file is missing or holds other weights.
    """
    if weights is None:
        raise Unavailable(
            "no Inception 2015-12-05 weights were given (the config asks for them by distances.fid)"
        )
    check_weights(weights, SHA256, "Inception 2015-12-05")
    import torch

    from latent_assays.distances.inception_network import InceptionNetwork

    extractor = InceptionNetwork()
    extractor.load_state_dict(torch.load(weights, map_location="cpu", weights_only=True))
    extractor.dimension, extractor.settings = 2048, settings_of()
    return extractor.requires_grad_(False).eval()


def settings_of(input_size: int = 299) -> dict[str, Any]:
    """See `latent_assays.distances.settings_of`; this extractor always resizes to 299."""
    return {
        "extractor": "Inception 2015-12-05",
        "layer": "last pooling",
        "dimension": 2048,
        "weights_sha256": SHA256,
        "resize": "bilinear to 299 x 299 as in TensorFlow 1, align_corners off, antialias off",
        "range": f"{RANGE}, then (x - 128) / 128",
        "dtype": "float32 features, float64 statistics",
    }
