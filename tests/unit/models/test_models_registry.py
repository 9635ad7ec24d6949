"""Names in settings become networks and objectives, or one clear sentence."""

import subprocess
import sys

import pytest
import torch

from latent_assays.errors import UserError
from latent_assays.models import NETWORKS, OBJECTIVES, build_network, build_objective

SETTINGS = {"network": "conv", "objective": "beta-vae", "latents": 6, "width": 0.25}


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("network", "cnov", "network: 'cnov' is not known; choose one of conv"),
        ("objective", None, "objective: None is not known"),
        ("latents", 0, "latents: 0 must be a whole number from 1"),
        ("latents", True, "latents: True must be"),
        ("width", 0.1, "width: 0.1 makes 3.2 of a layer's 32 units"),
        ("likelihood", "poisson", "likelihood: 'poisson' must be one of bernoulli, gaussian"),
    ],
)
def test_a_wrong_network_setting_is_one_sentence(key, value, sentence):
    with pytest.raises(UserError, match=sentence):
        build_network(SETTINGS | {key: value}, (3, 32, 32))


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("beta", -1, "beta: -1 must be a number from 0"),
        ("beta", "4", "beta: '4' must be a number"),
        ("beta", float("nan"), "beta: nan must be a number"),
        ("kl", "approximate", "kl: 'approximate' must be one of exact, author"),
        ("reconstruction_weight", 0, "reconstruction_weight: 0 must be a number above 0"),
    ],
)
def test_a_wrong_objective_setting_is_one_sentence(key, value, sentence):
    with pytest.raises(UserError, match=sentence):
        build_objective(SETTINGS | {key: value})


@pytest.mark.parametrize("shape", [(3, 28, 28), (3, 64, 32)])
@pytest.mark.parametrize("network", ["conv", "pooled-conv"])
def test_images_of_a_wrong_size_are_refused(network, shape):
    with pytest.raises(UserError, match=f"{network} needs"):
        build_network(SETTINGS | {"network": network}, shape)


def test_a_seed_fixes_the_weights_and_leaves_the_global_random_state():
    torch.manual_seed(7)
    before = torch.random.get_rng_state()
    first, again, other = (build_network(SETTINGS, (3, 32, 32), seed) for seed in (1, 1, 2))
    assert torch.equal(torch.random.get_rng_state(), before)
    weights = [torch.cat([p.flatten() for p in n.parameters()]) for n in (first, again, other)]
    assert torch.equal(weights[0], weights[1])
    assert not torch.equal(weights[0], weights[2])


def test_importing_the_registry_imports_neither_torch_nor_any_model():
    code = (
        "import sys, latent_assays.models as m; "
        "assert 'torch' not in sys.modules; "
        "parts = ('latent_assays.models.networks', 'latent_assays.models.objectives'); "
        "assert not [name for name in sys.modules if name.startswith(parts)]"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_every_registered_name_can_be_imported():
    from importlib import import_module

    for target in [*NETWORKS.values(), *OBJECTIVES.values()]:
        module, attribute = target.split(":")
        assert callable(getattr(import_module(module), attribute))
