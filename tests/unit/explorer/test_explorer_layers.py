"""The scripts compute what PyTorch computes, with the same weights in half precision."""

import json

import networks
import numpy as np
import pytest
import torch

from latent_assays.explorer.export import export_network, in_half_precision
from latent_assays.models.registry import NETWORKS

pytestmark = pytest.mark.xdist_group("explorer")

BOUND = 1e-3
CASES = [(name, objective) for name in networks.CASES for objective in ("beta-vae", "ae")]


def largest_difference(javascript, network):
    """Of means and of decoded values, between the scripts and PyTorch, on three inputs."""
    draw = torch.Generator().manual_seed(2)
    codes = 2 * torch.randn(3, network.latents, generator=draw)
    images = torch.rand(3, *network.image_shape, generator=draw)
    with torch.no_grad():
        expected = network.encode(images)[0], network.images(network.decode(codes))
    assert all(each.std() > 1e-3 for each in expected), "what does not vary tells nothing"
    data, inputs = export_network(network), [images.flatten(1).tolist(), codes.tolist()]
    found = javascript(
        f"(() => {{ const network = openNetwork({json.dumps(data)});"
        f"const [images, codes] = {json.dumps(inputs)};"
        "return [images.map((one) => Array.from(network.encode(one))),"
        " codes.map((one) => Array.from(network.decode(one)))]; })()"
    )
    return max(
        np.abs(np.array(ours) - theirs.flatten(1).numpy()).max()
        for ours, theirs in zip(found, expected, strict=True)
    )


def test_every_network_of_the_project_is_tried():
    assert set(networks.CASES) == set(NETWORKS) - {"own"}


@pytest.mark.parametrize(("name", "objective"), CASES)
def test_a_network_of_the_project(javascript, name, objective):
    network = in_half_precision(networks.network_of(name, objective))
    assert largest_difference(javascript, network) < BOUND


def test_a_network_of_a_users_own(javascript):
    assert largest_difference(javascript, in_half_precision(networks.own())) < BOUND


def test_the_difference_is_one_of_weights(javascript):
    """Without rounding them in PyTorch too it is there, so the comparison above can fail."""
    rounded = largest_difference(javascript, in_half_precision(networks.network_of("conv")))
    assert largest_difference(javascript, networks.network_of("conv")) > 10 * rounded


def test_an_upsampling_by_another_factor(javascript):
    small = torch.rand(1, 1, 3, 5, generator=torch.Generator().manual_seed(0))
    for mode, name in (("bilinear", "bilinearPlaces"), ("nearest", "nearestPlaces")):
        large = torch.nn.functional.interpolate(small, size=(7, 8), mode=mode)
        layer = json.dumps({"given": [1, 3, 5], "shape": [1, 7, 8]})
        found = javascript(
            f"Array.from(openUpsampling({layer}, {name})({small.flatten().tolist()}))"
        )
        np.testing.assert_allclose(found, large.flatten().numpy(), atol=1e-6)


def test_half_precision_is_read_to_the_bit(javascript):
    """Every finite number of 16 bits, the smallest and both zeros included."""
    bits = np.arange(2**16, dtype=np.uint16)
    numbers = bits.view(np.float16)
    bits = bits[np.isfinite(numbers)]
    found = javascript(f"{bits.tolist()}.map(halfToNumber)")
    np.testing.assert_array_equal(found, bits.view(np.float16).astype(np.float64))
