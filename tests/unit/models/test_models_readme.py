"""The README's recipes for checkpoints, run as a reader would beside a mine.pt."""

import re
from pathlib import Path

import pytest
import torch
from torch import nn

import latent_assays.models
from latent_assays.models import ABOUT_WEIGHTS, build_network
from latent_assays.models.weights import load_weights

README = Path(latent_assays.models.__file__).with_name("README.md")
STATE_DICT, TORCHSCRIPT, RENAME = re.findall(
    r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.S
)
IMPORTS = "".join(re.findall(r"^(?:import|from) .*\n", STATE_DICT, re.M))
MINE = """
from torch import nn

class Wrapper(nn.Module):
    def __init__(self, wrapped):
        super().__init__()
        self.wrapped = wrapped

    def forward(self, inputs):
        return self.wrapped(inputs)

def build(latents, image_shape, stochastic):
    encoder = nn.Sequential(nn.Flatten(), nn.Linear(16, 2 * latents))
    decoder = nn.Sequential(nn.Linear(latents, 16), nn.Unflatten(1, (1, 4, 4)))
    return {encoder}, decoder
"""


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(nn.Flatten(), nn.Linear(16, 4))
        self.decoder = nn.Sequential(nn.Linear(2, 16), nn.Unflatten(1, (1, 4, 4)))

    def forward(self, images):
        return self.decoder(self.encoder(images)[:, :2])


class Lightning(nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model
        self.critic = nn.Linear(2, 2)


def taken(folder, wrapped=False):
    """The network of the README's example with the weights that a recipe made."""
    encoder = "Wrapper(encoder)" if wrapped else "encoder"
    (folder / "my_net.py").write_text(MINE.format(encoder=encoder))
    settings = {"network": "own", "objective": "beta-vae", "latents": 2}
    settings |= {"file": str(folder / "my_net.py"), "weights": "my_weights.safetensors", "steps": 0}
    network = build_network(settings, (1, 4, 4))
    load_weights(network, settings["weights"], "mine")
    return network


def assert_same(network, model):
    images = torch.rand(3, 1, 4, 4)
    mean, log_std = network.encode(images)
    torch.testing.assert_close(torch.cat([mean, log_std], dim=1), model.encoder(images))
    torch.testing.assert_close(network.decode(mean), model.decoder(mean))


@pytest.fixture
def model(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return Model()


def test_a_state_dict_becomes_weights(tmp_path, model):
    torch.save(model.state_dict(), "mine.pt")
    exec(STATE_DICT, {})
    assert_same(taken(tmp_path), model)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_torchscript_becomes_weights(tmp_path, model):
    torch.jit.trace(model, torch.rand(1, 1, 4, 4)).save("mine.pt")
    exec(IMPORTS + TORCHSCRIPT, {})
    assert_same(taken(tmp_path), model)


def test_wrapped_keys_are_renamed_on_both_sides(tmp_path, model):
    torch.save(nn.DataParallel(Lightning(model)).state_dict(), "mine.pt")
    lines = STATE_DICT.splitlines(keepends=True)
    exec("".join([*lines[:-1], RENAME, lines[-1]]), {})
    assert_same(taken(tmp_path, wrapped=True), model)


def test_the_error_messages_point_to_this_file():
    assert README.as_posix().endswith(ABOUT_WEIGHTS)
