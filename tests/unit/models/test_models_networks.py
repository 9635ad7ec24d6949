"""Networks have the papers' sizes, and shapes at every image size they claim."""

import pytest
import torch

from latent_assays.models import build_network


def settings(network, latents, objective="beta-vae", **more):
    return {"network": network, "objective": objective, "latents": latents, **more}


def count(network):
    return sum(parameter.numel() for parameter in network.parameters())


@pytest.mark.parametrize("side", [64, 32])
def test_model_a_has_the_parameters_of_the_released_checkpoint(side):
    assert count(build_network(settings("pooled-conv", 24), (3, side, side))) == 510_067


def test_conv_has_the_parameters_of_its_table():
    """Worked out by hand from disentanglement_lib's layer table, 64 px, 3 channels, 10 latents."""
    convolutions = (
        (3 * 16 * 32 + 32) + (32 * 16 * 32 + 32) + (32 * 4 * 64 + 64) + (64 * 4 * 64 + 64)
    )
    encoder = convolutions + (1024 * 256 + 256) + 2 * (256 * 10 + 10)
    dense = (10 * 256 + 256) + (256 * 1024 + 1024)
    transposed = (64 * 16 * 64 + 64) + (64 * 16 * 32 + 32) + (32 * 16 * 32 + 32) + (32 * 16 * 3 + 3)
    assert count(build_network(settings("conv", 10), (3, 64, 64))) == encoder + dense + transposed


@pytest.mark.parametrize("objective", ["ae", "beta-vae"])
@pytest.mark.parametrize("shape", [(3, 64, 64), (1, 32, 32)])
@pytest.mark.parametrize("network", ["conv", "pooled-conv"])
def test_shapes(network, shape, objective):
    model = build_network(settings(network, 5, objective, width=0.25), shape)
    mean, log_std = model.encode(torch.rand(2, *shape))
    assert mean.shape == (2, 5)
    assert log_std is None if objective == "ae" else log_std.shape == (2, 5)
    logits = model.decode(mean)
    assert logits.shape == (2, *shape)
    images = model.images(logits)
    assert ((images > 0) & (images < 1)).all()


def test_conv_starts_glorot_uniform_with_each_head_its_own():
    model = build_network(settings("conv", 6), (3, 64, 64))
    bounds = [(6 / (256 + 6)) ** 0.5] * 2
    for head, bound in zip(model.encoder[-1].weight.split(6), bounds, strict=True):
        assert 0.95 * bound < head.abs().max() <= bound
    assert model.encoder[-1].bias.abs().max() == 0


def test_conv_reads_its_second_head_as_log_variance():
    model = build_network(settings("conv", 2, width=0.25), (1, 32, 32))
    torch.nn.init.zeros_(model.encoder[-1].weight)
    model.encoder[-1].bias.data = torch.tensor([0.0, 1.0, 2.0, 4.0])
    mean, log_std = model.encode(torch.rand(1, 1, 32, 32))
    assert mean.tolist() == [[0.0, 1.0]]
    assert log_std.tolist() == [[1.0, 2.0]]


def test_a_gaussian_likelihood_has_images_for_logits():
    model = build_network(settings("conv", 2, width=0.25, likelihood="gaussian"), (1, 32, 32))
    logits = torch.randn(1, 1, 32, 32)
    assert model.images(logits) is logits
