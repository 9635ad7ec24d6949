"""Regularisers against brute force on tiny batches, closed forms and limits."""

import math

import numpy as np
import pytest
import torch

from latent_assays.errors import UserError
from latent_assays.models import build_objective
from latent_assays.models.objectives.beta_tc_vae import decompose
from latent_assays.models.objectives.dip_vae import covariance
from latent_assays.models.objectives.factor_vae import permute_codes
from latent_assays.models.objectives.objective import Forward
from latent_assays.models.objectives.slow_vae import laplace_cross_entropy
from latent_assays.models.objectives.wae_mmd import maximum_mean_discrepancy

B, D = 6, 3


@pytest.fixture
def batch():
    generator = torch.Generator().manual_seed(0)
    draw = {"generator": generator, "dtype": torch.float64}
    mean, log_std = torch.randn(B, D, **draw), 0.5 * torch.randn(B, D, **draw)
    codes = mean + log_std.exp() * torch.randn(B, D, **draw)
    images, logits = torch.rand(B, 1, 4, 4, **draw), torch.randn(B, 1, 4, 4, **draw)
    noise = np.random.default_rng(0)
    return Forward(images, mean, log_std, codes, logits, "bernoulli", noise)


def total(settings, batch):
    objective = build_objective({"latents": D, **settings}).double()
    weights = objective.weights_at(1)
    return sum(weights[name] * term for name, term in objective.terms(batch).items())


def log_normal(z, mean, std):
    return -0.5 * ((z - mean) / std) ** 2 - math.log(std) - 0.5 * math.log(2 * math.pi)


def test_decomposition_is_the_mixture_written_out_in_loops(batch):
    z, mean, std = batch.codes.tolist(), batch.mean.tolist(), batch.log_std.exp().tolist()
    expected = np.zeros(3)
    for i in range(B):
        own = sum(log_normal(z[i][j], mean[i][j], std[i][j]) for j in range(D))
        members = [
            math.prod(math.exp(log_normal(z[i][j], mean[n][j], std[n][j])) for j in range(D))
            for n in range(B)
        ]
        joint = math.log(sum(members) / B)
        marginals = sum(
            math.log(
                sum(math.exp(log_normal(z[i][j], mean[n][j], std[n][j])) for n in range(B)) / B
            )
            for j in range(D)
        )
        prior = sum(log_normal(z[i][j], 0, 1) for j in range(D))
        expected += np.array([own - joint, joint - marginals, marginals - prior]) / B
    found = decompose(batch.codes, batch.mean, batch.log_std)
    assert [float(value) for value in found] == pytest.approx(expected, rel=1e-10)


def test_decomposition_telescopes_to_the_sampled_kl(batch):
    posterior = torch.distributions.Normal(batch.mean, batch.log_std.exp())
    prior = torch.distributions.Normal(0.0, 1.0)
    sampled = (posterior.log_prob(batch.codes) - prior.log_prob(batch.codes)).sum(1).mean()
    parts = decompose(batch.codes, batch.mean, batch.log_std)
    torch.testing.assert_close(sum(parts), sampled)


def test_total_correlation_of_a_correlated_gaussian():
    """For correlation r, TC = -log(1 - r²)/2; narrow posteriors on many codes approach it."""
    r, count = 0.8, 2000
    noise = np.random.default_rng(0).standard_normal((count, 2))
    points = np.stack([noise[:, 0], r * noise[:, 0] + math.sqrt(1 - r**2) * noise[:, 1]], 1)
    mean = torch.from_numpy(points)
    log_std = torch.full_like(mean, math.log(0.15))
    codes = mean + 0.15 * torch.from_numpy(np.random.default_rng(1).standard_normal((count, 2)))
    smoothed = r / (1 + 0.15**2)
    expected = -0.5 * math.log(1 - smoothed**2)
    assert decompose(codes, mean, log_std)[1].item() == pytest.approx(expected, abs=0.05)


@pytest.mark.parametrize(
    "limit",
    [
        {"objective": "beta-tc-vae", "beta": 1},
        {"objective": "factor-vae", "gamma": 0, "critic_units": 8},
        {"objective": "dip-vae-i", "lambda_od": 0},
        {"objective": "dip-vae-ii", "lambda_od": 0},
    ],
)
def test_without_its_own_weight_each_is_the_vae(batch, limit):
    vae = total({"objective": "beta-vae", "beta": 1}, batch)
    torch.testing.assert_close(total(limit, batch), vae)


def test_beta_tc_vae_adds_its_weight_less_one(batch):
    vae = total({"objective": "beta-vae", "beta": 1}, batch)
    correlation = decompose(batch.codes, batch.mean, batch.log_std)[1]
    found = total({"objective": "beta-tc-vae", "beta": 6}, batch)
    torch.testing.assert_close(found, vae + 5 * correlation)


def factor_vae(**more):
    settings = {"objective": "factor-vae", "gamma": 7, "critic_units": 8, "latents": D}
    return build_objective(settings | more).double()


def test_factor_vae_reads_total_correlation_off_the_critics_logits(batch):
    objective = factor_vae()
    logits = objective.critic(batch.codes)
    found = objective.regularisers(batch)["total_correlation"]
    torch.testing.assert_close(found, (logits[:, 0] - logits[:, 1]).mean())


def test_factor_vaes_two_losses_train_one_network_each(batch):
    objective = factor_vae()
    codes = batch.codes.clone().requires_grad_()
    leaf = Forward(
        batch.images, batch.mean, batch.log_std, codes, batch.logits, "bernoulli", batch.noise
    )
    objective.regularisers(leaf)["total_correlation"].backward()
    assert codes.grad.abs().sum() > 0
    assert all(weight.grad is None for weight in objective.critic.parameters())
    codes.grad = None
    objective.critic_loss(leaf).backward()
    assert codes.grad is None
    assert all(weight.grad.abs().sum() > 0 for weight in objective.critic.parameters())


def test_factor_vaes_critic_loss_halves_two_cross_entropies(batch):
    objective = factor_vae()
    permuted = permute_codes(batch.codes, np.random.default_rng(0))
    real = torch.softmax(objective.critic(batch.codes), 1)[:, 0]
    false = torch.softmax(objective.critic(permuted), 1)[:, 1]
    expected = -0.5 * real.log().mean() - 0.5 * false.log().mean()
    torch.testing.assert_close(objective.critic_loss(batch), expected)


def test_factor_vaes_critic_learns_the_density_ratio():
    """Codes on a diagonal: D_real - D_permuted tends to log q(z)/Πq(z_j), whose mean is the TC."""
    r = 0.9
    objective = factor_vae(latents=2, critic_units=32).float()
    optimiser = torch.optim.Adam(objective.critic.parameters(), 2e-3)
    noise = np.random.default_rng(0)

    def sample(count):
        u = noise.standard_normal((count, 2)).astype(np.float32)
        codes = np.stack([u[:, 0], r * u[:, 0] + math.sqrt(1 - r**2) * u[:, 1]], 1)
        codes = torch.from_numpy(codes.astype(np.float32))
        empty = torch.zeros(count, 1, 1, 1)
        return Forward(empty, codes, torch.zeros_like(codes), codes, empty, "bernoulli", noise)

    for _ in range(400):
        optimiser.zero_grad()
        objective.critic_loss(sample(256)).backward()
        optimiser.step()
    found = objective.regularisers(sample(4000))["total_correlation"].item()
    assert found == pytest.approx(-0.5 * math.log(1 - r**2), abs=0.15)


def test_permuting_codes_keeps_every_marginal_and_breaks_pairs():
    codes = torch.arange(200.0).reshape(100, 2)
    permuted = permute_codes(codes, np.random.default_rng(0))
    for latent in range(2):
        assert torch.equal(permuted[:, latent].sort().values, codes[:, latent])
    assert (permuted[:, 0] + 1 != permuted[:, 1]).sum() > 90


def test_dip_vae_penalises_the_covariance_worked_out_by_numpy(batch):
    matrix = np.cov(batch.mean.numpy().T, bias=True)
    torch.testing.assert_close(covariance(batch.mean), torch.from_numpy(matrix))
    for name, added, factor in [("dip-vae-i", 0, 10), ("dip-vae-ii", 1, 1)]:
        full = matrix + added * np.diag(np.exp(2 * batch.log_std.numpy()).mean(0))
        off = full - np.diag(np.diag(full))
        expected = 3 * (off**2).sum() + 3 * factor * ((np.diag(full) - 1) ** 2).sum()
        vae = total({"objective": "beta-vae", "beta": 1}, batch)
        found = total({"objective": name, "lambda_od": 3}, batch) - vae
        assert found.item() == pytest.approx(expected)


@pytest.mark.parametrize(
    ("mean", "std", "rate"), [(0.0, 1.0, 6.0), (1.3, 0.4, 2.0), (-2.0, 3.0, 1.0)]
)
def test_laplace_cross_entropy_is_the_integral(mean, std, rate):
    z = np.linspace(mean - 12 * std, mean + 12 * std, 2_000_001)
    density = np.exp(-0.5 * ((z - mean) / std) ** 2) / (std * math.sqrt(2 * math.pi))
    expected = np.trapezoid(density * (rate * np.abs(z) - math.log(rate / 2)), z)
    arguments = torch.tensor([mean, math.log(std)], dtype=torch.float64)
    assert laplace_cross_entropy(*arguments, rate).item() == pytest.approx(expected, rel=1e-6)


def test_slow_vae_adds_both_directions_and_subtracts_one_entropy(batch):
    settings = {"objective": "slow-vae", "beta": 1, "gamma": 10, "rate": 6}
    objective = build_objective(settings)
    assert objective.weights_at(1) == {"reconstruction": 2, "kl": 1, "kl_laplace": 10}
    crossed = 0.0
    for first, second in [(0, 3), (1, 4), (2, 5)]:
        difference = batch.mean[first] - batch.mean[second]
        crossed += laplace_cross_entropy(difference, batch.log_std[first], 6.0).sum() / 3
        crossed += laplace_cross_entropy(-difference, batch.log_std[second], 6.0).sum() / 3
    posterior = torch.distributions.Normal(batch.mean, batch.log_std.exp())
    expected = crossed - posterior.entropy().sum(1).mean()
    torch.testing.assert_close(objective.regularisers(batch)["kl_laplace"], expected)


def test_mmd_is_the_kernel_means_written_out_in_loops():
    first, second = torch.randn(2, 4, D, dtype=torch.float64)

    def k(a, b):
        return D / (D + ((a - b) ** 2).sum().item())

    pairs = [(i, j) for i in range(4) for j in range(i)]
    within = sum(k(s[i], s[j]) for s in (first, second) for i, j in pairs) / len(pairs)
    across = sum(k(a, b) for a in first for b in second) / 16
    assert maximum_mean_discrepancy(first, second).item() == pytest.approx(within - 2 * across)


def test_mmd_is_near_zero_for_equal_distributions_and_grows_with_a_shift():
    first, second = torch.randn(2, 1500, 4)
    assert abs(maximum_mean_discrepancy(first, second).item()) < 5e-3
    assert maximum_mean_discrepancy(first + 2, second).item() > 0.2


def test_wae_can_divide_by_the_batch_as_the_structure_papers_code_does():
    settings = {"objective": "wae-mmd", "mmd_weight": 10, "batch": 128}
    assert build_objective(settings).weights["mmd"] == 10
    divided = build_objective(settings | {"mmd_divided_by_batch": True})
    assert divided.weights["mmd"] == pytest.approx(10 / 128)


@pytest.mark.parametrize(
    ("settings", "once", "thrice"),
    [
        ({"objective": "beta-vae", "beta": 4}, {"kl": 4}, {"kl": 12}),
        (
            {"objective": "beta-tc-vae", "beta": 4},
            {"kl": 1, "total_correlation": 3},
            {"kl": 1, "total_correlation": 11},
        ),
        (
            {"objective": "factor-vae", "gamma": 7, "critic_units": 8, "latents": D},
            {"kl": 1, "total_correlation": 7},
            {"kl": 1, "total_correlation": 21},
        ),
        (
            {"objective": "dip-vae-i", "lambda_od": 2},
            {"kl": 1, "off_diagonal": 2, "diagonal": 20},
            {"kl": 1, "off_diagonal": 6, "diagonal": 60},
        ),
        (
            {"objective": "dip-vae-ii", "lambda_od": 2, "lambda_d": 5},
            {"kl": 1, "off_diagonal": 2, "diagonal": 5},
            {"kl": 1, "off_diagonal": 6, "diagonal": 5},
        ),
        (
            {"objective": "slow-vae", "reconstruction_weight": 0.5},
            {"kl": 1, "kl_laplace": 10},
            {"kl": 3, "kl_laplace": 10},
        ),
        (
            {"objective": "wae-mmd", "mmd_weight": 8, "batch": 4, "mmd_divided_by_batch": True},
            {"mmd": 2},
            {"mmd": 6},
        ),
        ({"objective": "ae"}, {}, None),
    ],
)
def test_strength_multiplies_the_weight_that_names_the_objective(settings, once, thrice):
    once = {"reconstruction": 1} | once
    assert build_objective(settings).weights == once
    assert build_objective(settings | {"strength": 1}).weights == once
    if thrice is not None:
        objective = build_objective(settings | {"strength": 3})
        assert objective.weights == {"reconstruction": 1} | thrice


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"objective": "ae", "strength": 2}, "strength: 2 has no weight to multiply in .* ae"),
        ({"objective": "ae", "strength": "big"}, "strength: 'big' must be a number above 0"),
        ({"objective": "beta-vae", "strength": 0}, "strength: 0 must be a number above 0"),
        ({"objective": "factor-vae", "latents": 2}, "gamma: None must be a number from 0"),
        ({"objective": "dip-vae-i"}, "lambda_od: None must be a number from 0"),
        ({"objective": "slow-vae", "rate": 0}, "rate: 0 must be a number above 0"),
        (
            {"objective": "wae-mmd", "mmd_divided_by_batch": 1},
            "mmd_divided_by_batch: 1 must be true or false",
        ),
    ],
)
def test_a_wrong_setting_is_one_sentence(settings, sentence):
    with pytest.raises(UserError, match=sentence):
        build_objective(settings)
