"""The scores of a run: codes and settings in, JSON that says what was computed out."""

import json

import numpy as np

from latent_assays import provenance
from latent_assays.cli.scores import run
from latent_assays.store import read_json, write_arrays


def test_scores_say_what_was_drawn_of_which_set(tmp_path):
    factors = np.stack(np.unravel_index(np.arange(120), (4, 5, 6)), axis=1)
    noise = np.random.default_rng(0).normal(size=factors.shape)
    arrays = {
        "mean": factors + 0.1 * noise,
        "std": np.full(factors.shape, 0.1),
        "factors": factors,
        "provenance": provenance.to_array({"run": {"model": "beta-vae"}}),
    }
    write_arrays(tmp_path / "codes.npz", arrays)
    settings = {
        "names": ["sap", "factor_vae", "active_units"],
        "train_samples": 300,
        "test_samples": 200,
    }
    run(tmp_path / "codes.npz", json.dumps(settings), tmp_path / "scores.json")
    written = read_json(tmp_path / "scores.json")
    assert written["set"] == {"rows": 120, "latents": 3, "factors": 3}
    assert written["provenance"]["run"] == {"model": "beta-vae"}
    assert written["provenance"]["settings"] == settings
    scores = written["numbers"]
    drawn = {"n_train": 300, "n_test": 200, "draw_seed": 0, "test_rows_seen": 190}
    assert scores["sap"]["settings"] == {"C": 0.01} | drawn
    points = {"n_train": 300, "n_test": 200, "seed": 0}
    assert scores["factor_vae"]["settings"].items() >= points.items()
    assert scores["active_units"]["value"] == 3
    assert scores["active_units"]["details"]["criterion"] == "noise"


def test_completeness_is_a_number_of_its_own_and_null_with_a_reason(tmp_path):
    factors = np.stack(np.unravel_index(np.arange(120), (4, 5, 6)), axis=1)
    settings = json.dumps({"names": ["dci"], "train_samples": 100, "test_samples": 100})
    for latents, reason in ((3, None), (1, "completeness needs at least 2 latents")):
        arrays = {"mean": factors[:, :latents].astype(float), "factors": factors}
        write_arrays(tmp_path / "codes.npz", arrays | {"provenance": provenance.to_array({})})
        run(tmp_path / "codes.npz", settings, tmp_path / "scores.json")
        numbers = read_json(tmp_path / "scores.json")["numbers"]
        found = numbers["dci_completeness"]
        assert found["value"] == numbers["dci"]["details"]["completeness"]
        assert found["reason"] == reason
