"""Batches: the images of the rows asked for, in the layout asked for; and the numbers of a step."""

import numpy as np
import pytest
import torch

from latent_assays.models import build_network
from latent_assays.training import fit as fit_module
from latent_assays.training.batches import Gather

IMAGES = np.random.default_rng(0).integers(0, 256, (20, 6, 4, 3), dtype=np.uint8)
ROWS = np.array([7, 0, 7, 19])


@pytest.mark.parametrize("values", [IMAGES, IMAGES.astype(np.float32) - 3])
@pytest.mark.parametrize(
    ("channels_last", "layout"), [(True, torch.channels_last), (False, torch.contiguous_format)]
)
def test_a_batch_holds_the_rows_asked_for_in_the_layout_asked_for(values, channels_last, layout):
    batch = Gather(values, channels_last=channels_last)(ROWS)
    assert batch.is_contiguous(memory_format=layout)
    assert batch.dtype == torch.float32
    expected = values[ROWS].transpose(0, 3, 1, 2).astype(np.float32)
    if values.dtype == np.uint8:
        expected = expected / np.float32(255)
    np.testing.assert_array_equal(batch.numpy(), expected)


@pytest.mark.parametrize(("network", "convolves"), [("conv", True), ("mlp", False)])
def test_a_network_that_convolves_is_told_from_one_that_does_not(network, convolves):
    settings = {"network": network, "objective": "ae", "latents": 2}
    built = build_network(settings, (3, 32, 32), 0)
    assert fit_module._convolves(built) == convolves


@pytest.mark.parametrize("seed", [0, 3, 7 * 2**32 + 5])
def test_a_step_draws_what_manual_seed_would_let_it_draw(seed):
    torch.manual_seed(seed)
    expected = torch.rand(5)
    fit_module._seed_generators(seed, torch.device("cpu"))
    assert torch.equal(torch.rand(5), expected)
