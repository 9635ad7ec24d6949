"""The batched assays against plain loops: equal values for equal draws, and less work.

Work is counted in rows decoded; the bench times it.
"""

import numpy as np
from plain_loops import plain_conditioned_response_matrix, plain_response_matrix

from latent_assays.responses import conditioned_response_matrix, response_matrix

SIZES = (4, 3, 5)
LATENTS = 6
WEIGHTS = np.random.default_rng(0).standard_normal((2, LATENTS, LATENTS)) / 2
CODES = np.random.default_rng(1).standard_normal((int(np.prod(SIZES)), LATENTS)).astype(np.float32)


class Model:
    """A nonlinear autoencoder that counts the rows it decodes."""

    def __init__(self):
        self.rows = 0

    def encode(self, images):
        return np.tanh(images) @ WEIGHTS[1]

    def decode(self, codes):
        self.rows += len(codes)
        return np.tanh(codes @ WEIGHTS[0])


def test_response_matrix_equals_the_plain_loop_with_half_the_decoding():
    plain, batched = Model(), Model()
    expected = plain_response_matrix(plain.encode, plain.decode, LATENTS, 50)
    found = response_matrix(batched.encode, batched.decode, LATENTS, samples=50).matrix
    np.testing.assert_allclose(found, expected, rtol=1e-9)
    assert plain.rows == 2 * LATENTS * 50
    assert batched.rows == (LATENTS + 1) * 50


def test_conditioned_matrix_equals_the_plain_loop_with_a_third_of_the_decoding():
    plain, batched = Model(), Model()
    expected = plain_conditioned_response_matrix(plain.encode, plain.decode, CODES, SIZES)
    found = conditioned_response_matrix(batched.encode, batched.decode, CODES, SIZES).matrix
    np.testing.assert_allclose(found, expected, rtol=1e-9)
    assert plain.rows > 3 * batched.rows
