import numpy as np
import pytest

from latent_assays.errors import UserError
from latent_assays.responses.function import intervention_responses, respond

CODES = np.random.default_rng(0).standard_normal((23, 3))


def squash(images):
    return np.tanh(images[:, :3])


def widen(codes):
    return np.concatenate([codes, codes**2], axis=1)


def test_respond_is_encode_after_decode():
    np.testing.assert_allclose(respond(squash, widen, CODES), np.tanh(CODES), atol=1e-6)


@pytest.mark.parametrize("batch", [1, 4, 23, 100])
def test_no_more_than_batch_rows_are_decoded_at_once(batch):
    sizes = []

    def decode(codes):
        sizes.append(len(codes))
        assert codes.dtype == np.float32
        return codes

    responses = respond(lambda images: images, decode, CODES, batch=batch)
    assert max(sizes) == min(batch, len(CODES))
    assert sum(sizes) == len(CODES)
    np.testing.assert_array_equal(responses, CODES.astype(np.float32))


@pytest.mark.parametrize("batch", [1, 7, 1000])
def test_each_intervention_replaces_one_latent(batch):
    replacement = np.random.default_rng(1).standard_normal(CODES.shape)
    seen = np.zeros(CODES.shape, int)
    for pair, latent, responses in intervention_responses(
        lambda images: images, lambda codes: codes, CODES, replacement, batch=batch
    ):
        for p, j, response in zip(pair, latent, responses, strict=True):
            expected = CODES[p].copy()
            expected[j] = replacement[p, j]
            np.testing.assert_allclose(response, expected, atol=1e-6)
            seen[p, j] += 1
    assert (seen == 1).all()


def test_wrong_number_of_latents_is_a_user_error():
    with pytest.raises(UserError, match="one posterior mean for each latent"):
        respond(lambda images: images[:, :2], lambda codes: codes, CODES)


def test_nan_responses_are_a_user_error():
    with pytest.raises(UserError, match="NaN or infinite"):
        respond(lambda images: images * np.nan, lambda codes: codes, CODES)
