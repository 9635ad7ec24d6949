"""Codes to decode: from the prior, or hybrids of encoded images."""

import numpy as np

__all__ = ["hybrid_codes", "prior_codes"]


def prior_codes(count: int, latents: int, rng: np.random.Generator) -> np.ndarray:
    """Codes (count,D) float32 from N(0,I)."""
    return rng.standard_normal((count, latents), dtype=np.float32)


def hybrid_codes(
    pool: np.ndarray, count: int, rng: np.random.Generator, segments: int | None = None
) -> np.ndarray:
    """Codes whose variables each come from a code of the pool, drawn by itself with replacement.

    So marginals are the pool's and variables are independent (structure paper, section 3.2). The
    paper's pool are the posterior means of 128 training images.

    Args:
        pool: (M,D) posterior means.
        count: of codes to make.
        rng: random numbers.
        segments: a variable is one of so many equal runs of latents; None is single latents.

    Returns:
        Codes (count,D) of the pool's type.

    Raises:
        ValueError: `segments` does not divide D.
    """
    latents = pool.shape[1]
    variables = latents if segments is None else segments
    if latents % variables:
        raise ValueError(f"{latents} latents do not make {variables} equal segments")
    drawn = rng.integers(len(pool), size=(count, variables))
    members = np.repeat(drawn, latents // variables, axis=1)
    return pool[members, np.arange(latents)]
