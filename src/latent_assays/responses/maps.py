"""Response maps (eq. 11): where the latent space flows to, on a plane through two latents."""

from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np

from latent_assays.errors import UserError
from latent_assays.responses.function import BATCH, Decode, Encode, counted, respond

__all__ = [
    "ResponseMap",
    "Selection",
    "divergence",
    "map_of",
    "mean_curvature",
    "plane_codes",
    "response_map",
    "select_latents",
    "value_at",
]

# Added to |u| before dividing by it: u vanishes at fixed points of h.
LEAST_NORM = 1e-8


@dataclass(frozen=True)
class ResponseMap:
    """A response field and what follows from it; `vars(result)` is ready for an npz.

    The first axis of every map is the first latent (drawn horizontally), the second axis the
    second latent (upwards): transpose for `imshow`, with `origin="lower"`.

    Attributes:
        axis: (G,) grid values, the same for both latents.
        field: (G,G,2) u(z) = h(z) - z along the two latents.
        magnitude: (G,G) |u|.
        divergence: (G,G) div u; negative where the space converges.
        curvature: (G,G) mean curvature H = -1/2 div(u/|u|); positive on the latent manifold.
        latents: (2,) the two latents.
        base: (D,) the code that fixes the other latents.
        spacing: `true` (derivatives by latent units) or `index` (by grid steps).
    """

    axis: np.ndarray
    field: np.ndarray
    magnitude: np.ndarray
    divergence: np.ndarray
    curvature: np.ndarray
    latents: np.ndarray
    base: np.ndarray
    spacing: str


@dataclass(frozen=True)
class Selection:
    """The pair of latents to map.

    Attributes:
        latents: (i, j), i < j.
        coupling: min(M_ij, M_ji).
        rule: in words, why this pair.
    """

    latents: tuple[int, int]
    coupling: float
    rule: str


def map_of(arrays: Mapping[str, np.ndarray]) -> ResponseMap:
    """The response map that `vars(result)` stored, among other arrays."""
    return ResponseMap(**{field.name: arrays[field.name] for field in fields(ResponseMap)})


def select_latents(matrix: np.ndarray, active: float = 0.5) -> Selection:
    """The active pair that responds most to each other.

    Args:
        matrix: (D,D) latent response matrix M (eq. 8).
        active: a latent is active if its M_jj is larger.

    Raises:
        UserError: there is only one latent.
    """
    matrix = np.asarray(matrix)
    if len(matrix) < 2:
        raise UserError("a response map needs two latents, and this model has one")
    candidates = np.flatnonzero(matrix.diagonal() > active)
    which = f"with M_jj > {active:g}"
    if len(candidates) < 2:
        candidates = np.sort(np.argsort(-matrix.diagonal(), kind="stable")[:2])
        which = f"with the largest M_jj (fewer than two exceed {active:g})"
    coupling = np.minimum(matrix, matrix.T)[np.ix_(candidates, candidates)]
    first, second = np.triu_indices(len(candidates), k=1)
    best = np.argmax(coupling[first, second])
    i, j = int(candidates[first[best]]), int(candidates[second[best]])
    return Selection(
        (i, j),
        float(coupling[first[best], second[best]]),
        (f"of the pairs of latents {which}, the one with the largest min(M_ij, M_ji)"),
    )


def plane_codes(positions: np.ndarray, base: np.ndarray, latents: tuple[int, int]) -> np.ndarray:
    """Codes (P,D) at `positions` (P,2) of two latents, the other latents as in `base` (D,)."""
    codes = np.repeat(np.asarray(base, np.float64)[None], len(positions), axis=0)
    codes[:, list(latents)] = positions
    return codes


def response_map(
    encode: Encode,
    decode: Decode,
    base: np.ndarray,
    latents: tuple[int, int],
    *,
    extent: float = 2.0,
    points: int = 64,
    spacing: str = "true",
    batch: int = BATCH,
    progress: bool = False,
) -> ResponseMap:
    """Response field u(z) = h(z) - z on a square grid, with divergence and mean curvature.

    Time grows with the G² rows that are decoded: half as many points make it a fourth.

    Args:
        encode: images (B,...) -> posterior means (B,D).
        decode: codes (B,D) float32 -> images (B,...).
        base: (D,) code that fixes the other latents: a prior sample or an encoded image.
        latents: the two latents, horizontal first.
        extent: the grid runs from -extent to extent along both.
        points: G grid points along each, at least 2.
        spacing: `true` divides derivatives by the grid step; `index`, as in the released code,
            does not, so that divergence and curvature come out smaller by the step.
        batch: rows decoded at once; it bounds the memory and does not change the result.
        progress: show on stderr, if it is a terminal, how many rows are decoded.

    Raises:
        UserError: an argument does not fit, `encode` and `decode` included, see `respond`.
    """
    base = np.asarray(base, np.float64)
    if len(set(latents)) != 2 or not all(0 <= latent < len(base) for latent in latents):
        raise UserError(
            f"latents {tuple(latents)} must be two different ones of 0..{len(base) - 1}"
        )
    if points < 2 or extent <= 0:
        raise UserError(f"points = {points} must be at least 2 and extent = {extent} positive")
    if spacing not in ("true", "index"):
        raise UserError(f"spacing {spacing!r} must be 'true' or 'index'")
    axis = np.linspace(-extent, extent, points)
    grid = np.stack(np.meshgrid(axis, axis, indexing="ij"), axis=-1)
    # Rounded as `decode` gets them, or u would be that rounding near fixed points.
    codes = plane_codes(grid.reshape(-1, 2), base, latents).astype(np.float32)
    with counted(decode, len(codes), progress) as decode_counted:
        displacement = respond(encode, decode_counted, codes, batch=batch) - codes
    field = displacement[:, list(latents)].reshape(grid.shape)
    step = axis[1] - axis[0] if spacing == "true" else 1.0
    return ResponseMap(
        axis=axis,
        field=field,
        magnitude=np.linalg.norm(field, axis=-1),
        divergence=divergence(field, step),
        curvature=mean_curvature(field, step),
        latents=np.asarray(latents),
        base=base,
        spacing=spacing,
    )


def divergence(field: np.ndarray, step: float = 1.0) -> np.ndarray:
    """Divergence (G,G) of a field (G,G,2): central differences, one-sided at the edges."""
    return np.gradient(field[..., 0], step, axis=0) + np.gradient(field[..., 1], step, axis=1)


def mean_curvature(field: np.ndarray, step: float = 1.0) -> np.ndarray:
    """Mean curvature H = -1/2 div(u/|u|) (G,G) of a field u (G,G,2); 1/(2|z|) for h(z) = cz."""
    norm = np.linalg.norm(field, axis=-1, keepdims=True)
    return -divergence(field / (norm + LEAST_NORM), step) / 2


def value_at(values: np.ndarray, axis: np.ndarray, positions: np.ndarray) -> np.ndarray:
    """A map's values at any positions, by bilinear interpolation.

    Args:
        values: (G,G) map.
        axis: (G,) its grid values.
        positions: (P,2).

    Returns:
        (P,); NaN outside the map.
    """
    from scipy.interpolate import RegularGridInterpolator

    interpolate = RegularGridInterpolator(
        (axis, axis), values, bounds_error=False, fill_value=np.nan
    )
    return interpolate(positions)
