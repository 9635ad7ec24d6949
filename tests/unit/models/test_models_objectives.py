"""Loss terms against closed forms and sampling."""

import math

import numpy as np
import pytest
import torch

from latent_assays.models import build_network, build_objective
from latent_assays.models.objectives.beta_vae import author_kl, exact_kl
from latent_assays.models.objectives.objective import Forward, forward, reconstruction


def passed(images, logits, likelihood="bernoulli"):
    zero = torch.zeros(len(images), 1)
    return Forward(images, zero, zero, zero, logits, likelihood, np.random.default_rng(0))


def test_exact_kl_is_torch_distributions_kl():
    mean, log_std = torch.randn(2, 5, 3, dtype=torch.float64)
    ours = exact_kl(mean, log_std)
    posterior = torch.distributions.Normal(mean, log_std.exp())
    expected = torch.distributions.kl_divergence(posterior, torch.distributions.Normal(0.0, 1.0))
    torch.testing.assert_close(ours, expected)


def test_author_kl_takes_std_for_variance():
    mean, log_std = torch.randn(2, 5, 3, dtype=torch.float64)
    torch.testing.assert_close(author_kl(mean, 2 * log_std), exact_kl(mean, log_std))


def test_bernoulli_reconstruction_sums_pixels_and_averages_the_batch():
    logits = torch.tensor([[[[0.0, math.log(3)]]], [[[0.0, 0.0]]]])
    images = torch.tensor([[[[1.0, 1.0]]], [[[0.0, 0.5]]]])
    first = math.log(2) - math.log(3 / 4)
    second = 2 * math.log(2)
    assert reconstruction(passed(images, logits)).item() == pytest.approx((first + second) / 2)


def test_gaussian_reconstruction_is_squared_error():
    logits = torch.tensor([[[[1.0, 2.0]]], [[[0.0, 0.0]]]])
    images = torch.tensor([[[[0.0, 0.0]]], [[[3.0, 0.0]]]])
    assert reconstruction(passed(images, logits, "gaussian")).item() == (5 + 9) / 2


def test_beta_vae_weights_the_kl_summed_over_latents_and_averaged_over_the_batch():
    objective = build_objective({"objective": "beta-vae", "beta": 4})
    mean = torch.tensor([[2.0, 0.0], [0.0, 4.0]])
    log_std = torch.zeros(2, 2)
    batch = Forward(
        torch.zeros(2, 1, 1, 1),
        mean,
        log_std,
        mean,
        torch.zeros(2, 1, 1, 1),
        "bernoulli",
        np.random.default_rng(0),
    )
    terms = objective.terms(batch)
    assert terms["kl"].item() == (2 + 8) / 2
    assert terms["reconstruction"].item() == pytest.approx(math.log(2))
    assert objective.weights_at(1) == {"reconstruction": 1.0, "kl": 4.0}


def test_warm_up_grows_the_kl_weight_alone():
    settings = {"objective": "beta-vae", "beta": 4, "warmup": 10, "reconstruction_weight": 2}
    objective = build_objective(settings)
    assert objective.weights_at(5) == {"reconstruction": 2.0, "kl": 2.0}
    assert objective.weights_at(10) == objective.weights_at(99) == {"reconstruction": 2.0, "kl": 4}


def test_codes_are_samples_of_the_posterior():
    settings = {"network": "conv", "objective": "beta-vae", "latents": 2, "width": 0.25}
    network = build_network(settings, (1, 32, 32))
    torch.nn.init.zeros_(network.encoder[-1].weight)
    network.encoder[-1].bias.data = torch.tensor([1.0, -1.0, math.log(4), math.log(0.25)])
    batch = forward(network, torch.zeros(4000, 1, 32, 32), np.random.default_rng(0))
    torch.testing.assert_close(batch.codes.mean(0), torch.tensor([1.0, -1.0]), atol=0.1, rtol=0)
    torch.testing.assert_close(batch.codes.std(0), torch.tensor([2.0, 0.5]), atol=0.1, rtol=0)


def test_an_autoencoder_decodes_its_means():
    settings = {"network": "conv", "objective": "ae", "latents": 2, "width": 0.25}
    batch = forward(
        build_network(settings, (1, 32, 32)), torch.rand(3, 1, 32, 32), np.random.default_rng(0)
    )
    assert batch.codes is batch.mean
    assert list(build_objective(settings).terms(batch)) == ["reconstruction"]
