"""The latent response matrix (eq. 8): which latent answers when another is replaced."""

from dataclasses import dataclass

import numpy as np

from latent_assays.errors import UserError
from latent_assays.responses.function import (
    BATCH,
    Decode,
    Encode,
    counted,
    intervention_responses,
    respond,
)

__all__ = ["ResponseMatrix", "draw_interventions", "response_matrix"]


@dataclass(frozen=True)
class ResponseMatrix:
    """A latent response matrix and how well it is known; `vars(result)` is ready for an npz.

    Attributes:
        matrix: (D,D) M, row j = the latent replaced, column k = the latent that responds.
        standard_error: (D,D) Monte-Carlo standard error of M, by the delta method; 0 where M is 0.
        samples: interventions for each row.
    """

    matrix: np.ndarray
    standard_error: np.ndarray
    samples: int


def draw_interventions(
    latents: int, samples: int, seed: int = 0, codes: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Base codes and, for each, an independent replacement of every latent.

    Args:
        latents: D.
        samples: S.
        seed: of the random draws.
        codes: (N,D) to draw from instead of the prior N(0,I): rows for the base codes, each
            latent from a row of its own for the replacements.

    Returns:
        base (S,D) and replacement (S,D), float64.

    Raises:
        UserError: `codes` has another number of latents.
    """
    generator = np.random.default_rng(seed)
    if codes is None:
        return tuple(generator.standard_normal((2, samples, latents)))
    if np.ndim(codes) != 2 or np.shape(codes)[1] != latents or len(codes) == 0:
        raise UserError(f"codes {np.shape(codes)} must be (N,{latents}) for {latents} latents")
    base = codes[generator.integers(len(codes), size=samples)]
    rows = generator.integers(len(codes), size=(samples, latents))
    return base.astype(np.float64), codes[rows, np.arange(latents)].astype(np.float64)


def response_matrix(
    encode: Encode,
    decode: Decode,
    latents: int,
    *,
    samples: int = 1024,
    seed: int = 0,
    batch: int = BATCH,
    codes: np.ndarray | None = None,
    progress: bool = False,
) -> ResponseMatrix:
    """Latent response matrix, eq. 8 of Leeb et al. with its factor 1/2.

    M_jk^2 = 1/2 E[(h_k(z with z_j replaced) - h_k(z))^2], z ~ N(0,I), replacement ~ N(0,1):
    the total-effect Sobol index of latent j on response k, not normalised. M_jj is near 0 for a
    latent that the decoder ignores and near 1 for one whose value is fully recovered; entries may
    exceed 1. All rows share the base codes, whose responses are computed once: (D+1) S codes are
    decoded, where one row after the other takes 2 D S, so that the gain over such a plain double
    loop is at most 2D/(D+1). `conditioned_response_matrix`, which draws few codes many times over,
    gains more. Time grows with these (D+1) S rows: fewer samples make it shorter, and the standard
    error larger by the root of as much; so does a GPU with a larger `batch`, at the same error.

    Args:
        encode: images (B,...) -> posterior means (B,D).
        decode: codes (B,D) float32 -> images (B,...).
        latents: D.
        samples: interventions for each row, at least 2.
        seed: of the random draws.
        batch: rows decoded at once; it bounds the memory and does not change the result.
        codes: (N,D) codes of the data, for an autoencoder without a prior: base codes and
            replacements are then resampled from them, and a fully recovered latent has M_jj near
            its standard deviation.
        progress: show on stderr, if it is a terminal, how many rows are decoded.

    Raises:
        UserError: `samples` or `codes` do not fit, or `encode` and `decode` do not, see `respond`.
    """
    if samples < 2:
        raise UserError(f"samples = {samples}: a standard error needs at least 2")
    base, replacement = draw_interventions(latents, samples, seed, codes)
    total = np.zeros((latents, latents))
    total_of_squares = np.zeros((latents, latents))
    with counted(decode, (latents + 1) * samples, progress) as decode_counted:
        baseline = respond(encode, decode_counted, base, batch=batch)
        for pair, latent, responses in intervention_responses(
            encode, decode_counted, base, replacement, batch=batch
        ):
            half_squared = (responses - baseline[pair]) ** 2 / 2
            np.add.at(total, latent, half_squared)
            np.add.at(total_of_squares, latent, half_squared**2)
    mean = total / samples
    variance = np.maximum(total_of_squares / samples - mean**2, 0) / (samples - 1)
    matrix = np.sqrt(mean)
    return ResponseMatrix(matrix, root_standard_error(matrix, np.sqrt(variance)), samples)


def root_standard_error(root: np.ndarray, error_of_square: np.ndarray) -> np.ndarray:
    """Standard error of a square root from that of its square (delta method); 0 at 0."""
    return np.divide(error_of_square, 2 * root, out=np.zeros_like(root), where=root > 0)
