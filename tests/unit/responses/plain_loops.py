"""The response matrices as the released code computes them: one latent after another.

Two nested loops around a response function, with the baseline computed anew for each latent and
every drawn intervention decoded however often it was drawn (the structure of `response_mat` and
`conditioned_response_mat` in github.com/felixludos/latent-responses). The draws are those of
`latent_assays.responses`, so the values must be equal.
"""

import time

import numpy as np

from latent_assays.responses.conditioned import (
    READINGS,
    conditioned_response_matrix,
    draw_traversals,
)
from latent_assays.responses.matrix import draw_interventions, response_matrix

__all__ = ["compare", "plain_conditioned_response_matrix", "plain_response_matrix"]


def plain_response_matrix(encode, decode, latents, samples, seed=0):
    base, replacement = draw_interventions(latents, samples, seed)
    return np.stack([_row(encode, decode, base, replacement, j) for j in range(latents)])


def plain_conditioned_response_matrix(
    encode, decode, codes, sizes, traversals=50, interventions=32, seed=0
):
    generator = np.random.default_rng(seed)
    rows = []
    for factor in range(len(sizes)):
        draws = draw_traversals(
            factor, sizes, traversals, interventions, READINGS["author"], generator
        )
        diagonals = []
        for traversal in range(traversals):
            mine = draws.traversal == traversal
            base = codes[np.repeat(draws.base[mine], draws.count[mine])]
            replacement = codes[np.repeat(draws.replacement[mine], draws.count[mine])]
            matrix = [_row(encode, decode, base, replacement, j) for j in range(codes.shape[1])]
            diagonals.append(np.diagonal(matrix))
        rows.append(np.mean(diagonals, axis=0))
    return np.stack(rows)


def _row(encode, decode, base, replacement, latent):
    intervened = base.copy()
    intervened[:, latent] = replacement[:, latent]
    baseline = encode(decode(base.astype(np.float32))).astype(np.float64)
    responses = encode(decode(intervened.astype(np.float32))).astype(np.float64)
    return np.sqrt(((responses - baseline) ** 2).mean(axis=0) / 2)


def compare(encode, decode, codes, sizes, samples=128, traversals=50, interventions=32):
    """CPU seconds of both ways, their ratio and largest difference, for each matrix.

    Args:
        encode: images (B,...) -> posterior means (B,D).
        decode: codes (B,D) float32 -> images (B,...).
        codes: (N,D) of the full factor grid.
        sizes: K class counts.
        samples: for each row of the response matrix; 128 in the released notebook.
        traversals: for each row of the conditioned matrix.
        interventions: on each latent within one traversal.

    Returns:
        matrix name -> {`plain_s`, `batched_s`, `ratio`, `largest_difference`}.
    """
    latents = codes.shape[1]
    size = {"traversals": traversals, "interventions": interventions}
    ways = {
        "response_matrix": (
            lambda: plain_response_matrix(encode, decode, latents, samples),
            lambda: response_matrix(encode, decode, latents, samples=samples).matrix,
        ),
        "conditioned_response_matrix": (
            lambda: plain_conditioned_response_matrix(encode, decode, codes, sizes, **size),
            lambda: conditioned_response_matrix(encode, decode, codes, sizes, **size).matrix,
        ),
    }
    encode(decode(codes[:8].astype(np.float32)))  # first call: lazy set-up belongs to neither
    results = {}
    for name, (plain, batched) in ways.items():
        expected, plain_s = _timed(plain)
        found, batched_s = _timed(batched)
        results[name] = {
            "plain_s": plain_s,
            "batched_s": batched_s,
            "ratio": plain_s / batched_s,
            "largest_difference": float(np.abs(found - expected).max()),
        }
    return results


def _timed(function):
    start = time.process_time()
    result = function()
    return result, time.process_time() - start
