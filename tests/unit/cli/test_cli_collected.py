"""`collected`: one row, one value, with what made it."""

import math

import numpy as np
import pandas as pd
import pytest
import test_cli_artefacts as artefacts

from latent_assays.cli.collected import run
from latent_assays.cli.inputs import read_inputs
from latent_assays.store import write_json


def score_file(folder, model, seed, **values):
    scores = {
        name: {"value": value, "reason": "dead" if value is None else None}
        for name, value in values.items()
    }
    record = artefacts.run_record(model=model, seed=seed)
    path = folder / f"{model}-{seed}.json"
    write_json(path, {"scores": scores, "provenance": {"commit": "later", "run": record}})
    return path


def distance_file(folder, kind, model, seed, **results):
    record = artefacts.run_record(model=model, seed=seed)
    made = {"generated": {"file": "a.npz", "commit": "later", "run": record, "kind": kind}}
    path = folder / f"{kind}-{model}-{seed}.json"
    write_json(path, {"distances": results, "provenance": made})
    return path


def distance(value, floor=None, few=None, n=30):
    details = {} if value is None else {"floor": floor, "floor_reason": None, "few_samples": few}
    reason = "no weights" if value is None else None
    settings = {"n_generated": n, "resize": "to 64"}
    return {"value": value, "reason": reason, "settings": settings, "details": details}


def response_file(folder, model, seed, cds, rescaled):
    path = folder / f"{model}-{seed}.npz"
    masked = {"cds_masked": np.array(cds + 0.125), "matrix": np.eye(2)}
    arrays = {"cds": np.array(cds), "cds_rescaled": np.array(rescaled), **masked}
    artefacts.write_npz(path, artefacts.run_record(model=model, seed=seed), **arrays)
    return path


@pytest.fixture
def table(tmp_path):
    files = [
        score_file(tmp_path, "vae-b4-d24", 1, mig=0.1 + 0.2, active_units=5.0),
        score_file(tmp_path, "vae-b4-d24", 0, mig=None, active_units=0.0),
        score_file(tmp_path, "ae", 0, mig=0.25),
        response_file(tmp_path, "vae-b4-d24", 0, 0.75, 0.5),
        response_file(tmp_path, "vae-b4-d24", 1, math.nan, math.nan),
        distance_file(tmp_path, "hybrid", "ae", 0, fd=distance(7.5, 2.5, True), fid=distance(None)),
        distance_file(tmp_path, "reconstruction", "ae", 0, fd=distance(3.5, 2.5, False, 20)),
    ]
    run(files, tmp_path / "out.csv")
    return read_inputs([f"x={tmp_path / 'out.csv'}"])["x"]


def cell(table, column, model, seed, score):
    rows = table[(table["model"] == model) & (table["seed"] == seed) & (table["score"] == score)]
    assert len(rows) == 1
    return rows.iloc[0][column]


def test_every_value_is_one_row(table):
    assert len(table) == 5 + 6 + 3
    assert not table.duplicated(["dataset", "variant", "model", "seed", "score"]).any()


def test_values_keep_all_their_digits(table):
    assert cell(table, "value", "vae-b4-d24", 1, "mig") == 0.1 + 0.2
    assert cell(table, "value", "ae", 0, "mig") == 0.25
    assert cell(table, "value", "vae-b4-d24", 0, "cds") == 0.75
    assert cell(table, "value", "vae-b4-d24", 0, "cds_rescaled") == 0.5
    assert cell(table, "value", "vae-b4-d24", 0, "cds_masked") == 0.875
    assert cell(table, "value", "vae-b4-d24", 0, "active_units") == 0.0


def test_what_is_not_defined_is_empty_with_a_reason(table):
    assert pd.isna(cell(table, "value", "vae-b4-d24", 0, "mig"))
    assert cell(table, "reason", "vae-b4-d24", 0, "mig") == "dead"
    assert pd.isna(cell(table, "value", "vae-b4-d24", 1, "cds"))
    assert "no latent responds" in cell(table, "reason", "vae-b4-d24", 1, "cds")
    assert table["reason"].notna().sum() == table["value"].isna().sum() == 5


def test_distances_are_named_after_their_images_and_keep_floor_and_n(table):
    def of(score):
        names = ("value", "floor", "n", "few_samples")
        return [cell(table, name, "ae", 0, score) for name in names]

    assert of("hybrid_fd") == [7.5, 2.5, 30, True]
    assert of("reconstruction_fd") == [3.5, 2.5, 20, False]
    assert cell(table, "reason", "ae", 0, "hybrid_fid") == "no weights"
    assert cell(table, "n", "ae", 0, "hybrid_fid") == 30
    of_scores = table[~table["score"].str.contains("_f")]
    assert of_scores[["floor", "n", "few_samples"]].isna().all(axis=None)


def test_every_row_says_what_made_it(table):
    assert (table["source"] == artefacts.SENTENCE).all()
    assert set(table["commit"]) == {artefacts.COMMIT}, "the commit that trained, not that scored"
    assert (table["steps"] == 1500).all()
    assert (table["dataset"] == "shapes3d").all()
    assert (table["variant"] == "original").all()


def test_the_order_of_the_files_does_not_matter(tmp_path):
    files = [score_file(tmp_path, "ae", seed, mig=0.1 * seed) for seed in (2, 0, 10)]
    run(files, tmp_path / "a.csv")
    run(files[::-1], tmp_path / "b.csv")
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    assert pd.read_csv(tmp_path / "a.csv")["seed"].tolist() == [0, 2, 10]
