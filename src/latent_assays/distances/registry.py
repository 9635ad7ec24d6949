"""Feature extractors, distances, and kinds of samples by name."""

from typing import NamedTuple

__all__ = ["DISTANCES", "EXTRACTORS", "SAMPLES", "Distance"]

SAMPLES = ("reconstruction", "prior", "hybrid")
"""What a run's images can be."""


class Distance(NamedTuple):
    """What a distance is made of: a key of `EXTRACTORS`, and `frechet` or `kernel`."""

    extractor: str
    formula: str


# extractor -> module of this package; each offers `open_extractor(weights, input_size)` and
# `settings_of(input_size)`
EXTRACTORS = {"efflite0": "efficientnet_lite0", "inception": "inception"}

DISTANCES = {
    "fd_efflite0": Distance("efflite0", "frechet"),
    "kid_efflite0": Distance("efflite0", "kernel"),
    "fid": Distance("inception", "frechet"),
}
