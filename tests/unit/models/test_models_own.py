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
        (MODULES.format(outputs=3, inputs=2, shape=SHAPE), r": .* \(16, 3\), not \(16, 4\)"),
        (MODULES.format(outputs=4, inputs=2, shape=(1, 2, 8)), r": .* \(16, 1, 2, 8\), not"),
        (MODULES.format(outputs=4, inputs=5, shape=SHAPE), r": the decoder fails on \(16, 2\)"),
        (MODULES.format(outputs=2, inputs=2, shape=SHAPE), ": .* needs a std, so return"),
        ("def build(*_): return 1, 2", ": build must return .* not a tuple of int and int"),
        ("def build(*_): return int, str", ": build must return .* not a tuple"),
        ("from torch import nn\ndef build(*_): return nn.Linear(1, 1)", ": build .* not a Linear"),
        ("import torch\n\nbuild = 3", " has an int as build: it needs a function build"),
        ("x = 1", r" defines no build: it needs a function build\(latents, image_shape, stochas"),
        ("def build(*_): raise ValueError('no')", ", line 1: ValueError: no"),
        ("def build(a):\n    pass", ": TypeError: .* takes 1 positional argument but 3 were given"),
        ("import torch\nraise OSError('a\\nb')", ", line 2: OSError: a$"),
        ("import sys\n\nsys.exit(2)", r", line 3: it exits \(SystemExit: 2\): put what .*__main__"),
        ("def build(*_):\n    exit()", r", line 2: it exits \(SystemExit: \w*\): put what"),
        ("x = 1\ndef build(:", ", line 2: SyntaxError: invalid syntax"),
        ("import nowhere_at_all", ", line 1: ModuleNotFoundError: No module named"),
        (
            FUNCTIONS.replace("x.flatten", "[][0] or x.flatten"),
            r", line 3: the encoder fails on \(16, 1, 4, 4\): IndexError: list index",
        ),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(tmp_path, code, sentence):
    with pytest.raises(UserError, match=rf"^file: \S*net\.py{sentence}"):
        build(tmp_path / "net.py", code)


def test_an_import_path_is_told_with_its_line_too(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "brought_broken.py").write_text("x = 1\nraise SystemExit(1)")
    with pytest.raises(UserError, match=r"^file: brought_broken:build, line 2: it exits"):
        build_network(SETTINGS | {"file": "brought_broken:build"}, SHAPE)
    with pytest.raises(UserError, match=r"^file: nowhere\.at:build: ModuleNotFoundError"):
        build_network(SETTINGS | {"file": "nowhere.at:build"}, SHAPE)


def test_weights_where_code_belongs_are_told_apart(tmp_path):
    torch.save({}, tmp_path / "mine.pt")
    with pytest.raises(UserError, match=r"mine\.pt holds weights, .* under weights .*README\.md"):
        build_network(SETTINGS | {"file": str(tmp_path / "mine.pt")}, SHAPE)


# --- encoders that return more than one tensor ---

PARTS = """
import torch
from torch import nn

class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Flatten(), nn.Linear(16, 4))

    def forward(self, images):
        mean, spread = self.body(images).chunk(2, dim=1)
        return {returned}

def build(latents, image_shape, stochastic):
    return Encoder(), nn.Sequential(nn.Linear(2, 16), nn.Unflatten(1, (1, 4, 4)))
"""


@pytest.mark.parametrize("returned", ["mean, spread", "[mean, spread]"])
def test_a_pair_is_taken_as_mean_and_log_std_or_log_variance(tmp_path, returned):
    images = torch.rand(3, *SHAPE)
    for name, log_variance, factor in (("a.py", False, 1), ("b.py", True, 0.5)):
        network = build(tmp_path / name, PARTS.format(returned=returned), log_variance=log_variance)
        mean, spread = network.encoder.body(images).chunk(2, dim=1)
        torch.testing.assert_close(network.encode(images), (mean, factor * spread))
        assert set(network.encoder.state_dict()) == {"body.1.weight", "body.1.bias"}
        encode, _ = encode_decode(network)
        np.testing.assert_allclose(encode(images.numpy()), mean.detach(), atol=1e-6)


@pytest.mark.parametrize(
    ("returned", "sentence"),
    [
        ("mean, spread, mean", r"a tuple of \(16, 2\) and \(16, 2\) and \(16, 2\), .* a sample"),
        ("mean, spread[:, :1]", r"a tuple of \(16, 2\) and \(16, 1\), and two tensors \(16, 2\)"),
        ("mean, None", r"a tuple of \(16, 2\) and NoneType, and two tensors"),
        ("(mean,)", r"a tuple of \(16, 2\), and two tensors"),
        ("{'mean': mean}", r"the encoder returns a dict, not a tensor \(16, 4\)"),
        ("torch.distributions.Normal(mean, 1)", "the encoder returns a Normal, not a tensor"),
        ("mean + spread.exp() * torch.randn_like(mean), spread", "other numbers each time: .* no"),
        ("torch.cat([mean + torch.randn_like(mean), spread], 1)", "other numbers each time"),
        ("mean / 0, spread", "the encoder gives NaN or infinite numbers"),
    ],
)  # fmt: skip
def test_other_outputs_of_an_encoder_are_told(tmp_path, returned, sentence):
    with pytest.raises(UserError, match=sentence):
        build(tmp_path / "net.py", PARTS.replace("{returned}", returned))


@pytest.mark.parametrize(
    ("returned", "sentence"),
    [
        ("mean, spread", r"a tuple of \(16, 2\) and \(16, 2\), and the objective takes means"),
        ("self.body(images)", r"into \(16, 4\), not \(16, 2\): .* return the first half"),
    ],
)
def test_an_autoencoder_takes_means_alone(tmp_path, returned, sentence):
    code = PARTS.format(returned=returned)
    with pytest.raises(UserError, match=sentence):
        build(tmp_path / "net.py", code, objective="ae")


# --- decoders that give images, not logits ---

DECODER = """
import torch
from torch import nn

def build(latents, image_shape, stochastic):
    first = nn.Sequential(nn.Linear(2, 16), nn.Unflatten(1, (1, 4, 4)))
    return nn.Sequential(nn.Flatten(), nn.Linear(16, 4)), {decoder}
"""


@pytest.mark.parametrize(
    ("decoder", "why"),
    [
        ("nn.Sequential(first, nn.Sigmoid())", "ends in Sigmoid"),
        ("nn.Sequential(first, nn.Sequential(nn.Tanh()))", "ends in Tanh"),
        ("lambda codes: first(codes).sigmoid()", r"lies in \[0, 1\]"),
        ("lambda codes: first(codes).clamp(0, 1)", r"lies in \[0, 1\]"),
    ],
)
def test_a_second_sigmoid_is_noticed(tmp_path, decoder, why):
    code = DECODER.format(decoder=decoder)
    sentence = rf"what the decoder returns {why}, .* must be logits, .* likelihood: gaussian"
    with pytest.raises(UserError, match=sentence):
        build(tmp_path / "net.py", code)
    assert build(tmp_path / "net.py", code, likelihood="gaussian").likelihood == "gaussian"


@pytest.mark.parametrize(
    "decoder",
    [
        "first",
        "nn.Sequential(first, nn.Identity())",
        "nn.Sequential(nn.Linear(2, 16), nn.Sigmoid(), nn.Linear(16, 16), first[1])",
        "lambda codes: first(codes) * 0",  # a last layer that begins with zeros
    ],
)
def test_logits_are_not_taken_for_images(tmp_path, decoder):
    build(tmp_path / "net.py", DECODER.format(decoder=decoder))


@pytest.mark.parametrize(
    ("decoder", "sentence"),
    [
        ("lambda codes: (first(codes), codes)", "the decoder returns a tuple of .*, not a tensor"),
        ("lambda codes: first(codes) / 0", "the decoder gives NaN or infinite numbers"),
    ],
)
def test_other_outputs_of_a_decoder_are_told(tmp_path, decoder, sentence):
    with pytest.raises(UserError, match=sentence):
        build(tmp_path / "net.py", DECODER.format(decoder=decoder))


@pytest.mark.parametrize("name", ["", "nowhere.py"])
def test_missing_code_is_named(name):
    with pytest.raises(UserError, match=f"file: '{name}' does not exist; network `own` needs"):
        build_network(SETTINGS | {"file": name}, SHAPE)
