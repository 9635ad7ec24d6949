"""The latent response function h = encode o decode (eqs 6-7), under a memory bound."""

from collections.abc import Callable, Iterator

import numpy as np

from latent_assays.errors import UserError

__all__ = ["BATCH", "Decode", "Encode", "intervention_responses", "respond"]

Encode = Callable[[np.ndarray], np.ndarray]
Decode = Callable[[np.ndarray], np.ndarray]

# Rows decoded at once. How many are best on a core depends on the network: against batches of 32,
# those of 64 made the response matrix of `conv` 1.2 times faster at 32 px and half the channels,
# 1.05 times at 64 px, and that of `pooled-conv` at 64 px 0.8 times. On a GPU, pass as many as its
# memory holds.
BATCH = 64


def respond(encode: Encode, decode: Decode, codes: np.ndarray, *, batch: int = BATCH) -> np.ndarray:
    """Latent responses h(z) = encode(decode(z)): the posterior means of what was decoded.

    Args:
        encode: images (B,...) -> posterior means (B,D).
        decode: codes (B,D) float32 -> images (B,...).
        codes: (N,D).
        batch: rows decoded at once; it bounds the memory and does not change the result.

    Returns:
        (N,D) float64.

    Raises:
        UserError: the responses are not (B,D) finite numbers.
    """
    responses = np.empty(np.shape(codes))
    for start in range(0, len(codes), batch):
        chunk = slice(start, start + batch)
        responses[chunk] = _respond_at_once(encode, decode, codes[chunk])
    return responses


def intervention_responses(
    encode: Encode,
    decode: Decode,
    base: np.ndarray,
    replacement: np.ndarray,
    *,
    batch: int = BATCH,
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Responses to replacing each latent of each base code, one latent at a time.

    The P x D interventions run in full batches, so that few rows for each latent cost no more a
    row than many.

    Args:
        encode: see `respond`.
        decode: see `respond`.
        base: (P,D) codes z.
        replacement: (P,D); z_j is replaced by `replacement[:, j]`.
        batch: see `respond`.

    Yields:
        which pair (B,), which latent was replaced (B,), and h(z with z_j replaced) (B,D) float64.
    """
    pairs, latents = np.shape(base)
    for start in range(0, pairs * latents, batch):
        pair, latent = np.divmod(np.arange(start, min(start + batch, pairs * latents)), latents)
        codes = base[pair]
        codes[np.arange(len(pair)), latent] = replacement[pair, latent]
        yield pair, latent, _respond_at_once(encode, decode, codes)


def _respond_at_once(encode: Encode, decode: Decode, codes: np.ndarray) -> np.ndarray:
    responses = np.asarray(encode(decode(np.asarray(codes, np.float32))), np.float64)
    if responses.shape != codes.shape:
        raise UserError(
            f"encode(decode(codes)) gave {responses.shape} for codes {codes.shape}: "
            "encode must return one posterior mean for each latent of each row"
        )
    if not np.isfinite(responses).all():
        raise UserError(
            "encode(decode(codes)) gave NaN or infinite means: check that the model was trained "
            "and that decode's images have the scale that encode expects"
        )
    return responses
