"""`claims`: which values it reads off the files of runs."""

import json

import numpy as np
import pandas as pd
import pytest
import yaml

from latent_assays import provenance
from latent_assays.cli.claims import run
from latent_assays.store import read_arrays, write_arrays, write_json


def made(assay, seed, model="vae-b4-d2", dataset="shapes3d"):
    return {
        "assay": assay,
        "run": {
            "model": model,
            "seed": seed,
            "settings": {"steps": 10},
            "dataset": {
                "dataset": dataset,
                "variant": "original",
                "title": "3D-Shapes",
                "source": "a stand-in",
                "selection": "9 images",
            },
        },
    }


@pytest.fixture
def files(tmp_path):
    """Two seeds of a model: DCI credits latent 1 with factor 0 in the second one only."""
    paths = []
    for seed, importance in ((0, 0.0), (1, 0.3)):
        details = {"importances": [[1 - importance, 0.0], [importance, 1.0]]}
        scores = {"dci": {"value": 0.5, "reason": None, "details": details}}
        contents = {
            f"scores{seed}.json": {"scores": scores, "provenance": made(None, seed)},
            f"matrix{seed}.npz": {
                "matrix": np.eye(2),
                "nodes": np.array([0, 1]),
                "inactive_response": np.array([0.0, 0.3]),
                "mig": np.array(0.9),
            },
            f"conditioned{seed}.npz": {"matrix": np.eye(2)},
        }
        for name, content in contents.items():
            path = tmp_path / name
            if path.suffix == ".json":
                write_json(path, content)
            else:
                about = provenance.to_array(made(name.removesuffix(f"{seed}.npz"), seed))
                write_arrays(path, content | {"provenance": about})
            paths.append(path)
    collected = pd.DataFrame(
        {
            "dataset": "shapes3d",
            "variant": "original",
            "model": "vae-b4-d2",
            "seed": [0, 1, 2],
            "score": "mig",
            "value": [0.1, 0.2, None],
            "source": "a stand-in",
        }
    )
    collected.to_csv(tmp_path / "responses.csv", index=False)
    return [*paths, tmp_path / "responses.csv"]


def judged(files, tmp_path, values, statistic, **condition):
    about = {"claim": "one", "paper": "responses", "where": "here", "sentence": "so"}
    claims, output = tmp_path / "claims.yaml", tmp_path / "claims.csv"
    entry = {**about, "values": values, "statistic": statistic, **condition}
    claims.write_text(yaml.safe_dump([json.loads(json.dumps(entry))]))
    run(files=files, claims=claims, output=output)
    (row,) = pd.read_csv(output).to_dict("records")
    return row


def test_every_entry_of_an_array_is_a_case(files, tmp_path):
    row = judged(
        files, tmp_path, {"score": "inactive_response"}, {"kind": "share", "most": 0.1}, above=0.95
    )
    assert (row["estimate"], row["n"], row["runs"]) == (0.5, 4, 2)
    assert row["verdict"] == "undecided"
    assert row["source"] == "A stand-in: 9 images."


def test_scores_come_from_the_collected_table_and_not_again_from_an_npz(files, tmp_path):
    row = judged(files, tmp_path, {"score": "mig"}, {"kind": "mean"}, above=0)
    assert row["estimate"] == pytest.approx(0.15)
    assert row["n"] == 2
    assert "1 of 3 have no value" in row["reason"]


def test_credit_is_counted_over_the_files_of_one_run(files, tmp_path):
    values = {"score": "credits_without_link"}
    row = judged(files, tmp_path, values, {"kind": "share", "least": 1}, above=0)
    assert (row["estimate"], row["n"]) == (0.5, 2)
    assert row["verdict"] == "holds"


def test_credit_of_a_latent_outside_the_graph_is_not_counted(files, tmp_path):
    for path in files:
        if path.name.startswith("matrix"):
            write_arrays(path, {**read_arrays(path), "nodes": np.array([0])})
    values = {"score": "credits_without_link"}
    row = judged(files, tmp_path, values, {"kind": "share", "least": 1}, above=0.05)
    assert row["estimate"] == 0


def test_without_dci_there_is_no_count_of_credits(files, tmp_path):
    for path in files:
        if path.suffix == ".json":
            write_json(path, json.loads(path.read_text()) | {"scores": {}})
    values = {"score": "credits_without_link"}
    row = judged(files, tmp_path, values, {"kind": "share", "least": 1}, above=0)
    assert row["verdict"] == "undecided"
    assert row["n"] == 0
