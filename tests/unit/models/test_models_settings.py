"""A setting that a model takes no notice of is refused; who reads what is read off the code."""

from importlib import import_module

import pytest

from latent_assays.config.resolve import DEFAULTS
from latent_assays.errors import UserError
from latent_assays.models import (
    NETWORKS,
    OBJECTIVES,
    build_network,
    build_objective,
    ignored_settings,
)
from latent_assays.models.registry import HARMLESS, READERS

NETWORK = """
from torch import nn
def build(latents, image_shape, stochastic):
    encoder = nn.Sequential(nn.Flatten(), nn.Linear(16 * 16, latents * (2 if stochastic else 1)))
    return encoder, nn.Sequential(nn.Linear(latents, 16 * 16), nn.Unflatten(1, image_shape))
"""
EVERY_MODEL_HAS = {"network", "objective", "latents", "likelihood", "batch", "strength"}
EVERY_MODEL_HAS |= {"reconstruction_weight", "steps", "begins", "weights"}
MODEL = {"network": "mlp", "objective": "beta-vae", "latents": 2}


class Recorded(dict):
    """Settings that remember which of them were asked for."""

    def __init__(self, *args):
        super().__init__(*args)
        self.read = set()

    def get(self, key, default=None):
        self.read.add(key)
        return super().get(key, default)

    def __getitem__(self, key):
        self.read.add(key)
        return super().__getitem__(key)


def given(**settings):
    needed = {"gamma": 1, "lambda_od": 1, "segments": 2, "beta": 1, "batch": 4}
    settings = MODEL | settings
    readers = {settings["network"], settings["objective"]}
    return settings | {
        key: value for key, value in needed.items() if readers & {*READERS.get(key, readers)}
    }


def code_of(entry):
    module, attribute = entry.split(":")
    return getattr(import_module(module), attribute)


def read_by(name, tmp_path):
    """Settings that building one network or objective asks for, and that make a difference."""
    if name in NETWORKS:
        (tmp_path / "net.py").write_text(NETWORK)
        file = {"file": str(tmp_path / "net.py")} if name == "own" else {}
        shape = (1, 32, 32) if name == "pooled-conv" else (1, 16, 16)
        settings = Recorded(given(network=name, **file))
        code_of(NETWORKS[name])(settings, shape, True)
        return settings.read
    settings = Recorded(given(objective=name))
    built = code_of(OBJECTIVES[name])(settings)
    if list(built.weights) == ["reconstruction"]:
        settings.read.remove("warmup")  # no weight that could rise
    if built.paired:
        settings.read.add("unordered_factors")  # by training, which draws the pairs
    return settings.read


@pytest.mark.parametrize("registry", [NETWORKS, OBJECTIVES], ids=["networks", "objectives"])
def test_the_readers_of_a_setting_are_those_whose_code_asks_for_it(registry, tmp_path):
    found = {}
    for name in registry:
        for key in read_by(name, tmp_path) - EVERY_MODEL_HAS:
            found.setdefault(key, set()).add(name)
    declared = {key: set(names) for key, names in READERS.items() if names[0] in registry}
    assert found == declared


@pytest.mark.parametrize(
    ("build", "settings", "sentence"),
    [
        (
            build_objective,
            {"gamma": 10},
            "gamma: 10 means nothing to objective beta-vae, only to factor-vae, slow-vae: leave",
        ),
        (build_objective, {"objective": "slow-vae", "kl": "author"}, "kl: 'author' .* slow-vae"),
        (build_objective, {"objective": "ae", "warmup": 9}, "warmup: 9 .* ae, only to beta-vae,"),
        (build_objective, {"objective": "ae", "beta": 4}, "beta: 4 means nothing to objective ae"),
        (build_objective, {"unordered_factors": ["x"]}, r"unordered_factors: \['x'\] .* slow-vae"),
        (build_network, {"segments": 6}, "segments: 6 means nothing to network mlp, only to struc"),
        (build_network, {"file": "a.py"}, "file: 'a.py' means nothing to network mlp, only to own"),
        (build_network, {"log_variance": True}, "log_variance: True means nothing to network mlp"),
        (build_network, {"gamma": 10}, "gamma: 10 means nothing to objective beta-vae"),
    ],
)
def test_a_setting_that_means_nothing_is_refused(build, settings, sentence):
    arguments = [(1, 1, 3)] if build is build_network else []
    with pytest.raises(UserError, match=sentence):
        build(MODEL | settings, *arguments)


def test_defaults_and_what_is_switched_off_mean_no_harm():
    assert DEFAULTS.items() & HARMLESS.items() == HARMLESS.items()
    settings = DEFAULTS | {"log_variance": False, "segments": None, "mmd_divided_by_batch": False}
    for name in OBJECTIVES:
        assert ignored_settings(settings | {"network": "own", "objective": name}) == {}
    assert ignored_settings({"network": "own", "objective": "ae", "width": 0.5}) == {
        "width": READERS["width"]
    }


def test_a_second_phase_may_inherit_what_only_its_base_reads():
    settings = MODEL | {"objective": "ae", "beta": 4, "segments": 2}
    begun = settings | {"begins": {"model": "vae"}}
    assert build_objective(begun).weights == {"reconstruction": 1}
    assert build_network(begun, (1, 1, 3)).latents == 2
    with pytest.raises(UserError, match="beta"):
        build_objective(settings)


# --- 0 steps ---


def test_0_steps_of_random_weights_are_refused():
    with pytest.raises(UserError, match=r"steps: 0 takes a network as it is, .*models/README\.md"):
        build_network(MODEL | {"steps": 0}, (1, 1, 3))
    build_network(MODEL | {"steps": 0, "weights": "mine.safetensors"}, (1, 1, 3))
    build_network(MODEL | {"steps": 1}, (1, 1, 3))


LOADED = """
import torch
from torch import nn
def build(latents, image_shape, stochastic):
    parts = nn.ModuleList([nn.Linear(3, 4), nn.Linear(2, 3)])
    for weight in [{loaded}]:
        nn.init.constant_(weight, 0.5)
    last = nn.Unflatten(1, image_shape)
    return nn.Sequential(nn.Flatten(), parts[0]), nn.Sequential(parts[1], last)
"""


def test_0_steps_of_what_build_loads_itself_are_taken(tmp_path):
    settings = MODEL | {"network": "own", "file": str(tmp_path / "net.py"), "steps": 0}
    (tmp_path / "net.py").write_text(LOADED.format(loaded="*parts.parameters()"))
    assert (build_network(settings, (1, 1, 3)).decoder[0].weight == 0.5).all()
    (tmp_path / "net.py").write_text(LOADED.format(loaded="*parts[0].parameters()"))
    with pytest.raises(UserError, match="steps: 0"):
        build_network(settings, (1, 1, 3))
