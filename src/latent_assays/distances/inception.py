"""The Inception network of 2015-12-05, the only one whose Fréchet distance is called FID.

Heusel et al. (NeurIPS 2017). The extractor is torch-fidelity's port through torchmetrics, resized
as TensorFlow 1 did it, without antialiasing. It needs torch-fidelity and torchvision, which this
package does not install, and weights that no package ships: without them FID is null.
"""

from importlib.util import find_spec
from pathlib import Path

from latent_assays.distances.extractor import Extractor, Unavailable, check_weights
from latent_assays.distances.pixels import RANGE

__all__ = ["SHA256", "open_extractor"]

SHA256 = "6726825d0af5f729cebd5821db510b11b1cfad8faad88a03f1befd49fb9129b2"
NEEDED = ("torch_fidelity", "torchvision")


def open_extractor(weights: Path | None, input_size: int = 299) -> Extractor:
    """The extractor of the 2048 features of the last pooling.

    Args:
        weights: a file that ends in `inception-2015-12-05-6726825d.pth`; None where there is none.
        input_size: of other extractors; this one always resizes to 299.

    Raises:
        Unavailable: no weights were given, or a library is missing.
        UserError: the file is missing or holds other weights.
    """
    if weights is None:
        raise Unavailable("no Inception 2015-12-05 weights were given")
    sha256 = check_weights(weights, SHA256, "Inception 2015-12-05")
    missing = [library for library in NEEDED if find_spec(library) is None]
    if missing:
        raise Unavailable(
            f"{' and '.join(missing)} not installed, which hold the Inception network"
        )
    import torch
    from torchmetrics.image.fid import FrechetInceptionDistance

    torch.load(weights, map_location="cpu", weights_only=True)  # torch-fidelity unpickles anything
    metric = FrechetInceptionDistance(
        feature=2048, feature_extractor_weights_path=str(weights), antialias=False
    )
    extractor = metric.inception
    extractor.dimension = 2048
    extractor.settings = {
        "extractor": "Inception 2015-12-05 (torch-fidelity)",
        "layer": "last pooling",
        "dimension": 2048,
        "weights_sha256": sha256,
        "resize": "bilinear to 299 x 299 as in TensorFlow 1, align_corners off, antialias off",
        "range": f"{RANGE}, then (x - 128) / 128",
        "dtype": "float32 features, float64 statistics",
    }
    return extractor
