"""`variants`: the perturbed set is made from the most entangled restart, and says so."""

import json

import numpy as np
import pytest
import test_cli_artefacts as artefacts

from latent_assays.cli.variants import run
from latent_assays.errors import UserError
from latent_assays.store import read_image_set, write_json
from latent_assays.variants.pattern import Pattern, perturb

SETTINGS = {
    "kind": "perturbed",
    "epsilon": 0.1,
    "gain": 4,
    "values": "unclipped",
    "seed": 0,
    "foster": {"model": "loose-beta-vae", "seeds": 3},
}
MIGS = (0.5, 0.1, 0.3)
FOSTERED = 1  # of latents


def restarts(folder, migs=MIGS, noise=0.3):
    """Codes and scores of restarts; latent 1 is the least noisy one."""
    for seed, mig in enumerate(migs):
        mean = np.random.default_rng(seed).normal(2, 3, (24, 3)).astype(np.float32)
        std = np.tile(np.float32([0.95, noise, 0.6]), (24, 1)) if noise < 1 else np.ones((24, 3))
        record = artefacts.run_record(model="loose-beta-vae", seed=seed)
        artefacts.write_npz(folder / f"seed{seed}.npz", record, mean=mean, std=std)
        write_json(folder / f"seed{seed}.json", {"scores": {"mig": {"value": mig}}})
    return [
        folder / f"seed{seed}{suffix}" for suffix in (".npz", ".json") for seed in range(len(migs))
    ]


def make(folder, paths, **changes):
    images = artefacts.write_image_set(folder / "original.h5")
    settings = json.dumps({**SETTINGS, **changes})
    run(folder / "original.h5", "perturbed", settings, folder / "perturbed.h5", paths)
    return images, read_image_set(folder / "perturbed.h5")


@pytest.mark.parametrize("values", ["unclipped", "clipped"])
def test_the_change_is_within_epsilon_and_along_the_fostered_component(tmp_path, values):
    images, perturbed = make(tmp_path, restarts(tmp_path), values=values)
    difference = perturbed.images * perturbed.scale + perturbed.offset - images / 255
    assert 0.09 < np.abs(difference).max() <= 0.1 + 1e-9
    component = np.random.default_rng(1).normal(2, 3, (24, 3)).astype(np.float32)[:, FOSTERED]
    import h5py

    with h5py.File(tmp_path / "perturbed.h5") as file:
        s, signs, factors = (file[name][:] for name in ("s", "signs", "column_factors"))
    np.testing.assert_allclose(s, (component - component.mean()) / component.std(), atol=1e-4)
    pattern = Pattern(signs, factors, perturbed.attributes["origin"], gain=4)
    np.testing.assert_array_equal(perturbed.images, perturb(images, s, pattern, 0.1, values))


def test_it_says_where_its_component_comes_from(tmp_path):
    _, perturbed = make(tmp_path, restarts(tmp_path))
    facts = perturbed.attributes
    expected = {
        "variant": "perturbed",
        "dataset": "shapes3d",
        "source": artefacts.STAND_IN,
        "stand_in": True,
        "epsilon": 0.1,
        "values": "unclipped",
        "foster_model": "loose-beta-vae",
        "foster_seed": 1,
        "foster_latent": FOSTERED,
        "foster_mig": 0.1,
    }
    assert {key: facts[key] for key in expected} == expected
    assert json.loads(facts["provenance"])["settings"] == SETTINGS


def test_factors_are_those_of_the_original(tmp_path):
    _, perturbed = make(tmp_path, restarts(tmp_path))
    original = read_image_set(tmp_path / "original.h5")
    np.testing.assert_array_equal(perturbed.factors, original.factors)
    assert perturbed.factor_names == original.factor_names
    assert perturbed.factor_sizes == original.factor_sizes


def test_a_restart_without_a_mig_is_passed_over(tmp_path):
    _, perturbed = make(tmp_path, restarts(tmp_path, migs=(None, 0.4)))
    assert perturbed.attributes["foster_seed"] == 1


def test_a_collapsed_pool_is_one_sentence_and_leaves_no_file(tmp_path):
    with pytest.raises(UserError, match="none of the 3 restarts"):
        make(tmp_path, restarts(tmp_path, noise=1.0))
    assert not [path for path in tmp_path.iterdir() if "perturbed" in path.name]


def test_the_same_restarts_give_the_same_images(tmp_path):
    _, first = make(tmp_path, restarts(tmp_path))
    before = np.array(first.images)
    _, second = make(tmp_path, restarts(tmp_path))
    np.testing.assert_array_equal(second.images, before)
