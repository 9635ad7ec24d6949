"""Work that is counted on networks of shapes, against PyTorch's own counter on real ones."""

import numpy as np
import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from latent_assays.errors import UserError
from latent_assays.models import build_network, build_objective
from latent_assays.models.objectives.objective import forward
from latent_assays.planning.work import work_of

SEGMENTED = {"segments": 12, "width": 0.25}
NETWORKS = {
    "linear": ({"network": "linear"}, (3, 4, 4)),
    "mlp": ({"network": "mlp"}, (3, 16, 16)),
    "helix": ({"network": "helix", "latents": 2, "likelihood": "gaussian"}, (3, 1, 1)),
    "conv": ({"network": "conv"}, (1, 64, 64)),
    "pooled-conv": ({"network": "pooled-conv"}, (3, 32, 32)),
    "hourglass": ({"network": "hourglass", "width": 0.25}, (3, 16, 16)),
    "structural": ({"network": "structural", **SEGMENTED}, (3, 16, 16)),
    "adaptive": ({"network": "adaptive", **SEGMENTED}, (3, 16, 16)),
    "ladder": ({"network": "ladder", **SEGMENTED}, (3, 16, 16)),
}


def settings_of(name, objective="ae"):
    chosen, shape = NETWORKS[name]
    return {"latents": 12, "objective": objective, "steps": 1, **chosen}, shape


def test_a_linear_autoencoder():
    """Two matrices of 48 pixels and 12 latents."""
    work = work_of(*settings_of("linear"))
    assert work.operations == 2 * work.encoding == 2 * 2 * 48 * 12
    assert work.of_step(batch=5) == 5 * 3 * work.operations


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("objective", ["ae", "beta-vae"])
def test_operations_and_weights_are_those_of_the_real_network(name, objective):
    settings, shape = settings_of(name, objective)
    network = build_network(settings, shape).requires_grad_(False)
    with FlopCounterMode(display=False) as encoded:
        code, _ = network.encode(torch.zeros(1, *shape))
    with FlopCounterMode(display=False) as decoded:
        network.decode(code)
    work = work_of(settings, shape)
    assert work.encoding == encoded.get_total_flops()
    # On a CPU the last layer of `conv` computes a border that is cut away.
    border = 0.02 if name == "conv" else 0
    both = encoded.get_total_flops() + decoded.get_total_flops()
    assert work.operations == pytest.approx(both, rel=border)
    assert work.weights == sum(parameter.numel() for parameter in network.parameters())


@pytest.mark.parametrize("name", ["conv", "pooled-conv", "structural", "ladder"])
def test_a_step_is_three_forward_passes(name):
    """The first layer needs no gradient of its input, so that it is a little less."""
    settings, shape = settings_of(name)
    network, objective = build_network(settings, shape), build_objective(settings)
    with FlopCounterMode(display=False) as counter:
        terms = objective.terms(forward(network, torch.rand(2, *shape), np.random.default_rng(0)))
        terms["reconstruction"].backward()
    assert counter.get_total_flops() == pytest.approx(work_of(settings, shape).of_step(2), rel=0.15)


def test_sae_12_of_the_paper():
    work = work_of(
        {"network": "structural", "objective": "ae", "latents": 12, "segments": 12}, (3, 64, 64)
    )
    assert work.weights == 1_221_967
    # 12 Str-Tfm layers and a head of three linear layers with an activation between each two.
    assert work.vector_layers == 12 * 5 + 6
    # 24 convolutions, 23 norms, 5 poolings, 5 upsamplings.
    assert work.map_layers == 24 + 23 + 5 + 5


def test_activations_are_all_that_layers_give():
    """Codes of 12 and images of 48; encoding holds one of each."""
    work = work_of(*settings_of("linear"))
    assert work.activations >= 12 + 48
    assert work.widest >= 12 + 48
    twice = work_of({**settings_of("conv")[0], "width": 2}, (1, 64, 64))
    once = work_of(*settings_of("conv"))
    assert 1.5 < twice.activations / once.activations < 2


def test_no_weights_are_drawn_and_nothing_is_kept_in_memory():
    large = {"network": "hourglass", "objective": "ae", "latents": 32, "blocks": 16, "width": 8}
    assert work_of(large, (3, 128, 128)).weights > 2.5e8, "a gigabyte, were it there"


def test_steps_do_not_matter_but_the_network_must_exist():
    settings, shape = settings_of("conv")
    counted = work_of({**settings, "steps": 0, "learning_rate": 0.1, "begins": "x"}, shape)
    assert counted is work_of({**settings, "steps": 7}, shape), "once a network"
    with pytest.raises(UserError, match="'cnn' is not known"):
        work_of({**settings, "network": "cnn"}, shape)


def test_a_network_of_ones_own_is_counted_too(tmp_path):
    code = (
        "from torch import nn\n"
        "def build(latents, image_shape, stochastic):\n"
        "    return (nn.Sequential(nn.Flatten(), nn.Linear(12, latents)),\n"
        "            nn.Sequential(nn.Linear(latents, 12), nn.Unflatten(1, image_shape)))\n"
    )
    (tmp_path / "own.py").write_text(code)
    settings = {"network": "own", "objective": "ae", "latents": 5, "file": str(tmp_path / "own.py")}
    assert work_of(settings, (3, 2, 2)).operations == 2 * 2 * 12 * 5


def test_an_encoder_of_ones_own_that_is_one_module_and_returns_two_tensors(tmp_path):
    code = (
        "import torch\n"
        "class Encoder(torch.nn.Module):\n"
        "    def __init__(self, latents):\n"
        "        super().__init__()\n"
        "        self.weight = torch.nn.Parameter(torch.zeros(12, latents))\n"
        "    def forward(self, images):\n"
        "        return images.flatten(1) @ self.weight, images.flatten(1) @ self.weight\n"
        "def build(latents, image_shape, stochastic):\n"
        "    return Encoder(latents), torch.nn.Sequential(\n"
        "        torch.nn.Linear(latents, 12), torch.nn.Unflatten(1, image_shape))\n"
    )
    (tmp_path / "own.py").write_text(code)
    settings = {
        "network": "own",
        "objective": "beta-vae",
        "latents": 5,
        "file": str(tmp_path / "own.py"),
    }
    work = work_of(settings, (3, 2, 2))
    assert (work.widest, work.weights) == (0, 12 * 5 + 5 * 12 + 12)
