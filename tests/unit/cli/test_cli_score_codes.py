"""Scores alone: tables in, a table and JSON out."""

import json

import numpy as np
import pandas as pd
import pytest

from latent_assays.cli.score_codes import run
from latent_assays.errors import UserError
from latent_assays.scores import evaluate

FACTORS = np.stack(np.unravel_index(np.arange(120), (4, 5, 6)), axis=1)
FEW = {"train_samples": 400, "test_samples": 200}


@pytest.fixture
def codes(tmp_path):
    noise = np.random.default_rng(0).normal(size=FACTORS.shape)
    np.savez(tmp_path / "mine.npz", codes=FACTORS + 0.1 * noise, factors=FACTORS)
    return tmp_path / "mine.npz"


def test_an_npz_is_scored_as_the_library_scores_it(codes, tmp_path, capsys):
    run(codes, codes, ["mig", "sap"], tmp_path / "out.json", **FEW)
    written = json.loads((tmp_path / "out.json").read_text())
    with np.load(codes) as arrays:
        expected = evaluate(
            arrays["codes"], arrays["factors"], scores=["mig", "sap"], n_train=400, n_test=200
        )
    assert written == json.loads(json.dumps(expected))
    printed = capsys.readouterr().out
    assert f"{expected['mig']['value']:.4f}" in printed
    assert printed.count("\n") == 2


def test_csv_files_give_the_same(codes, tmp_path):
    with np.load(codes) as arrays:
        pd.DataFrame(arrays["codes"]).to_csv(tmp_path / "codes.csv", index=False)
        pd.DataFrame(arrays["factors"]).to_csv(tmp_path / "factors.csv", index=False)
    run(codes, codes, ["mig"], tmp_path / "a.json", **FEW)
    run(tmp_path / "codes.csv", tmp_path / "factors.csv", ["mig"], tmp_path / "b.json", **FEW)
    first, second = (json.loads((tmp_path / f"{name}.json").read_text()) for name in "ab")
    assert first["mig"]["value"] == pytest.approx(second["mig"]["value"])


def test_a_score_without_a_value_says_why(tmp_path, capsys):
    np.savez(tmp_path / "one.npz", codes=FACTORS[:, :1] * 1.0, factors=FACTORS)
    run(tmp_path / "one.npz", tmp_path / "one.npz", ["mig"], **FEW)
    assert capsys.readouterr().out.split(maxsplit=2) == [
        "mig",
        "null",
        "needs at least 2 latents and there are 1\n",
    ]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({}, "--codes and --factors"),
        ({"codes": "mine", "factors": "mine", "scores": ["fid"]}, "the scores are mig"),
        ({"codes": "mine", "factors": "none.csv"}, "none.csv cannot be read"),
    ],
)
def test_what_is_wrong_is_said(codes, arguments, sentence):
    paths = {
        name: (codes if value == "mine" else codes.with_name(value)) if name != "scores" else value
        for name, value in arguments.items()
    }
    with pytest.raises(UserError, match=sentence):
        run(**paths)


@pytest.mark.slow
def test_the_self_test_passes(capsys):
    from pathlib import Path

    run(self_test=True, golden=Path(__file__).parents[2] / "golden")
    assert "all agree" in capsys.readouterr().out
