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


def response_file(folder, model, seed, cds, rescaled):
    path = folder / f"{model}-{seed}.npz"
    arrays = {"cds": np.array(cds), "cds_rescaled": np.array(rescaled), "matrix": np.eye(2)}
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
    ]
    run(files, tmp_path / "out.csv")
    return read_inputs([f"x={tmp_path / 'out.csv'}"])["x"]


def cell(table, column, model, seed, score):
    rows = table[(table["model"] == model) & (table["seed"] == seed) & (table["score"] == score)]
    assert len(rows) == 1
    return rows.iloc[0][column]


def test_every_value_is_one_row(table):
    assert len(table) == 5 + 4
    assert not table.duplicated(["dataset", "variant", "model", "seed", "score"]).any()


def test_values_keep_all_their_digits(table):
    assert cell(table, "value", "vae-b4-d24", 1, "mig") == 0.1 + 0.2
    assert cell(table, "value", "ae", 0, "mig") == 0.25
    assert cell(table, "value", "vae-b4-d24", 0, "cds") == 0.75
    assert cell(table, "value", "vae-b4-d24", 0, "cds_rescaled") == 0.5
    assert cell(table, "value", "vae-b4-d24", 0, "active_units") == 0.0


def test_what_is_not_defined_is_empty_with_a_reason(table):
    assert pd.isna(cell(table, "value", "vae-b4-d24", 0, "mig"))
    assert cell(table, "reason", "vae-b4-d24", 0, "mig") == "dead"
    assert pd.isna(cell(table, "value", "vae-b4-d24", 1, "cds"))
    assert "no latent responds" in cell(table, "reason", "vae-b4-d24", 1, "cds")
    assert table["reason"].notna().sum() == table["value"].isna().sum() == 3


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
