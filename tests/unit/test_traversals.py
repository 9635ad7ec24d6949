"""Traversals, by decoders in closed form."""

import numpy as np
import pytest

from latent_assays.traversals import segments_of, traverse

SEEN = np.array([[0.1, 0.5, 0.3], [0.9, 0.4, 0.3], [0.4, 0.6, 0.3]], np.float32)
HELD = np.array([[0.2, 0.45, 0.3], [0.3, 0.55, 0.3]], np.float32)
HALF = 0.501 / 255  # of a byte


def a_pixel_a_latent(codes):
    """Images (B,1,1,D) of which pixel j is latent j."""
    return codes[:, None, None]


def test_each_latent_moves_evenly_from_the_least_to_the_largest_value_seen():
    made = traverse(a_pixel_a_latent, SEEN, HELD, 5)
    np.testing.assert_allclose(made.values[0], [0.1, 0.3, 0.5, 0.7, 0.9], rtol=1e-6)
    np.testing.assert_allclose(made.values[1], [0.4, 0.45, 0.5, 0.55, 0.6], rtol=1e-6)
    np.testing.assert_allclose(made.values[2], [0.3] * 5, rtol=1e-6)


def test_all_others_stay_those_of_the_code():
    images = traverse(a_pixel_a_latent, SEEN, HELD, 5).images
    assert images.shape == (2, 3, 5, 1, 3, 1)
    assert images.dtype == np.uint8
    values = traverse(a_pixel_a_latent, SEEN, HELD, 5).values
    for code, latent in np.ndindex(2, 3):
        expected = np.repeat(HELD[code][None], 5, axis=0)
        expected[:, latent] = values[latent]
        shown = images[code, latent].reshape(5, 3)
        np.testing.assert_allclose(shown / 255, expected, atol=HALF)


def test_the_effect_is_the_mean_square_of_what_moves():
    """Of three pixels one moves; steps 0 to 1 in thirds have variance 5/36."""
    seen = np.array([[0, 0, 0.5], [1, 0.5, 0.5]])
    made = traverse(a_pixel_a_latent, seen, HELD, 4)
    np.testing.assert_allclose(made.effect, [5 / 36 / 3, 5 / 36 / 4 / 3, 0], rtol=1e-6, atol=1e-15)


def test_the_effect_does_not_count_what_differs_between_codes():
    made = traverse(lambda codes: a_pixel_a_latent(codes * [1, 0, 0]), SEEN, HELD, 4)
    assert made.effect[0] > 0
    np.testing.assert_allclose(made.effect[1:], 0, atol=1e-15)


def test_channels_come_last():
    def in_colour(codes):
        return np.broadcast_to(codes[:, :, None, None], (len(codes), 3, 2, 4))

    images = traverse(in_colour, SEEN, HELD, 2).images
    assert images.shape == (2, 3, 2, 2, 4, 3)
    np.testing.assert_allclose(images[0, 0, 1, 0, 0] / 255, [0.9, 0.45, 0.3], atol=HALF)


def test_images_outside_of_the_range_are_clipped_and_have_their_whole_effect():
    """A Gaussian likelihood leaves [0,1]."""
    seen = np.array([[-1.0], [3.0]])
    made = traverse(a_pixel_a_latent, seen, np.zeros((1, 1)), 2)
    assert made.images.ravel().tolist() == [0, 255]
    np.testing.assert_allclose(made.effect, 4)


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"network": "structural", "segments": 12}, range(12)),
        ({"network": "structural", "segments": 3}, [0] * 4 + [1] * 4 + [2] * 4),
        ({"network": "ladder", "segments": 4}, [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3]),
        ({"network": "adaptive", "segments": 12}, [0] * 12),
        ({"network": "hourglass", "segments": 3}, [0] * 12),  # as a second phase may inherit
        ({"network": "own"}, [0] * 12),
    ],
)
def test_segments_are_those_latents_that_enter_the_decoder_together(settings, expected):
    assert segments_of(settings, 12).tolist() == list(expected)


def test_segments_are_those_that_a_structural_decoder_splits_its_code_into():
    import torch

    found = segments_of({"network": "structural", "segments": 4}, 12)
    chunks = torch.arange(12).chunk(4)
    assert [chunk.tolist() for chunk in chunks] == [
        np.flatnonzero(found == segment).tolist() for segment in range(4)
    ]
