"""A network as data: what is in it, that it is small, and what is refused and how."""

import base64
import json

import networks
import numpy as np
import pytest
import torch
from torch import nn

from latent_assays.errors import UserError
from latent_assays.explorer.export import export_network, in_half_precision
from latent_assays.explorer.moves import runs_of
from latent_assays.explorer.packing import half, packed
from latent_assays.models.autoencoder import Autoencoder

SHAPE = (4, 4, 4)


def unpacked(text):
    flat = np.frombuffer(base64.b64decode(text["data"]), np.dtype(text["type"]).newbyteorder("<"))
    return flat.reshape(text["shape"])


def with_encoder(encoder):
    """An autoencoder of images (4,4,4) and 2 latents whose decoder is plain."""
    decoder = nn.Sequential(nn.Linear(2, 64), nn.Unflatten(1, SHAPE))
    return Autoencoder(encoder, decoder, {"latents": 2}, SHAPE, stochastic=False).eval()


def through(layer, features=64):
    return with_encoder(nn.Sequential(layer, nn.Flatten(), nn.Linear(features, 2)))


@pytest.mark.parametrize("name", networks.CASES)
def test_all_weights_come_back_and_the_data_is_little_more_than_they_are(name):
    network = networks.network_of(name, "ae")
    data = export_network(network)
    layers = [layer for part in ("encode", "decode") for layer in data[part]["layers"]]
    found = [
        unpacked(value)
        for layer in layers
        for value in layer.values()
        if isinstance(value, dict) and value["type"] == "float16"
    ]
    kept = in_half_precision(network).state_dict().values()
    count = sum(weight.numel() for weight in kept)
    assert sum(each.size for each in found) == count
    values = np.sort(np.concatenate([each.ravel() for each in found]))
    expected = np.sort(np.concatenate([weight.numpy().ravel() for weight in kept]))
    np.testing.assert_array_equal(values, expected)
    assert len(json.dumps(data)) < 2 * 4 / 3 * count + 400 * len(layers)


def test_the_network_is_left_as_it_was():
    network = networks.network_of("pooled-conv")
    before = {name: weight.clone() for name, weight in network.state_dict().items()}
    export_network(network)
    assert all(torch.equal(before[name], value) for name, value in network.state_dict().items())
    for module in network.modules():
        assert "forward" not in vars(module)
        assert not module._forward_hooks
        assert not module._forward_pre_hooks


def test_what_the_output_does_not_depend_on_is_left_out():
    """The standard deviations of a posterior: half of a head, or a head of its own."""
    own = networks.own()
    kinds = [layer["layer"] for layer in export_network(own)["encode"]["layers"]]
    assert kinds.count("linear") == 1
    names = {
        layer["layer"] for layer in export_network(networks.network_of("conv"))["encode"]["layers"]
    }
    assert names == {"convolution", "relu", "linear", "take"}


@pytest.mark.parametrize(
    ("layer", "lack"),
    [
        (nn.GELU(), r"encoder\.0 \(GELU\) computes gelu, which the explorer does not know"),
        (nn.Conv2d(4, 4, 1, groups=2), r"encoder\.0 \(Conv2d\) computes a convolution in 2 groups"),
        (nn.AvgPool2d(1), r"encoder\.0 \(AvgPool2d\) computes avg_pool2d"),
        (nn.MaxPool2d(1, ceil_mode=True), "a max-pooling that is dilated or rounds up"),
        (nn.Upsample(size=(4, 4), mode="bilinear", align_corners=True), "aligned corners"),
        (nn.BatchNorm2d(4, track_running_stats=False), "a batch norm without running statistics"),
        (nn.Sequential(nn.Identity(), nn.Sequential(nn.Softsign())), r"encoder\.0\.1\.0 \(Softs"),
    ],
)
def test_a_layer_that_is_not_known_is_named(layer, lack):
    with pytest.raises(UserError, match=lack) as raised:
        export_network(through(layer))
    assert "\n" not in str(raised.value)


class Own(nn.Module):
    """A module around a function of features (B,4,4,4)."""

    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, features):
        return self.function(features)


def by_numpy(features):
    return torch.from_numpy(np.sqrt(features.numpy()))


def through_a_view(features):
    doubled = 2 * features
    doubled[:, 0].relu_()
    return doubled


def by_its_mean(features):
    return features if features.sum().item() > 0 else -features


@pytest.mark.parametrize(
    ("function", "lack"),
    [
        (lambda features: by_numpy(features).flatten(1)[:, :2], "what no layer computed"),
        (lambda features: features.flatten(1)[:, :2] + by_numpy(features).sum(), "with every inp"),
        (lambda features: through_a_view(features).flatten(1)[:, :2], "in place through a view"),
        (lambda features: (features - features.mean()).flatten(1)[:, :2], "a mean over anything b"),
        (lambda features: torch.div(features, 2, rounding_mode="floor"), "to divide with weights"),
        (lambda features: by_its_mean(features).flatten(1)[:, :2], r"encoder \(Own\) computes "),
        (lambda features: torch.rand(1) * features.flatten(1)[:, :2], "with every input"),
    ],
    ids=["numpy", "half-numpy", "view", "mean", "floor", "branch", "random"],
)
def test_what_layers_cannot_tell_is_refused(function, lack):
    with pytest.raises(UserError, match=lack):
        export_network(with_encoder(Own(function)))


def test_weights_beyond_half_precision_are_refused():
    with pytest.raises(UserError, match=r"weights are as large as 70000, and half precision"):
        half(np.array([1.0, -7e4], np.float32), "weights")


@pytest.mark.parametrize("kind", [np.uint8, np.float16, np.float32])
def test_arrays_come_back(kind):
    array = (np.random.default_rng(0).random((3, 1, 5)) * 200).astype(kind)
    assert packed(array)["shape"] == [3, 1, 5]
    np.testing.assert_array_equal(unpacked(packed(array)), array)
    np.testing.assert_array_equal(unpacked(packed(array.T)), array.T)


@pytest.mark.parametrize(
    ("indices", "runs"),
    [
        ([], []),
        ([7], [[7, 1, 0]]),
        ([2, 3, 4, 9, 7], [[2, 3, 1], [9, 2, -2]]),
        ([5, 5, 5, 6, 6, 6], [[5, 3, 0], [6, 3, 0]]),
    ],
)
def test_runs(indices, runs):
    assert runs_of(indices) == runs
    again = [first + i * step for first, count, step in runs for i in range(count)]
    assert again == indices
