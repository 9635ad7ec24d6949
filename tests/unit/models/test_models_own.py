"""A network of the user's own is taken as it is, or refused in one sentence."""

import sys

import numpy as np
import pytest
import torch

from latent_assays.errors import UserError
from latent_assays.models import build_network
from latent_assays.models.callables import encode_decode
from latent_assays.models.weights import load_weights, save_model

SHAPE = (1, 4, 4)
SETTINGS = {"network": "own", "objective": "beta-vae", "latents": 2}
MODULES = """
from torch import nn
def build(latents, image_shape, stochastic):
    encoder = nn.Sequential(nn.Flatten(), nn.Linear(16, {outputs}))
    return encoder, nn.Sequential(nn.Linear({inputs}, 16), nn.Unflatten(1, {shape}))
"""
FUNCTIONS = """
def build(latents, image_shape, stochastic):
    return lambda x: x.flatten(1)[:, :2], lambda z: z[:, 0, None, None, None].expand(-1, 1, 4, 4)
"""


def build(path, code=None, **settings):
    if code is None:
        code = MODULES.format(outputs=4, inputs=2, shape=SHAPE)
    path.write_text(code)
    return build_network(SETTINGS | {"file": str(path)} | settings, SHAPE)


def test_the_encoders_second_half_is_log_std_or_log_variance(tmp_path):
    images = torch.rand(3, *SHAPE)
    std = build(tmp_path / "a.py")
    variance = build(tmp_path / "b.py", log_variance=True)
    raw = std.encoder(images)[:, 2:]
    torch.testing.assert_close(std.encode(images)[1], raw)
    torch.testing.assert_close(variance.encode(images)[1], raw / 2)


def test_an_import_path_will_do(tmp_path, monkeypatch):
    (tmp_path / "brought_along.py").write_text(MODULES.format(outputs=4, inputs=2, shape=SHAPE))
    monkeypatch.syspath_prepend(tmp_path)
    network = build_network(SETTINGS | {"file": "brought_along:build"}, SHAPE)
    assert network.encode(torch.rand(3, *SHAPE))[0].shape == (3, 2)
    sys.modules.pop("brought_along")


def test_dataclasses_with_postponed_annotations_will_do(tmp_path):
    head = "from __future__ import annotations\nimport dataclasses\n"
    kept = "@dataclasses.dataclass\nclass Sizes:\n    hidden: int\n"
    build(tmp_path / "net.py", head + kept + MODULES.format(outputs=4, inputs=2, shape=SHAPE))


def test_functions_take_part_without_weights(tmp_path):
    network = build(tmp_path / "net.py", FUNCTIONS, objective="ae")
    encode, decode = encode_decode(network)
    codes = np.array([[0.5, 0.0]], np.float32)
    np.testing.assert_allclose(encode(decode(codes)), torch.tensor([[0.5, 0.5]]).sigmoid())
    save_model(tmp_path / "model.safetensors", network)
    load_weights(network, tmp_path / "model.safetensors", "functions")


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (MODULES.format(outputs=3, inputs=2, shape=SHAPE), r"turns .* \(2, 3\), not \(2, 4\)"),
        (MODULES.format(outputs=4, inputs=2, shape=(1, 2, 8)), r"turns .* \(2, 1, 2, 8\), not"),
        (MODULES.format(outputs=4, inputs=5, shape=SHAPE), r"the decoder fails on \(2, 2\)"),
        ("def build(*_): return 1, 2", "build must return"),
        ("def build(*_): raise ValueError('no')", "ValueError: no"),
        ("x = 1", "AttributeError"),
        (FUNCTIONS.replace("x.flatten", "[][0] or x.flatten"), "IndexError: list index"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(tmp_path, code, sentence):
    with pytest.raises(UserError, match=rf"net\.py: .*{sentence}"):
        build(tmp_path / "net.py", code)


@pytest.mark.parametrize("name", ["", "nowhere.py"])
def test_missing_code_is_named(name):
    with pytest.raises(UserError, match=f"file: '{name}' does not exist; network `own` needs"):
        build_network(SETTINGS | {"file": name}, SHAPE)
