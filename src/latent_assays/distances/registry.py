"""Feature extractors, distances, and kinds of samples by name."""

from typing import NamedTuple

__all__ = ["DISTANCES", "EXTRACTORS", "PIXELS", "SAMPLES", "Distance"]

SAMPLES = ("reconstruction", "prior", "hybrid")
"""What a run's images can be."""


class Distance(NamedTuple):
    """What a distance is made of: `PIXELS` or a key of `EXTRACTORS`, and `frechet` or `kernel`."""

    extractor: str
    formula: str


PIXELS = "pixels"
"""The extractor that is fitted to the reference's own images; it needs no weights."""

# extractor -> module of this package; each offers `open_extractor(weights, input_size)` and
# `settings_of(input_size)`
EXTRACTORS = {"efflite0": "efficientnet_lite0", "inception": "inception"}

DISTANCES = {
    "fd_pixels": Distance(PIXELS, "frechet"),
    "fd_efflite0": Distance("efflite0", "frechet"),
    "kid_efflite0": Distance("efflite0", "kernel"),
    "fid": Distance("inception", "frechet"),
}
