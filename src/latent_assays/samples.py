"""What a run reconstructs and generates, to be looked at.

Figs 6, 16 and 17 of paper `structure`.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from latent_assays.distances.pixels import as_bytes
from latent_assays.distances.samples import sample, why_none
from latent_assays.store import ImageSet

__all__ = ["QUARTERS", "quarters_of", "samples_of"]

QUARTERS = 4
Decode = Callable[[np.ndarray], np.ndarray]


def samples_of(
    decode: Decode,
    mean: np.ndarray,
    data: ImageSet,
    rows: np.ndarray,
    count: int,
    settings: Mapping[str, Any],
) -> dict[str, np.ndarray]:
    """Images of every kind, as bytes; values that leave [0,1] are clipped.

    Args:
        decode: codes (B,D) float32 -> images (B,C,H,W).
        mean: (N,D) posterior means of all images.
        data: the images.
        rows: (n,) that are shown beside their reconstructions.
        count: M, how many images are generated.
        settings: of the run's model.

    Returns:
        `original` and `reconstruction` (n,H,W,C); `hybrid` (M,H,W,C); `prior` (M,H,W,C) or, where
        the model has none, `no_prior`, the reason; `quarters` (Q,M,H,W,C), hybrids that differ
        from the code of the first row in one quarter of the latents alone; `quarter` (D,), that of
        each latent.
    """
    made_up = np.arange(count)
    quarter = quarters_of(mean.shape[1])

    def shown(images: np.ndarray) -> np.ndarray:
        return as_bytes(images, data.scale, data.offset)

    def made(kind: str, wanted: np.ndarray, decode: Decode = decode) -> np.ndarray:
        return shown(sample(kind, decode, mean, data, wanted, settings).images)

    def exchanging(number: int) -> Decode:
        return lambda codes: decode(np.where(quarter == number, codes, mean[rows[0]]))

    arrays = {
        "original": shown(data.images[rows]),
        "reconstruction": made("reconstruction", rows),
        "hybrid": made("hybrid", made_up),
        "quarters": np.stack(
            [made("hybrid", made_up, exchanging(number)) for number in np.unique(quarter)]
        ),
        "quarter": quarter,
    }
    if reason := why_none("prior", settings):
        return arrays | {"no_prior": np.array(reason)}
    return arrays | {"prior": made("prior", made_up)}


def quarters_of(latents: int) -> np.ndarray:
    """(D,) number of each latent's quarter, in order; fewer than 4 latents are one each."""
    return np.arange(latents) * min(QUARTERS, latents) // latents
