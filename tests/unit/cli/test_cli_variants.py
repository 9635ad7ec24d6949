"""`variants`: the perturbed set is made from the chosen run, and says so."""

import json

import artefacts
import numpy as np
import pytest

from latent_assays.cli import datasets
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
    "foster": "entangled",
}
MEAN = np.random.default_rng(1).normal(2, 3, (24, 3)).astype(np.float32)
DEVIATIONS = (0.95, 0.3, 0.6)
FOSTERED = 1  # the latent of the least deviation
CHOSEN = {"dataset": "shapes3d", "variant": "original", "model": "loose-beta-vae", "seed": 1}


def chosen_run(folder, number="mig", deviations=DEVIATIONS, **changes):
    """The options that name a choice, and the codes of the run that it chose."""
    made = {"choice": "entangled", "chosen": {**CHOSEN, "value": 0.1, **changes}, "number": number}
    write_json(folder / "choice.json", made)
    arrays = {"mean": MEAN}
    if deviations:
        arrays["std"] = np.tile(np.float32(deviations), (24, 1))
    record = artefacts.run_record(model="loose-beta-vae", seed=1)
    artefacts.write_npz(folder / "codes.npz", record, **arrays)
    return {"choice": folder / "choice.json", "codes": folder / "codes.npz"}


def make(folder, options, **changes):
    images = artefacts.write_image_set(folder / "original.h5")
    settings = json.dumps({**SETTINGS, **changes})
    run(folder / "original.h5", "perturbed", settings, folder / "perturbed.h5", **options)
    return images, read_image_set(folder / "perturbed.h5")


@pytest.mark.parametrize("values", ["unclipped", "clipped"])
def test_the_change_is_within_epsilon_and_along_the_fostered_component(tmp_path, values):
    images, perturbed = make(tmp_path, chosen_run(tmp_path), values=values)
    difference = perturbed.images * perturbed.scale + perturbed.offset - images / 255
    assert 0.09 < np.abs(difference).max() <= 0.1 + 1e-9
    component = MEAN[:, FOSTERED]
    import h5py

    with h5py.File(tmp_path / "perturbed.h5") as file:
        s, signs, factors = (file[name][:] for name in ("s", "signs", "column_factors"))
    np.testing.assert_allclose(s, (component - component.mean()) / component.std(), atol=1e-4)
    pattern = Pattern(signs, factors, perturbed.attributes["origin"], gain=4)
    np.testing.assert_array_equal(perturbed.images, perturb(images, s, pattern, 0.1, values))


def test_it_says_where_its_component_comes_from(tmp_path):
    _, perturbed = make(tmp_path, chosen_run(tmp_path))
    facts = perturbed.attributes
    expected = {
        "variant": "perturbed",
        "dataset": "shapes3d",
        "source": artefacts.STAND_IN,
        "stand_in": True,
        "epsilon": 0.1,
        "values": "unclipped",
        "foster_choice": "entangled",
        "foster_model": "loose-beta-vae",
        "foster_seed": 1,
        "foster_latent": FOSTERED,
        "foster_number": "mig",
        "foster_value": 0.1,
        "foster_commit": artefacts.COMMIT,
    }
    assert {key: facts[key] for key in expected} == expected
    assert json.loads(facts["provenance"])["settings"] == SETTINGS


def test_factors_and_parts_are_those_of_the_original(tmp_path):
    _, perturbed = make(tmp_path, chosen_run(tmp_path))
    original = read_image_set(tmp_path / "original.h5")
    np.testing.assert_array_equal(perturbed.factors, original.factors)
    assert perturbed.factor_names == original.factor_names
    assert perturbed.factor_sizes == original.factor_sizes
    np.testing.assert_array_equal(perturbed.split, original.split)
    assert perturbed.attributes["split_rule"] == original.attributes["split_rule"]


def test_the_number_that_decided_bears_its_name(tmp_path):
    _, perturbed = make(tmp_path, chosen_run(tmp_path, number="dci"))
    assert perturbed.attributes["foster_number"] == "dci"
    assert perturbed.attributes["foster_value"] == 0.1


def refused(folder, options):
    """The sentence that refuses to make the perturbed set, of which nothing is left."""
    with pytest.raises(UserError) as caught:
        make(folder, options)
    assert not [path for path in folder.iterdir() if "perturbed" in path.name]
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_collapsed_run_is_one_sentence_and_leaves_no_file(tmp_path):
    sentence = refused(tmp_path, chosen_run(tmp_path, deviations=(1.0, 0.99, 0.95)))
    assert sentence.startswith("no latent of the chosen run is active")


def test_an_autoencoder_cannot_be_fostered(tmp_path):
    sentence = refused(tmp_path, chosen_run(tmp_path, deviations=None))
    assert sentence.endswith("loose-beta-vae has no posterior deviations: choose a VAE")


@pytest.mark.parametrize("missing", ["choice", "codes"])
def test_a_perturbed_set_needs_a_choice_and_its_codes(tmp_path, missing):
    options = chosen_run(tmp_path)
    del options[missing]
    assert refused(tmp_path, options).endswith("give --choice and --codes")


@pytest.mark.parametrize(
    "other", [{"seed": 3}, {"model": "ae"}, {"dataset": "dsprites"}, {"variant": "noisy"}]
)
def test_codes_of_another_run_than_the_chosen_one_are_refused(tmp_path, other):
    sentence = refused(tmp_path, chosen_run(tmp_path, **other))
    assert "codes.npz are of shapes3d/original, loose-beta-vae, seed 1," in sentence
    wanted = "{dataset}/{variant}, {model}, seed {seed}".format_map({**CHOSEN, **other})
    assert sentence.endswith(f"the chosen run is {wanted}: give its codes")


def test_a_set_without_a_class_keeps_every_image_in_its_part(tmp_path):
    artefacts.write_image_set(tmp_path / "original.h5")
    settings = json.dumps({"kind": "without", "drop": {"hue": [2, 3]}})
    run(tmp_path / "original.h5", "without", settings, tmp_path / "without.h5")
    original, rest = (read_image_set(tmp_path / f"{name}.h5") for name in ("original", "without"))
    kept = ~np.isin(original.factors[:, 1], [2, 3])
    np.testing.assert_array_equal(rest.split, original.split[kept])
    np.testing.assert_array_equal(rest.images, original.images[kept])


def test_vectors_have_no_variants(tmp_path):
    datasets.run("double_helix", json.dumps({"source": "rendered"}), tmp_path / "original.h5")
    settings = json.dumps({"kind": "noisy", "epsilon": 0.1, "values": "clipped", "seed": 0})
    with pytest.raises(UserError, match="holds vectors"):
        run(tmp_path / "original.h5", "noisy", settings, tmp_path / "noisy.h5")


def test_the_same_choice_gives_the_same_images(tmp_path):
    _, first = make(tmp_path, chosen_run(tmp_path))
    before = np.array(first.images)
    _, second = make(tmp_path, chosen_run(tmp_path))
    np.testing.assert_array_equal(second.images, before)
