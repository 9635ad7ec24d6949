"""What an explorer shows: a network, some images to start from, codes, and what is known of it."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from latent_assays import provenance
from latent_assays.errors import UserError
from latent_assays.explorer.export import export_network
from latent_assays.explorer.packing import packed
from latent_assays.models.autoencoder import Autoencoder
from latent_assays.opened import check_fit
from latent_assays.split import TEST
from latent_assays.store import ImageSet

__all__ = ["explorer_of"]

IMAGES = 24  # to start from
POINTS = 300  # of vectors, which are drawn among others
CODES = 512
PRIOR_REACH = 3.0  # of a slider, in standard deviations of the prior


def explorer_of(
    network: Autoencoder,
    data: ImageSet,
    coded: Mapping[str, np.ndarray],
    title: str,
    sources: Sequence[str],
    matrix: Mapping[str, np.ndarray] | None = None,
    response_map: Mapping[str, np.ndarray] | None = None,
) -> dict[str, Any]:
    """An explorer as JSON, which `page.card` and `page.embedded` lay out.

    Args:
        network: trained.
        data: N images (N,H,W,C) that it can encode; a few of the test part are shown.
        coded: their codes: `mean` (N,D), `std` (N,D) where the posterior has one, `provenance`.
        title: of the explorer.
        sources: sentences: of which data and which training.
        matrix: arrays of the run's `matrix` assay; the page computes the matrix if there is none.
        response_map: arrays of the run's `map` assay, the first map that the page shows.

    Raises:
        UserError: the codes are of other images, an assay is of another run, or the network has a
            layer that the explorer does not know.
    """
    check_fit(network, data, coded)
    mean = coded["mean"]
    for name, assay in (("matrix", matrix), ("map", response_map)):
        if assay is not None and provenance.origin_of(assay) != provenance.origin_of(coded):
            raise UserError(f"the {name} is of another run, or of other images, than the codes")
    draw = np.random.default_rng(0)
    rows = _rows_to_show(data, draw)
    return {
        "title": title,
        "sources": list(sources),
        "latents": network.latents,
        "imageShape": list(network.image_shape),
        "prior": "std" in coded,
        "network": export_network(network),
        "images": packed(np.asarray(data.images[rows])),
        "alternatives": [_in_words(data, row) for row in rows[:IMAGES]],
        "codes": packed(draw.permutation(mean)[:CODES].astype(np.float32)),
        "ranges": _ranges(mean, "std" in coded).tolist(),
        "matrix": None if matrix is None else _matrix(matrix),
        "map": None if response_map is None else _map(response_map),
    }


def _rows_to_show(data: ImageSet, draw: np.random.Generator) -> np.ndarray:
    """Rows of test images, or of any if there are none; those to start from come first."""
    test = np.flatnonzero(data.split == TEST)
    rows = test if len(test) else np.arange(len(data))
    return draw.permutation(rows)[: POINTS if data.is_vectors else IMAGES]


def _in_words(data: ImageSet, row: int) -> str:
    """An image for those who do not see it: its row, and its factors where they are known."""
    named = zip(data.factor_names, data.factors[row], strict=True)
    factors = [f"{name} {value:.4g}" for name, value in named]
    return f"image {row}" + (f": {', '.join(factors)}" if factors else "")


def _ranges(mean: np.ndarray, prior: bool) -> np.ndarray:
    """Least and largest value (D,2) of each slider: those of the codes, and of a prior's bulk."""
    low, high = mean.min(axis=0).astype(float), mean.max(axis=0).astype(float)
    if prior:
        low, high = np.minimum(low, -PRIOR_REACH), np.maximum(high, PRIOR_REACH)
    high = np.maximum(high, low + 1e-3)  # of a latent that never moves
    return np.stack([low, high], axis=1)


def _matrix(matrix: Mapping[str, np.ndarray]) -> dict[str, Any]:
    return {
        "matrix": packed(matrix["matrix"].astype(np.float32)),
        "error": packed(matrix["standard_error"].astype(np.float32)),
        "samples": int(matrix["samples"]),
    }


def _map(response: Mapping[str, np.ndarray]) -> dict[str, Any]:
    return {
        "latents": response["latents"].tolist(),
        "base": response["base"].tolist(),
        "points": len(response["axis"]),
        "extent": float(response["axis"][-1]),
        "field": packed(response["field"].astype(np.float32)),
    }
