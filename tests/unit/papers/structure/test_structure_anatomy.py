"""The layers of decoders, against the sizes that the paper and its authors' code give."""

import numpy as np
import pytest
import torch

from latent_assays.models import build_network
from latent_assays.papers.structure.measures.anatomy import LEARNED, measure

CODED = {"mean": np.zeros((3, 12), np.float32)}


def network(kind, image_shape=(3, 64, 64), **settings):
    shared = {"network": kind, "objective": "ae", "latents": 12, "steps": 1}
    return build_network(shared | settings, image_shape)


@pytest.fixture(scope="module")
def sae_12():
    return measure(CODED, network("structural", segments=12))


def test_sae_12_has_the_authors_count_of_parameters(sae_12):
    numbers, arrays = sae_12
    total = sum(numbers[f"{part}_parameters"]["value"] for part in ("encoder", "decoder"))
    assert total == 1_221_967
    assert arrays["parameters"].sum() == numbers["decoder_parameters"]["value"]
    assert arrays["latents"] == 12


def test_sae_12_begins_with_a_learned_constant_and_ends_with_an_image(sae_12):
    arrays = sae_12.arrays
    ends = [(arrays["name"][at], arrays["kind"][at], *arrays["shape"][at]) for at in (0, -1)]
    assert ends[0] == ("root", LEARNED, 64, 2, 2)
    assert ends[1] == ("blocks.11.convolution", "Conv2d", 3, 64, 64)
    assert (arrays["kind"] == LEARNED).sum() == 1


def test_sae_12_upsamples_before_five_of_its_twelve_convolutions(sae_12):
    names, shapes = sae_12.arrays["name"], sae_12.arrays["shape"]
    upsampled = [int(name.split(".")[1]) + 1 for name in names if name.endswith("upsample")]
    assert upsampled == [2, 4, 7, 10, 12]
    sides = [side for name, (_, side, _) in zip(names, shapes, strict=True) if "convol" in name]
    assert sides == [2, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 64]


def test_a_str_tfm_has_one_input_and_two_hidden_layers_of_64_and_128_units(sae_12):
    arrays = sae_12.arrays
    mlp = np.char.startswith(arrays["name"], "transforms.7.") & (arrays["kind"] == "Linear")
    assert arrays["inputs"][mlp].tolist() == [1, 64, 128]
    assert arrays["shape"][mlp].tolist() == [[64, 1, 1], [128, 1, 1], [128, 1, 1]]
    assert arrays["parameters"][mlp].tolist() == [2 * 64, 65 * 128, 129 * 128]


def test_layers_come_in_the_order_in_which_the_code_passes_them(sae_12):
    names = sae_12.arrays["name"].tolist()
    for block in range(11):
        first, then = f"blocks.{block}.convolution", f"transforms.{block + 2}.network.0"
        assert names.index(f"transforms.{block + 1}.network.4") < names.index(first)
        assert names.index(first) < names.index(then)


@pytest.mark.parametrize(
    ("kind", "settings"),
    [("adaptive", {"segments": 12}), ("ladder", {"segments": 3}), ("hourglass", {})],
)
def test_all_parameters_of_other_decoders_are_counted_too(kind, settings):
    other = network(kind, (3, 16, 16), width=0.25, **settings)
    numbers, arrays = measure(CODED, other)
    counted = sum(parameter.numel() for parameter in other.decoder.parameters())
    assert arrays["parameters"].sum() == numbers["decoder_parameters"]["value"] == counted
    assert arrays["shape"][-1].tolist() == [3, 16, 16]


def test_the_network_is_left_as_it_was():
    other = network("structural", (3, 16, 16), width=0.25, segments=12)
    first, again = measure(CODED, other), measure(CODED, other)
    assert first.numbers == again.numbers
    for name in first.arrays:
        np.testing.assert_array_equal(first.arrays[name], again.arrays[name])
    assert not any(module._forward_hooks for module in other.modules())
    assert torch.is_grad_enabled()
