"""What callers pass by mistake is one sentence with the recipe; a bar is shown if asked for."""

import sys
import warnings

import numpy as np
import pytest
import torch
from torch import nn

from latent_assays.errors import UserError
from latent_assays.responses import (
    READINGS,
    conditioned_response_matrix,
    respond,
    response_map,
    response_matrix,
)

D = 3
CODES = np.random.default_rng(0).standard_normal((12, D))
SIZES = (3, 4)


def same(rows):
    return rows


def linear(inputs, outputs):
    torch.manual_seed(0)
    return nn.Linear(inputs, outputs)


def in_torch(function):
    return lambda array: function(torch.from_numpy(array))


# --- encode ---


@pytest.mark.parametrize("kind", [tuple, list])
def test_an_encoder_that_returns_more_than_means_is_told_to_be_cut(kind):
    def encode(images):
        return kind([images, np.log(images**2)])

    recipe = rf"encode returned a {kind.__name__} of 2, .* lambda images: encode\(images\)\[0\]"
    with pytest.raises(UserError, match=recipe):
        response_matrix(encode, same, D, samples=2)
    with pytest.raises(UserError, match=recipe):
        conditioned_response_matrix(encode, same, CODES, SIZES, traversals=1, interventions=1)
    with pytest.raises(UserError, match=recipe):
        response_map(encode, same, CODES[0], (0, 1), points=2)
    np.testing.assert_allclose(
        respond(lambda images: encode(images)[0], same, CODES), CODES, atol=1e-6
    )


def test_a_list_of_rows_is_no_list_of_outputs():
    np.testing.assert_allclose(respond(list, same, CODES), CODES, atol=1e-6)


def test_a_tensor_with_gradients_is_told_to_be_detached():
    module = linear(D, D)
    recipe = r"a Tensor .* grad.*: pass lambda images: encode\(images\)\.detach\(\)\.cpu\(\)"
    with pytest.raises(UserError, match=recipe):
        respond(in_torch(module), same, CODES)
    detached = respond(lambda images: in_torch(module)(images).detach().numpy(), same, CODES)
    weight, bias = module.weight.detach().numpy(), module.bias.detach().numpy()
    np.testing.assert_allclose(detached, CODES @ weight.T + bias, atol=1e-5)


def test_a_tensor_without_gradients_will_do():
    np.testing.assert_allclose(respond(torch.from_numpy, same, CODES), CODES, atol=1e-6)
    recipe = r"ScalarType.*\.float\(\)\.numpy\(\)"
    with pytest.raises(UserError, match=recipe):
        respond(lambda images: torch.from_numpy(images).bfloat16(), same, CODES)


@pytest.mark.parametrize(
    "output", [{"mean": CODES}, torch.distributions.Normal(torch.zeros(12, D), 1.0)]
)
def test_what_is_no_array_is_named(output):
    name = type(output).__name__
    with pytest.raises(UserError, match=rf"returned a {name} that is no array .* posterior means"):
        respond(lambda images: output, same, CODES)


def test_means_and_spreads_side_by_side_are_told_to_be_cut():
    def encode(images):
        return np.concatenate([images, images], axis=1)

    recipe = r"\(12, 6\) for codes \(12, 3\): .* lambda images: encode\(images\)\[:, :3\]"
    with pytest.raises(UserError, match=recipe):
        respond(encode, same, CODES)
    with pytest.raises(UserError, match=r"\(12, 2\) for codes \(12, 3\): .* of each row$"):
        respond(lambda images: images[:, :2], same, CODES)


# --- functions of tensors ---


class Both(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Flatten(), linear(D, D))

    def encode(self, images):
        return self.layers(images)


@pytest.mark.parametrize("progress", [False, True])
@pytest.mark.parametrize("function", [linear(D, D), Both().encode, Both().layers])
def test_functions_of_tensors_are_told_to_be_wrapped(function, progress):
    recipe = r"fails on a NumPy array .*torch\.from_numpy\({}\)\)\.detach\(\)\.numpy\(\)"
    with pytest.raises(UserError, match=r"^decode " + recipe.format("codes")):
        response_matrix(same, function, D, samples=2, progress=progress)
    with pytest.raises(UserError, match=r"^encode " + recipe.format("images")):
        response_matrix(function, same, D, samples=2, progress=progress)


def test_other_failures_are_left_as_they_are():
    def decode(codes):
        raise TypeError("mine")

    with pytest.raises(TypeError, match="mine"):
        respond(same, decode, CODES)
    with pytest.raises(RuntimeError, match="shapes cannot be multiplied"):
        respond(in_torch(linear(D + 1, D)), same, CODES)


# --- decode ---


def test_a_decoder_that_returns_more_than_images_is_told_to_be_cut():
    def decode(codes):
        return codes, None

    recipe = r"decode returned a tuple of 2, .* lambda codes: decode\(codes\)\[0\]"
    with pytest.raises(UserError, match=recipe):
        respond(lambda images: images[:, :D], decode, CODES)
    both = respond(lambda parts: parts[0], decode, CODES)  # an encoder that takes both
    np.testing.assert_allclose(both, CODES, atol=1e-6)


def images_of(low, high, shape=(2, 4, 4)):
    """A decoder whose images run from `low` to `high`."""
    ramp = np.linspace(low, high, int(np.prod(shape)), dtype=np.float32).reshape(shape)
    return lambda codes: np.repeat(ramp[None], len(codes), axis=0)


def means_of(images):
    return np.zeros((len(images), D))


@pytest.mark.parametrize("wrap", [np.asarray, torch.from_numpy])
@pytest.mark.parametrize("shape", [(1, 4, 4), (3, 4, 4), (4, 4, 1)])
@pytest.mark.parametrize(("low", "high"), [(-6, 6), (-6, -2), (0, 255)])
def test_logits_and_bytes_are_told_of(low, high, shape, wrap):
    decode = images_of(low, high, shape)
    with pytest.warns(UserWarning, match=r"far outside \[0,1\]: if they are logits, .* lambda"):
        respond(means_of, lambda codes: wrap(decode(codes)), CODES)


@pytest.mark.parametrize(
    "decode",
    [
        images_of(0, 1),
        images_of(-1, 1),  # as some encoders want them
        images_of(-0.2, 1.2),  # of a Gaussian likelihood
        images_of(-9, 9, (3, 1, 1)),  # vectors
        images_of(-9, 9, (D,)),
    ],
)
def test_images_and_vectors_are_taken_without_a_word(decode):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        respond(means_of, decode, CODES)


def test_logits_are_told_of_once(recwarn):
    warnings.simplefilter("default")
    respond(means_of, images_of(-6, 6), CODES, batch=2)
    response_matrix(means_of, images_of(-9, 9), D, samples=3, batch=2)
    assert len(recwarn) == 1


# --- progress ---


def assays(progress, decode=np.tanh):
    options = {"progress": progress, "batch": 5}
    yield response_matrix(np.sin, decode, D, samples=7, **options)
    for reading in READINGS:
        few = {"traversals": 2, "interventions": 5, "reading": reading}
        yield conditioned_response_matrix(np.sin, decode, CODES, SIZES, **few, **options)
    yield response_map(np.sin, decode, CODES[0], (0, 2), points=5, **options)


class Terminal:
    """A stderr that keeps what is written to it."""

    encoding = "utf-8"

    def __init__(self, is_terminal):
        self.is_terminal, self.text = is_terminal, ""

    def isatty(self):
        return self.is_terminal

    def write(self, text):
        self.text += text

    def flush(self):
        pass


def test_a_bar_ends_with_the_rows_that_were_decoded_and_changes_no_number(monkeypatch):
    decoded = []

    def decode(codes):
        decoded[-1] += len(codes)
        return np.tanh(codes)

    silent, shown = assays(False), assays(True, decode)
    for expected in silent:
        decoded.append(0)
        terminal = Terminal(True)
        monkeypatch.setattr(sys, "stderr", terminal)
        found = next(shown)
        monkeypatch.undo()
        last = terminal.text.rstrip().rpartition("\r")[2]
        assert last.startswith("100%")
        assert f"{decoded[-1]:.1f}/{decoded[-1]:.1f} " in last
        for name, value in vars(expected).items():
            np.testing.assert_array_equal(value, vars(found)[name])
    assert decoded[0] == (D + 1) * 7
    assert decoded[-1] == 5**2
    assert max(decoded[1:-1]) <= (D + 1) * len(SIZES) * 2 * 5


@pytest.mark.parametrize(("progress", "is_terminal"), [(False, True), (True, False)])
def test_logs_and_callers_that_did_not_ask_are_spared_the_bar(monkeypatch, progress, is_terminal):
    terminal = Terminal(is_terminal)
    monkeypatch.setattr(sys, "stderr", terminal)
    list(assays(progress))
    assert terminal.text == ""
