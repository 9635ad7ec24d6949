"""Weights survive the disk, and a file that is not theirs is refused in one sentence."""

import json

import pytest
import torch
from safetensors.torch import save_file

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


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_weights_of_a_diverged_training_are_refused(run, value):
    directory, network = run
    network.decoder[0].bias.data[1] = value
    save_model(directory / "model.safetensors", network)
    with pytest.raises(UserError, match=r"NaN or infinite weights in decoder\.0\.bias: they are"):
        load_model(directory)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("kind", ["state dict", "old state dict", "TorchScript"])
def test_files_that_can_run_code_are_refused_with_the_way_out(tmp_path, kind):
    model, path = torch.nn.Linear(2, 2), tmp_path / "mine.pt"
    if kind == "TorchScript":
        torch.jit.script(model).save(path)
    else:
        torch.save(model.state_dict(), path, _use_new_zipfile_serialization=kind == "state dict")
    sentence = r"mine\.pt is a file of torch\.save or TorchScript, .*models/README\.md makes one"
    with pytest.raises(UserError, match=sentence):
        load_weights(model, path, "mine")


@pytest.mark.parametrize("before", ["module.", "model.", "_orig_mod.net."])
def test_the_name_of_a_wrapper_is_found_in_the_keys(run, before):
    directory, network = run
    path = directory / "model.safetensors"
    renamed = {before + name: value.contiguous() for name, value in network.state_dict().items()}
    save_file(renamed | {before + "critic.weight": torch.zeros(1)}, path)
    sentence = rf"all its keys begin with '{before}', which .*models/README\.md takes away"
    with pytest.raises(UserError, match=sentence):
        load_model(directory)


def test_keys_that_are_named_otherwise_point_to_the_recipe(run):
    directory, network = run
    path = directory / "model.safetensors"
    weights = {name: value.contiguous() for name, value in network.state_dict().items()}
    renamed = {name.replace("coder.", "c."): value for name, value in weights.items()}
    save_file(renamed, path)
    with pytest.raises(UserError, match=r"lacks .*; has besides .*models/README\.md renames keys$"):
        load_model(directory)
    save_file(weights | {"critic.weight": torch.zeros(1)}, path)
    with pytest.raises(UserError, match=r"it has besides critic\.weight$"):
        load_model(directory)


def test_a_flipped_bit_of_the_weights_is_noticed(tmp_path):
    settings = {"network": "linear", "objective": "ae", "latents": 2}
    network = build_network(settings, (1, 4, 4))
    path = tmp_path / "model.safetensors"
    save_model(path, network)
    load_weights(network, path, "its own network")
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(UserError, match="was changed since it was written"):
        load_weights(network, path, "its own network")
