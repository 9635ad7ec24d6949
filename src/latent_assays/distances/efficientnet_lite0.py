"""EfficientNet-Lite0 with its ImageNet weights: 1280 features that no download is needed for.

Tan and Le, EfficientNet (ICML 2019), in the variant without squeeze-and-excitation and with ReLU6
that TensorFlow published for small devices. Network and weights come from two small packages.
"""

from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from latent_assays.distances.extractor import Unavailable, check_weights
from latent_assays.distances.pixels import RANGE
from latent_assays.errors import UserError

__all__ = ["SHA256", "EfficientNetLite0", "open_extractor", "settings_of"]

SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
SMALLEST = 32  # the network halves an image five times


class EfficientNetLite0(torch.nn.Module):
    """Means over space of the last convolution's 1280 channels.

    Images are resized to a fixed side, bilinearly between pixel centres and without antialiasing,
    and normalised as in training: (x - 127) / 128.

    Args:
        weights: the file `efficientnet-lite0-57934424.pth`.
        input_size: side in pixels that images are resized to; the network was trained at 224.

    Raises:
        UserError: the file is missing or is another one, or the side is no positive multiple of 32.
    """

    dimension = 1280

    def __init__(self, weights: str | Path, input_size: int = 64) -> None:
        from efficientnet_lite_pytorch import EfficientNet

        super().__init__()
        if input_size < SMALLEST or input_size % SMALLEST:
            raise UserError(
                f"input size {input_size} does not suit EfficientNet-Lite0: give a multiple of"
                f" {SMALLEST} pixels, such as 64 or 224"
            )
        check_weights(Path(weights), SHA256, "EfficientNet-Lite0")
        network = EfficientNet.from_name("efficientnet-lite0", image_size=input_size)
        network.load_state_dict(torch.load(weights, map_location="cpu", weights_only=True))
        self.network = network.to(memory_format=torch.channels_last).requires_grad_(False)
        self.input_size = input_size
        self.settings = settings_of(input_size)
        self.eval()

    def _prepare(self, images: Tensor) -> Tensor:
        """Images (B,3,H,W) uint8 as the network was trained on them."""
        side = (self.input_size, self.input_size)
        resized = torch.nn.functional.interpolate(
            images.float(), side, mode="bilinear", align_corners=False, antialias=False
        )
        return ((resized - 127) / 128).contiguous(memory_format=torch.channels_last)

    def forward(self, images: Tensor) -> Tensor:
        """Features (B,1280) of images (B,3,H,W) uint8."""
        return self.network.extract_features(self._prepare(images)).mean((2, 3))

    def classify(self, images: Tensor) -> Tensor:
        """Logits (B,1000) of the ImageNet classes, by which the weights can be checked."""
        return self.network(self._prepare(images))


def settings_of(input_size: int) -> dict[str, Any]:
    """See `latent_assays.distances.settings_of`."""
    return {
        "extractor": "EfficientNet-Lite0 (ImageNet-1k)",
        "layer": "last convolution, mean over space",
        "dimension": EfficientNetLite0.dimension,
        "weights_sha256": SHA256,
        "resize": f"bilinear to {input_size} x {input_size}, align_corners off, antialias off",
        "range": f"{RANGE}, then (x - 127) / 128",
        "dtype": "float32 features, float64 statistics",
    }


def open_extractor(weights: Path | None, input_size: int) -> EfficientNetLite0:
    """The extractor; see `latent_assays.distances.open_extractor`."""
    if weights is None:
        raise Unavailable("no EfficientNet-Lite0 weights were given")
    return EfficientNetLite0(weights, input_size)
