"""The two functions of arrays that assays are given."""

import numpy as np
import torch

from latent_assays.models import build_network
from latent_assays.models.callables import CHUNK, encode_decode
from latent_assays.training.encode import encode_images

SETTINGS = {"network": "conv", "objective": "beta-vae", "latents": 3, "width": 0.25}


def test_they_are_the_network_in_chunks():
    network = build_network(SETTINGS, (3, 32, 32))
    encode, decode = encode_decode(network)
    images = np.random.default_rng(0).random((CHUNK + 3, 3, 32, 32), dtype=np.float32)
    codes = encode(images)
    assert codes.shape == (CHUNK + 3, 3)
    assert codes.dtype == np.float32
    with torch.no_grad():
        mean = network.encode(torch.from_numpy(images))[0]
        decoded = torch.sigmoid(network.decode(mean))
    np.testing.assert_allclose(codes, mean.numpy(), atol=1e-5)
    np.testing.assert_allclose(decode(codes), decoded.numpy(), atol=1e-5)


def test_they_leave_no_trace_and_keep_their_inputs():
    network = build_network(SETTINGS, (1, 32, 32)).train()
    encode, decode = encode_decode(network)
    codes = np.ones((2, 3), np.float32)
    codes.setflags(write=False)
    np.testing.assert_array_equal(decode(codes), decode(codes))
    assert not network.training
    assert encode(np.empty((0, 1, 32, 32), np.float32)).shape == (0, 3)


def test_encoding_a_byte_image_set_agrees_and_does_not_depend_on_the_batch():
    network = build_network(SETTINGS, (3, 32, 32))
    images = np.random.default_rng(0).integers(0, 256, (70, 32, 32, 3), dtype=np.uint8)
    mean, std = encode_images(network, images, batch=64)
    encode, _ = encode_decode(network)
    floats = (images / 255).transpose(0, 3, 1, 2).astype(np.float32)
    np.testing.assert_allclose(mean, encode(floats), atol=1e-6)
    assert (std > 0).all()
    assert std.shape == (70, 3)
    np.testing.assert_allclose(encode_images(network, images, batch=7)[0], mean, atol=1e-6)


def test_a_deterministic_encoder_has_no_std():
    network = build_network(SETTINGS | {"objective": "ae"}, (1, 32, 32))
    assert encode_images(network, np.zeros((2, 32, 32, 1), np.uint8))[1] is None
