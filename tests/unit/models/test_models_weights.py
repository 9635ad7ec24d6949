"""Weights survive the disk, and a file that is not theirs is refused in one sentence."""

import json

import pytest
import torch

from latent_assays.errors import UserError
from latent_assays.models import build_network
from latent_assays.models.weights import load_model, load_weights, save_model

CONFIG = {
    "network": "conv",
    "objective": "beta-vae",
    "latents": 3,
    "width": 0.25,
    "image_shape": [1, 32, 32],
}


@pytest.fixture
def run(tmp_path):
    network = build_network(CONFIG, (1, 32, 32), seed=5)
    save_model(tmp_path / "model.safetensors", network.to(memory_format=torch.channels_last))
    (tmp_path / "config.json").write_text(json.dumps(CONFIG))
    return tmp_path, network


def test_saved_and_loaded_networks_are_equal(run):
    directory, network = run
    loaded, config = load_model(directory)
    assert config == CONFIG
    assert not loaded.training
    for name, weight in network.state_dict().items():
        assert torch.equal(loaded.state_dict()[name], weight)


def test_weights_of_another_network_are_refused(run):
    directory, _ = run
    (directory / "config.json").write_text(json.dumps(CONFIG | {"latents": 4}))
    shapes = "has in another shape decoder.0.weight and 2 more"
    with pytest.raises(UserError, match=rf"does not hold the weights of .*conv: it {shapes}"):
        load_model(directory)


def test_missing_and_further_weights_are_named(run):
    directory, _ = run
    with pytest.raises(UserError, match=r"lacks weight; has besides decoder.0.bias and \d+ more"):
        load_weights(torch.nn.Linear(2, 2, bias=False), directory / "model.safetensors", "mine")


def test_tied_weights_survive_the_disk(tmp_path):
    network = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.Linear(2, 2))
    network[1].weight = network[0].weight
    save_model(tmp_path / "model.safetensors", network)
    expected = network[0].weight.detach().clone()
    torch.nn.init.zeros_(network[0].weight)
    load_weights(network, tmp_path / "model.safetensors", "tied")
    assert torch.equal(network[1].weight, expected)


def test_a_truncated_file_is_refused(run):
    directory, _ = run
    path = directory / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(UserError, match=r"model\.safetensors cannot be read"):
        load_model(directory)


def test_a_missing_file_is_named(run):
    directory, _ = run
    (directory / "model.safetensors").unlink()
    with pytest.raises(UserError, match=r"model\.safetensors does not exist: train the model"):
        load_model(directory)
