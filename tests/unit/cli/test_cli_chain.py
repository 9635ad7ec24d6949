"""The stages after each other, on a few images and steps: what each writes, the next can read."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from latent_assays.cli import (
    choices,
    codes,
    collected,
    datasets,
    distances,
    measures,
    references,
    responses,
    runs,
    scores,
    variants,
)
from latent_assays.errors import UserError
from latent_assays.places import Run, run_path
from latent_assays.provenance import from_arrays
from latent_assays.store import read_arrays, read_image_set, read_json

KEEP = {"orientation": [0, 10], "position_x": [4, 16], "position_y": [4, 16], "scale": [3, 5]}
SETTINGS = {
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
MODELS = {
    "beta-vae": {**SETTINGS, "objective": "beta-vae", "beta": 0.1},
    "ae": {**SETTINGS, "objective": "ae"},
}
ASSAYS = {
    "matrix": {
        "samples": 8,
        "activity": {"inactive": 0.9, "informative": 0.1},
        "graph": {"active": 0.354, "mutual": 0.1, "one_way": 0.1},
        "traversals": 2,
        "interventions": 4,
        "reading": "author",
    },
    "map": {
        "map": {"active": 0.5, "extent": 4, "points": 9, "spacing": "true", "tiles": 2},
        "path": {"landscape": "curvature", "temperature": 0.1, "points": 5},
    },
}
NAMES = {"names": ["mig", "dci", "active_units"], "train_samples": 100, "test_samples": 100}
NOISY = {"kind": "noisy", "epsilon": 0.1, "values": "unclipped", "seed": 0}
OWN = ["scores", "responses/matrix", "responses/map", "measures/responses/credit"]
OWN += ["distances"]
STUDY = {
    "datasets": {"dsprites": "dsprites"},
    "variants": {"original": {}},
    "models": {"beta-vae": {"beta": 0.1}, "ae": {}},
    "seeds": 1,
    "on": [None],
    "measures": OWN,
    "image_measures": [],
}
PLAN = {"own": STUDY, "elsewhere": {**STUDY, "on": ["noisy"], "measures": ["scores"]}}


def at(stage, model, suffix, on=None):
    """Where the workflow puts what a stage makes of the run of a model."""
    return Path(run_path("mini", stage, Run("dsprites", "original", model, 0), suffix, on))


def train(model, folder, coded):
    runs.run(Path("original.h5"), json.dumps(MODELS[model]), model, 0, folder, coded, device="cpu")


def measure(model):
    """Every stage that measures one run."""
    folder, coded = at("runs", model, ""), at("codes", model, ".npz")
    matrix, chosen = at("responses/matrix", model, ".npz"), json.dumps(ASSAYS["matrix"])
    responses.run("matrix", folder, coded, chosen, matrix)
    chosen = json.dumps(ASSAYS["map"])
    responses.run("map", folder, coded, chosen, at("responses/map", model, ".npz"), matrix)
    scores.run(coded, json.dumps(NAMES), at("scores", model, ".json"))
    inputs = [f"scores={at('scores', model, '.json')}", f"matrix={matrix}"]
    measures.run("responses/credit", inputs, at("measures/responses/credit", model, ".npz"))
    judged = {"run": folder, "codes": coded, "images": Path("original.h5"), "device": "cpu"}
    distances.run(Path("reference.npz"), at("distances", model, ".json"), **judged)
    elsewhere = at("codes", model, ".npz", "noisy")
    codes.run(folder, Path("noisy.h5"), elsewhere, device="cpu")
    scores.run(elsewhere, json.dumps(NAMES), at("scores", model, ".json", "noisy"))


@pytest.fixture(scope="module")
def chain(tmp_path_factory):
    folder = tmp_path_factory.mktemp("chain")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        chosen = {"source": "rendered", "resolution": 32, "keep": KEEP}
        datasets.run("dsprites", json.dumps(chosen), Path("original.h5"))
        variants.run(Path("original.h5"), "noisy", json.dumps(NOISY), Path("noisy.h5"))
        references.run(Path("original.h5"), Path("reference.npz"), device="cpu")
        for model in MODELS:
            train(model, at("runs", model, ""), at("codes", model, ".npz"))
            measure(model)
        collected.run(json.dumps(PLAN), "mini", Path("collected.csv"))
        chosen = {"number": "active_units", "take": "largest", "at_least": {"dci": 0}}
        files = [at("scores", model, ".json") for model in MODELS]
        choices.run(files, "most", json.dumps(chosen), Path("choice.json"))
    return folder


@pytest.mark.parametrize("model", MODELS)
def test_a_run_says_what_made_it(chain, model):
    made = read_json(chain / at("runs", model, "") / "run.json")
    assert made["model"] == model
    assert made["seed"] == 0
    assert made["settings"] == MODELS[model]
    assert made["dataset"]["images"] == 48
    assert made["dataset"]["stand_in"] is True
    assert "stand-in" in made["dataset"]["source"]
    assert made["device"] == "cpu"
    assert made["seconds"] > 0
    assert {"commit", "versions", "images_per_second", "precision"} <= set(made)
    assert len(pd.read_csv(chain / at("runs", model, "") / "history.csv")) > 0


@pytest.mark.parametrize("on", [None, "noisy"])
@pytest.mark.parametrize("model", MODELS)
def test_codes_have_every_image_and_its_factors(chain, model, on):
    arrays = read_arrays(chain / at("codes", model, ".npz", on))
    assert arrays["mean"].shape == (48, 3)
    assert ("std" in arrays) is (model == "beta-vae"), "an autoencoder has no posterior"
    assert arrays["factors"].shape == (48, 5)
    assert arrays["factor_sizes"].tolist() == [3, 2, 2, 2, 2]
    assert arrays["factor_names"].tolist()[0] == "shape"


@pytest.mark.parametrize("model", MODELS)
def test_responses_have_a_row_a_latent_and_a_row_a_factor(chain, model):
    matrix = read_arrays(chain / at("responses/matrix", model, ".npz"))
    assert matrix["matrix"].shape == (3, 3)
    assert matrix["conditioned"].shape == (5, 3)
    assert matrix["factor_names"].tolist()[0] == "shape"
    response = read_arrays(chain / at("responses/map", model, ".npz"))
    assert response["field"].shape == (9, 9, 2)
    assert response["tiles"].shape == (2, 2, 32, 32, 1)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("stage", OWN)
def test_every_measure_writes_numbers_with_the_run_that_they_are_of(chain, model, stage):
    written = read_json(chain / at(stage, model, ".json"))
    made = read_json(chain / at("runs", model, "") / "run.json")
    assert written["provenance"]["run"] == made
    assert "commit" in written["provenance"]
    assert written["numbers"]
    for name, number in written["numbers"].items():
        assert (number["value"] is None) == bool(number["reason"]), name


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("stage", ["codes", "responses/matrix", "responses/map"])
def test_every_later_array_carries_the_run(chain, model, stage):
    made = from_arrays(read_arrays(chain / at(stage, model, ".npz")))
    assert made["run"] == read_json(chain / at("runs", model, "") / "run.json")
    assert "on" not in made


@pytest.mark.parametrize("model", MODELS)
def test_what_is_measured_on_other_images_says_which(chain, model):
    attributes = read_image_set(chain / "noisy.h5").attributes
    for made in (
        from_arrays(read_arrays(chain / at("codes", model, ".npz", "noisy"))),
        read_json(chain / at("scores", model, ".json", "noisy"))["provenance"],
    ):
        assert made["run"]["dataset"]["variant"] == "original"
        assert made["on"] == attributes
        assert made["on"]["variant"] == "noisy"


def test_the_collected_table_has_every_model_and_number(chain):
    table = pd.read_csv(chain / "collected.csv", keep_default_na=False, na_values=[""])
    assert set(table["model"]) == set(MODELS)
    of_scores = {*NAMES["names"], "dci_completeness", "mig_se"}
    of_noisy = table[table["study"] == "elsewhere"]
    assert set(of_noisy["on"]) == {"noisy"}
    assert set(of_noisy["number"]) == of_scores
    assert len(of_noisy) == 2 * len(of_scores)
    expected = {"cds", "cds_rescaled", "cds_masked", "credits_without_link", "straight_length"}
    expected |= {"reconstruction_mse_per_image", "reconstruction_fid", "negative_divergence"}
    for model in MODELS:
        own = table[(table["study"] == "own") & (table["model"] == model)]
        assert of_scores | expected <= set(own["number"])
    assert (table["value"].notna() | table["reason"].notna()).all()
    assert table[table["model"] == "beta-vae"]["beta"].eq(0.1).all()
    assert table[table["model"] == "ae"]["beta"].isna().all()


def test_a_choice_is_made_among_the_runs_that_were_scored(chain):
    made = read_json(chain / "choice.json")
    assert [entry["model"] for entry in made["candidates"]] == list(MODELS)
    most = max(made["candidates"], key=lambda entry: entry["active_units"])
    assert made["chosen"]["model"] == most["model"]


def test_training_again_gives_the_same_codes(chain, tmp_path, monkeypatch):
    monkeypatch.chdir(chain)
    train("beta-vae", tmp_path / "run", tmp_path / "codes.npz")
    files = (at("codes", "beta-vae", ".npz"), tmp_path / "codes.npz")
    before, after = (read_arrays(path) for path in files)
    np.testing.assert_array_equal(after["mean"], before["mean"])
    np.testing.assert_array_equal(after["std"], before["std"])


def test_an_unknown_assay_names_those_that_exist(chain, tmp_path, monkeypatch):
    monkeypatch.chdir(chain)
    run, coded = at("runs", "ae", ""), at("codes", "ae", ".npz")
    with pytest.raises(UserError, match="'matrx' is not an assay; the assays are matrix, map"):
        responses.run("matrx", run, coded, "{}", tmp_path / "a.npz")
    assert list(tmp_path.iterdir()) == []


def test_an_assay_without_the_one_that_it_builds_on_says_so(chain, tmp_path, monkeypatch):
    monkeypatch.chdir(chain)
    run, coded = at("runs", "ae", ""), at("codes", "ae", ".npz")
    with pytest.raises(UserError, match="map builds on matrix: give the npz of matrix"):
        responses.run("map", run, coded, json.dumps(ASSAYS["map"]), tmp_path / "a.npz")
    assert list(tmp_path.iterdir()) == []
