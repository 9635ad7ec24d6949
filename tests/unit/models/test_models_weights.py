"""Weights survive the disk, and a file that is not theirs is refused in one sentence."""

import json

import pytest
import torch

from latent_assays.errors import UserError
from latent_assays.models import build_network
from latent_assays.models.weights import load_model, save_model

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
    with pytest.raises(UserError, match="does not hold the weights"):
        load_model(directory)


def test_a_truncated_file_is_refused(run):
    directory, _ = run
    path = directory / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(UserError, match=r"model\.safetensors does not hold"):
        load_model(directory)


def test_a_missing_file_is_named(run):
    directory, _ = run
    (directory / "model.safetensors").unlink()
    with pytest.raises(UserError, match=r"model\.safetensors does not exist: train the model"):
        load_model(directory)
