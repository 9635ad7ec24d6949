"""Fast layers against the plain form of PyTorch, in values and in every gradient."""

import math
import subprocess
import sys

import numpy as np
import pytest
import torch

from latent_assays.models.layers import group_norm, norm_kernels
from latent_assays.models.layers.group_norm import GroupNormActivation
from latent_assays.models.layers.transposed import DoublingConv, by_phases

CHANNELS_LAST = {"memory_format": torch.channels_last}


@pytest.fixture(autouse=True)
def _small_features_are_fast_too(monkeypatch):
    monkeypatch.setattr(group_norm, "WORTHWHILE", 1)


def features(shape, dtype=torch.float32, seed=0):
    generator = torch.Generator().manual_seed(seed)
    drawn = 2 * torch.randn(shape, generator=generator) + 0.5
    return drawn.contiguous(**CHANNELS_LAST).to(dtype)


def values_and_gradients(function, layer, inputs, gradient):
    inputs = inputs.clone().requires_grad_()
    outputs = function(inputs)
    return [outputs, *torch.autograd.grad(outputs, [inputs, *layer.parameters()], gradient)]


def norm_layer(channels, activation):
    layer = GroupNormActivation(channels, activation)
    generator = torch.Generator().manual_seed(1)
    layer.weight.data = 1 + 0.5 * torch.randn(channels, generator=generator)
    layer.bias.data = torch.randn(channels, generator=generator)
    return layer


def assert_close(found, expected, tolerance):
    """Each tensor to `tolerance` of the largest element expected."""
    for ours, theirs in zip(found, expected, strict=True):
        assert (ours.double() - theirs).abs().max() <= tolerance * theirs.abs().max()


@pytest.mark.parametrize("activation", ["mish", "elu"])
@pytest.mark.parametrize("shape", [(3, 64, 8, 8), (2, 12, 5, 7), (4, 16, 2, 2), (1, 8, 17, 9)])
@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float32, 5e-6), (torch.bfloat16, 2e-2)])
def test_the_fused_norm_is_the_plain_one_in_double_precision(activation, shape, dtype, tolerance):
    layer = norm_layer(shape[1], activation)
    inputs, gradient = features(shape, dtype), features(shape, dtype, seed=2)
    assert layer.is_fast(inputs)
    found = values_and_gradients(layer, layer, inputs, gradient)
    assert found[0].dtype == found[1].dtype == dtype
    exact = norm_layer(shape[1], activation).double()
    expected = values_and_gradients(exact.plain, exact, inputs.double(), gradient.double())
    assert_close(found, expected, tolerance)
    assert_close(found[2:], expected[2:], 5e-6)  # weights' gradients are summed in float32 or more


@pytest.mark.parametrize("activation", ["mish", "elu"])
def test_the_fused_norm_rounds_to_bfloat16_as_pytorch_does(activation):
    layer = norm_layer(16, activation)
    inputs = features((2, 16, 8, 8), torch.bfloat16)
    exact = layer(inputs.float())
    assert torch.equal(layer(inputs), exact.to(torch.bfloat16))


@pytest.mark.parametrize("activation", ["mish", "elu"])
def test_the_fused_activation_is_right_far_out(activation):
    layer = GroupNormActivation(2, activation)
    layer.weight.data = torch.tensor([40.0, 60.0])  # reaches beyond +-20, where exp is cut off
    inputs = torch.linspace(-3, 3, 2 * 64).reshape(1, 2, 8, 8).contiguous(**CHANNELS_LAST)
    gradient = torch.ones_like(inputs)
    found = values_and_gradients(layer, layer, inputs, gradient)
    exact = GroupNormActivation(2, activation).double()
    exact.load_state_dict(layer.state_dict())
    expected = values_and_gradients(exact.plain, exact, inputs.double(), gradient.double())
    assert_close(found, expected, 1e-5)


def test_nan_comes_through_the_fused_norm():
    layer = GroupNormActivation(8, "mish")
    inputs = features((2, 8, 4, 4))
    inputs[0, 0, 0, 0] = math.nan
    outputs = layer(inputs)
    assert outputs[0, 0].isnan().all()
    assert outputs[1].isfinite().all()


@pytest.mark.parametrize(
    "inputs",
    [
        features((2, 8, 4, 4)).contiguous(),
        features((2, 8, 4, 4)).double(),
        features((2, 8, 4, 4), torch.float16),
    ],
)
def test_other_layouts_and_types_take_the_plain_path(inputs):
    assert not GroupNormActivation(8, "elu").is_fast(inputs)


def test_the_fused_loop_is_loaded_only_where_it_gains_more_than_it_takes(monkeypatch):
    monkeypatch.undo()
    layer = norm_layer(8, "mish")
    assert layer.is_fast(features((2, 8, 16, 16)))
    assert not layer.is_fast(features((2, 8, 16, 8)))
    with torch.no_grad():
        assert not layer.is_fast(features((2, 8, 16, 16)))


def test_without_numba_the_plain_path_gives_the_same(monkeypatch):
    layer, inputs = norm_layer(16, "mish"), features((2, 16, 8, 8))
    fast = layer(inputs)
    monkeypatch.setattr(group_norm, "HAS_NUMBA", False)
    assert not layer.is_fast(inputs)
    torch.testing.assert_close(layer(inputs), fast, rtol=1e-5, atol=1e-5)


def test_importing_networks_compiles_nothing():
    code = (
        "import sys; from latent_assays.models.networks import conv, blocks, pooled_conv; "
        "assert 'numba' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("outputs", [1, 3, 5, 16])
@pytest.mark.parametrize("side", [(1, 1), (2, 2), (5, 3)])
def test_the_doubling_convolution_is_the_plain_one(outputs, side):
    layer = DoublingConv(6, outputs)
    inputs = features((3, 6, *side))
    gradient = features((3, outputs, 2 * side[0], 2 * side[1]), seed=2)
    exact = DoublingConv(6, outputs).double()
    exact.load_state_dict(layer.state_dict())
    expected = values_and_gradients(exact.plain, exact, inputs.double(), gradient.double())
    assert_close(values_and_gradients(layer, layer, inputs, gradient), expected, 2e-6)


def test_the_doubling_convolutions_gradients_pass_gradcheck():
    layer = DoublingConv(2, 3).double()
    inputs = features((2, 2, 3, 3)).double().requires_grad_()
    assert torch.autograd.gradcheck(lambda x, *_: layer(x), (inputs, layer.weight, layer.bias))


@pytest.mark.parametrize("outputs", [3, 16])
def test_the_doubling_convolution_computes_in_bfloat16_under_autocast(outputs):
    layer = DoublingConv(8, outputs)
    inputs = features((2, 8, 4, 4))
    with torch.autocast("cpu", torch.bfloat16):
        found = layer(inputs)
        plain = layer.plain(inputs)
    assert found.dtype == plain.dtype == torch.bfloat16
    torch.testing.assert_close(found.float(), layer.plain(inputs), rtol=3e-2, atol=3e-2)
    found.float().sum().backward()
    assert layer.weight.grad.dtype == layer.bias.grad.dtype == torch.float32
    assert layer.bias.grad.tolist() == pytest.approx([2 * 8 * 8] * outputs, rel=1e-2)


def test_gradients_that_nobody_needs_are_not_computed():
    layer = DoublingConv(2, 3).requires_grad_(False)
    inputs = features((1, 2, 2, 2)).requires_grad_()
    layer(inputs).sum().backward()
    assert inputs.grad is not None
    assert layer.weight.grad is layer.bias.grad is None


def test_phases_place_each_tap_where_the_transposed_convolution_does():
    """One input pixel at row 1, column 1 paints the whole kernel from row 1, column 1 on."""
    inputs = torch.zeros(1, 1, 3, 3)
    inputs[0, 0, 1, 1] = 1
    weight = torch.arange(16.0).reshape(1, 1, 4, 4)
    image = by_phases(inputs, weight, torch.zeros(1))[0, 0].numpy()
    expected = np.zeros((6, 6))
    expected[1:5, 1:5] = np.arange(16).reshape(4, 4)
    np.testing.assert_array_equal(image, expected)


def test_ties_are_rounded_to_even_as_pytorch_does():
    ties = torch.arange(0x3F80, 0x3FC0, dtype=torch.int32) * 0x10000 + 0x8000
    values = ties.view(torch.float32)
    stored = np.empty(len(values), np.uint16)
    norm_kernels._store(values.numpy().copy(), stored, True)
    np.testing.assert_array_equal(stored, values.bfloat16().view(torch.uint16).numpy())
