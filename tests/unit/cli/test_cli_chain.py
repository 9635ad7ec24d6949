"""The stages after each other, on a few images and steps: what each writes, the next can read."""

import json

import numpy as np
import pandas as pd
import pytest

from latent_assays.cli import codes, collected, datasets, responses, runs, scores
from latent_assays.errors import UserError
from latent_assays.store import read_arrays, read_json

KEEP = {"orientation": [0, 10], "position_x": [4, 16], "position_y": [4, 16], "scale": [3, 5]}
MODEL = {
    "network": "conv",
    "latents": 3,
    "width": 0.125,
    "learning_rate": 0.001,
    "batch": 8,
    "steps": 3,
    "kl": "exact",
    "warmup": 0,
    "reconstruction_weight": 1.0,
    "precision": "float32",
}
SETTINGS = {
    "beta-vae": {**MODEL, "objective": "beta-vae", "beta": 0.1},
    "ae": {**MODEL, "objective": "ae"},
}
ASSAYS = {
    "matrix": {
        "samples": 8,
        "activity": {"inactive": 0.9, "informative": 0.1},
        "graph": {"active": 0.354, "mutual": 0.1, "one_way": 0.1},
    },
    "conditioned": {"traversals": 2, "interventions": 4, "reading": "author"},
}


@pytest.fixture(scope="module")
def chain(tmp_path_factory):
    folder = tmp_path_factory.mktemp("chain")
    chosen = {"source": "rendered", "resolution": 32, "keep": KEEP}
    datasets.run("dsprites", json.dumps(chosen), folder / "original.h5")
    for model, settings in SETTINGS.items():
        directory = folder / model
        runs.run(folder / "original.h5", json.dumps(settings), model, 2, directory, device="cpu")
        codes.run(directory, folder / "original.h5", directory / "codes.npz")
        encoded, before = directory / "codes.npz", None
        for assay, chosen in ASSAYS.items():
            output = directory / f"{assay}.npz"
            responses.run(assay, directory, encoded, json.dumps(chosen), output, before)
            before = output
        names = {"names": ["mig", "active_units"], "train_samples": 100, "test_samples": 100}
        scores.run(directory / "codes.npz", json.dumps(names), directory / "scores.json")
    files = [
        folder / model / name for model in SETTINGS for name in ("scores.json", "conditioned.npz")
    ]
    collected.run(files, folder / "collected.csv")
    return folder


@pytest.mark.parametrize("model", SETTINGS)
def test_a_run_leaves_its_files_and_no_checkpoint(chain, model):
    names = {path.name for path in (chain / model).iterdir()}
    made_later = {"codes.npz", "matrix.npz", "conditioned.npz", "scores.json"}
    assert names - made_later == {"model.safetensors", "config.json", "history.csv", "run.json"}


@pytest.mark.parametrize("model", SETTINGS)
def test_a_run_says_what_made_it(chain, model):
    made = read_json(chain / model / "run.json")
    assert made["model"] == model
    assert made["seed"] == 2
    assert made["settings"] == SETTINGS[model]
    assert made["dataset"]["images"] == 48
    assert made["dataset"]["stand_in"] is True
    assert "stand-in" in made["dataset"]["source"]
    assert made["device"] == "cpu"
    assert made["seconds"] > 0
    assert {"commit", "versions", "images_per_second", "precision"} <= set(made)
    assert len(pd.read_csv(chain / model / "history.csv")) > 0


@pytest.mark.parametrize("model", SETTINGS)
def test_codes_have_every_image_and_its_factors(chain, model):
    arrays = read_arrays(chain / model / "codes.npz")
    assert arrays["mean"].shape == (48, 3)
    assert ("std" in arrays) is (model == "beta-vae"), "an autoencoder has no posterior"
    assert arrays["factors"].shape == (48, 5)
    assert arrays["factor_sizes"].tolist() == [3, 2, 2, 2, 2]
    assert arrays["factor_names"].tolist()[0] == "shape"


@pytest.mark.parametrize("model", SETTINGS)
def test_responses_have_a_row_a_latent_and_a_row_a_factor(chain, model):
    assert read_arrays(chain / model / "matrix.npz")["matrix"].shape == (3, 3)
    conditioned = read_arrays(chain / model / "conditioned.npz")
    assert conditioned["matrix"].shape == (5, 3)
    assert conditioned["factor_names"].tolist()[0] == "shape"


@pytest.mark.parametrize("model", SETTINGS)
@pytest.mark.parametrize("name", ["codes.npz", "matrix.npz", "conditioned.npz", "scores.json"])
def test_every_later_artefact_carries_the_run(chain, model, name):
    from latent_assays.provenance import from_arrays

    path = chain / model / name
    made = (
        read_json(path)["provenance"] if path.suffix == ".json" else from_arrays(read_arrays(path))
    )
    assert made["run"] == read_json(chain / model / "run.json")
    assert "commit" in made


def test_the_collected_table_has_every_model_and_score(chain):
    table = pd.read_csv(chain / "collected.csv")
    assert set(table["model"]) == set(SETTINGS)
    assert set(table["score"]) == {"mig", "active_units", "cds", "cds_rescaled", "cds_masked"}
    assert len(table) == 10
    assert (table["value"].notna() | table["reason"].notna()).all()


def test_training_again_gives_the_same_codes(chain, tmp_path):
    settings = json.dumps(SETTINGS["beta-vae"])
    runs.run(chain / "original.h5", settings, "beta-vae", 2, tmp_path, device="cpu")
    codes.run(tmp_path, chain / "original.h5", tmp_path / "codes.npz")
    before, after = (read_arrays(folder / "codes.npz") for folder in (chain / "beta-vae", tmp_path))
    np.testing.assert_array_equal(after["mean"], before["mean"])
    np.testing.assert_array_equal(after["std"], before["std"])


def test_an_unknown_assay_names_those_that_exist(chain, tmp_path):
    run = chain / "ae"
    with pytest.raises(UserError, match=r"'matrx' is not an assay; .*matrix, conditioned"):
        responses.run("matrx", run, run / "codes.npz", "{}", tmp_path / "a.npz")


def test_an_assay_without_the_one_that_it_builds_on_says_so(chain, tmp_path):
    run = chain / "ae"
    chosen = json.dumps(ASSAYS["conditioned"])
    with pytest.raises(UserError, match="conditioned builds on matrix"):
        responses.run("conditioned", run, run / "codes.npz", chosen, tmp_path / "a.npz")
