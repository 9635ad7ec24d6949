"""One checklist over every network with every objective."""

import copy
import itertools
from pathlib import Path

import numpy as np
import pytest
import torch

from latent_assays.models import (
    NETWORKS,
    OBJECTIVES,
    build_network,
    build_objective,
    ignored_settings,
)
from latent_assays.models.objectives.objective import forward
from latent_assays.models.weights import load_model, save_model
from latent_assays.store import write_json
from latent_assays.training.checkpoint import digest
from latent_assays.training.fit import fit

BATCH = 4
SIZES = (2, 3, 4)
FACTORS = np.stack(np.unravel_index(np.arange(24), SIZES), 1)
SHAPES = {
    "pooled-conv": (3, 32, 32),
    "helix": (3, 1, 1),
    "mlp": (3, 1, 1),
    "linear": (3, 1, 1),
}
PAIRS = list(itertools.product(NETWORKS, OBJECTIVES))


def settings_of(network, objective):
    settings = {
        "network": network,
        "file": str(Path(__file__).with_name("own_network_example.py")),
        "objective": objective,
        "latents": 4,
        "width": 0.25,
        "segments": 2,
        "gamma": 2.0,
        "lambda_od": 1.0,
        "critic_units": 8,
        "learning_rate": 1e-3,
        "batch": BATCH,
        "steps": 4,
    }
    return {key: settings[key] for key in settings if key not in ignored_settings(settings)}


def images_of(network):
    channels, height, width = SHAPES.get(network, (3, 16, 16))
    shape = (24, height, width, channels)
    return np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)


def parts(network, objective):
    settings = settings_of(network, objective)
    images = images_of(network)
    model = build_network(settings, images.shape[3:] + images.shape[1:3], seed=1)
    return settings, images, model, build_objective(settings, seed=1)


def batch_of(images):
    return torch.from_numpy(images[:BATCH]).permute(0, 3, 1, 2) / 255


def total(model, objective, images, seed=0):
    passed = forward(model, images, np.random.default_rng(seed))
    terms = objective.terms(passed)
    weights = objective.weights_at(1)
    return passed, terms, sum(weights[name] * term for name, term in terms.items())


@pytest.mark.parametrize(("network", "objective"), PAIRS)
def test_shapes_terms_and_gradients(network, objective):
    _, images, model, objective = parts(network, objective)
    batch = batch_of(images)
    passed, terms, loss = total(model, objective, batch)
    assert passed.mean.shape == passed.codes.shape == (BATCH, 4)
    assert (passed.log_std is not None) == objective.stochastic
    assert passed.logits.shape == batch.shape
    assert set(terms) == set(objective.weights) == set(objective.reductions)
    assert all(term.shape == () and term.isfinite() for term in terms.values())
    loss.backward()
    unreached = [
        name
        for name, weight in model.named_parameters()
        if weight.grad is None or not weight.grad.abs().sum() > 0
    ]
    assert unreached == []


@pytest.mark.parametrize(("network", "objective"), PAIRS)
def test_float64_agrees(network, objective):
    _, images, model, objective = parts(network, objective)
    batch = batch_of(images)
    single = total(model, objective, batch)
    double = total(copy.deepcopy(model).double(), copy.deepcopy(objective).double(), batch.double())
    torch.testing.assert_close(single[0].logits.double(), double[0].logits, rtol=1e-3, atol=1e-4)
    torch.testing.assert_close(single[2].double(), double[2], rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(("network", "objective"), PAIRS)
def test_eval_repeats_and_weights_survive_the_disk(network, objective, tmp_path):
    settings, images, model, _ = parts(network, objective)
    batch = batch_of(images)
    model.eval()
    with torch.no_grad():
        expected = model.decode(model.encode(batch)[0])
        assert torch.equal(model.decode(model.encode(batch)[0]), expected)
    save_model(tmp_path / "model.safetensors", model)
    write_json(tmp_path / "config.json", {**settings, "image_shape": list(batch.shape[1:])})
    loaded, _ = load_model(tmp_path)
    with torch.no_grad():
        assert torch.equal(loaded.decode(loaded.encode(batch)[0]), expected)


@pytest.mark.parametrize(("network", "objective"), PAIRS)
def test_a_step_lowers_the_loss_of_a_fixed_batch(network, objective):
    _, images, model, objective = parts(network, objective)
    batch = batch_of(images)
    optimiser = torch.optim.Adam(model.parameters(), 1e-4)
    before = total(model, objective, batch)[2]
    before.backward()
    optimiser.step()
    assert total(model, objective, batch)[2] < before


@pytest.mark.parametrize(("network", "objective"), PAIRS)
def test_resuming_is_bitwise(network, objective, tmp_path):
    def train(directory, steps_to_do=4):
        settings, images, model, objective_ = parts(network, objective)
        terms = objective_.terms
        done = []

        def interrupted(batch):
            done.append(1)
            if len(done) > steps_to_do:
                raise KeyboardInterrupt
            return terms(batch)

        objective_.terms = interrupted
        result = fit(
            model,
            objective_,
            images,
            settings,
            3,
            directory,
            progress=False,
            device="cpu",
            factors=FACTORS,
            factor_sizes=SIZES,
            factor_names=("shape", "x", "y"),
            checkpoint_every=2,
        )
        return digest(model.state_dict()), digest(objective_.state_dict()), result

    *whole, _ = train(tmp_path / "whole")
    with pytest.raises(KeyboardInterrupt):
        train(tmp_path / "parts", steps_to_do=3)
    *resumed, result = train(tmp_path / "parts")
    assert result.resumed_from == 2
    assert resumed == whole
