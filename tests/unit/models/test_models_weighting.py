"""The number that means the same trade-off under another convention."""

import pytest
import torch

from latent_assays.models import build_network, build_objective
from latent_assays.models.weighting import explain_weights, weights_in_words

SETTINGS = {
    "network": "conv",
    "objective": "beta-vae",
    "latents": 6,
    "width": 0.25,
    "beta": 4,
    "reconstruction_weight": 2,
}


def explained(settings=SETTINGS):
    return explain_weights(build_objective(settings), build_network(settings, (3, 32, 32)))


@pytest.mark.parametrize("reconstruction", ["sum", "mean"])
@pytest.mark.parametrize("kl", ["sum", "mean"])
def test_losses_reduced_otherwise_have_parallel_gradients(reconstruction, kl):
    """Two losses ask for the same trade-off when their gradients point the same way."""
    errors = torch.rand(5, 3 * 32 * 32, requires_grad=True)
    divergences = torch.rand(5, 6, requires_grad=True)
    weight = explained()["beta"][f"{reconstruction}/{kl}"]

    def direction(loss):
        gradient = torch.cat(
            [g.flatten() for g in torch.autograd.grad(loss, [errors, divergences])]
        )
        return gradient / gradient.norm()

    ours = 2 * errors.sum(1).mean() + 4 * divergences.sum(1).mean()
    other = getattr(errors, reconstruction)(1).mean() + weight * getattr(divergences, kl)(1).mean()
    torch.testing.assert_close(direction(other), direction(ours))


def test_every_term_has_its_weight_and_reduction():
    assert explained()["terms"] == {
        "reconstruction": {"reduction": "sum over pixels, mean over batch", "weight": 2.0},
        "kl": {"reduction": "sum over latents, mean over batch", "weight": 4.0},
    }
    assert explained()["beta"]["sum/sum"] == 2.0


def test_without_a_kl_there_is_nothing_to_convert():
    settings = {key: value for key, value in SETTINGS.items() if key != "beta"}
    assert explained(settings | {"objective": "ae"})["beta"] is None


def test_beta_tc_vae_shows_the_beta_that_was_set():
    """β multiplies the total correlation, which the KL, with weight 1, holds once already."""
    found = explained(SETTINGS | {"objective": "beta-tc-vae", "beta": 6})
    assert found["terms"]["total_correlation"]["weight"] == 5
    assert found["beta_multiplies"] == "total_correlation"
    assert found["beta"] == {"sum/sum": 3.0, "mean/sum": 3 / 3072}


def test_a_strength_shows_in_every_convention():
    found = explained(SETTINGS | {"strength": 0.5})
    assert found["terms"]["kl"]["weight"] == 2
    assert found["beta"]["sum/sum"] == 1


def test_the_authors_kl_is_named():
    found = explained(SETTINGS | {"kl": "author"})
    assert found["terms"]["kl"]["reduction"].startswith("the author's variant, σ for σ²; sum over")


def test_warm_up_is_told():
    lines = weights_in_words(explained(SETTINGS | {"warmup": 500})).splitlines()
    assert lines[3] == "  all but the reconstruction rise to these weights in 500 steps"


def test_words():
    assert weights_in_words(explained()).splitlines() == [
        "minimising the sum of",
        "  2 x reconstruction: sum over pixels, mean over batch",
        "  4 x kl: sum over latents, mean over batch",
        "  the same β with reconstruction/kl taken as sum or mean: "
        "2 (sum/sum), 0.000651 (mean/sum), 0.003906 (mean/mean), 12 (sum/mean)",
    ]
