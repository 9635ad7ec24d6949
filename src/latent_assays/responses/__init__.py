"""Latent-response assays: decode a code, encode the result, and see what came back.

Leeb, Bauer, Besserve and Schölkopf, *Exploring the Latent Space of Autoencoders with
Interventional Assays*, NeurIPS 2022. Every function takes plain callables and arrays, so any
autoencoder can be assayed:

    encode(images (B,...)) -> posterior means (B,D)
    decode(codes (B,D) float32) -> images (B,...)

Both must treat the rows of a batch independently (a network in evaluation mode does).

>>> import numpy as np
>>> from latent_assays.responses import response_matrix
>>> A = np.array([[0.9, 0.2], [0.0, 0.5]])
>>> result = response_matrix(lambda images: images @ A.T, lambda codes: codes, latents=2)
>>> bool(np.all(np.abs(result.matrix - np.abs(A).T) < 4 * result.standard_error + 1e-6))
True
"""

from latent_assays.responses.cds import causal_disentanglement_score, cds, rescale
from latent_assays.responses.conditioned import (
    READINGS,
    ConditionedResponseMatrix,
    conditioned_response_matrix,
    grid_order,
)
from latent_assays.responses.function import respond
from latent_assays.responses.graph import relatives, response_graph
from latent_assays.responses.maps import (
    ResponseMap,
    Selection,
    plane_codes,
    response_map,
    select_latents,
    value_at,
)
from latent_assays.responses.matrix import ResponseMatrix, response_matrix
from latent_assays.responses.paths import (
    PathEnds,
    PathNumbers,
    cluster_ends,
    manifold_path,
    path_numbers,
    straight_path,
    subsample,
)

__all__ = [
    "READINGS",
    "ConditionedResponseMatrix",
    "PathEnds",
    "PathNumbers",
    "ResponseMap",
    "ResponseMatrix",
    "Selection",
    "causal_disentanglement_score",
    "cds",
    "cluster_ends",
    "conditioned_response_matrix",
    "grid_order",
    "manifold_path",
    "path_numbers",
    "plane_codes",
    "relatives",
    "rescale",
    "respond",
    "response_graph",
    "response_map",
    "response_matrix",
    "select_latents",
    "straight_path",
    "subsample",
    "value_at",
]
