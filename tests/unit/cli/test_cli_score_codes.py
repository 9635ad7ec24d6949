"""Scores alone: tables in, a table and JSON out."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from latent_assays import __version__
from latent_assays.cli import main
from latent_assays.cli.score_codes import run
from latent_assays.errors import UserError
from latent_assays.scores import evaluate

FACTORS = np.stack(np.unravel_index(np.arange(120), (4, 5, 6)), axis=1)
GOLDEN = Path(__file__).parents[2] / "golden"
FEW = {"train_samples": 400, "test_samples": 200}


@pytest.fixture
def codes(tmp_path):
    noise = np.random.default_rng(0).normal(size=FACTORS.shape)
    np.savez(tmp_path / "mine.npz", codes=FACTORS + 0.1 * noise, factors=FACTORS)
    return tmp_path / "mine.npz"


def read(path):
    return json.loads(path.read_text())


def test_an_npz_is_scored_as_the_library_scores_it(codes, tmp_path, capsys):
    run(codes, codes, ["mig", "sap"], tmp_path / "out.json", **FEW)
    written = read(tmp_path / "out.json")
    with np.load(codes) as arrays:
        expected = evaluate(
            arrays["codes"], arrays["factors"], scores=["mig", "sap"], n_train=400, n_test=200
        )
    assert written["scores"] == json.loads(json.dumps(expected))
    header, mig, sap, read_, note, last = capsys.readouterr().out.splitlines()
    assert header.split() == ["score", "value", "note"]
    assert mig.split() == ["mig", f"{expected['mig']['value']:.4f}"]
    assert sap.split() == ["sap", f"{expected['sap']['value']:.4f}"]
    assert read_ == "read: codes (120, 3), factors (120, 3)"
    assert note.startswith("note: fitted to 400 rows and tested on 200 drawn with replacement")
    assert last == f"written to {tmp_path / 'out.json'}"


def test_the_json_says_what_was_scored_and_by_what(codes):
    run(codes, codes, ["sap", "factor_vae"], seed=3, **FEW)
    written = read(codes.with_name("mine.scores.json"))
    assert written["set"] == {"rows": 120, "latents": 3, "factors": 3}
    assert written["provenance"]["codes"] == str(codes)
    assert written["provenance"]["factors"] == str(codes)
    assert written["provenance"]["versions"]["latent-assays"] == __version__
    settings = {name: entry["settings"] for name, entry in written["scores"].items()}
    rng = np.random.default_rng(3)
    train, test = rng.integers(120, size=400), rng.integers(120, size=200)
    seen = int(np.isin(test, train).sum())
    drawn = {"n_train": 400, "n_test": 200, "draw_seed": 3, "test_rows_seen": seen}
    assert settings["sap"] == {"C": 0.01} | drawn
    assert settings["factor_vae"].items() >= {"n_train": 400, "n_test": 200, "seed": 3}.items()


def test_json_lies_beside_the_codes_and_only_our_own_is_replaced(codes):
    beside = codes.with_name("mine.scores.json")
    for _ in range(2):
        run(codes, codes, ["mig"], **FEW)
        assert read(beside)["scores"]["mig"]["value"] > 0
    for theirs in ("[1, 2]", '{"provenance": {}}', "not json"):
        beside.write_text(theirs)
        with pytest.raises(UserError, match="score-codes did not write it: give another --output"):
            run(codes, codes, ["mig"], **FEW)
        assert beside.read_text() == theirs
    with pytest.raises(UserError, match="did not write it"):
        run(codes, codes, ["mig"], output=codes, **FEW)


def test_dci_is_three_numbers_and_active_units_names_its_criterion(codes, tmp_path, capsys):
    run(codes, codes, ["dci", "active_units"], **FEW)
    lines = capsys.readouterr().out.splitlines()
    details = read(codes.with_name("mine.scores.json"))["scores"]["dci"]["details"]
    assert [line.rsplit("  ", 1)[0].split()[:2] for line in lines[1:4]] == [
        ["dci", "disentanglement"],
        ["dci", "completeness"],
        ["dci", "informativeness"],
    ]
    assert f"{details['completeness']:.4f}" in lines[2]
    assert f"{details['informativeness_test']:.4f}" in lines[3]
    assert lines[4].split(maxsplit=2) == ["active_units", "3", "latents with Var(mean) > 0.01"]
    with np.load(codes) as arrays:
        np.savez(tmp_path / "std.npz", **arrays, std=np.full((120, 3), 0.1))
    run(tmp_path / "std.npz", codes, ["active_units"], **FEW)
    assert "3  latents with E[sigma^2] < 0.8" in capsys.readouterr().out


def test_codes_of_the_workflow_and_golden_codes_are_read(codes, tmp_path):
    with np.load(codes) as arrays:
        np.savez(tmp_path / "run.npz", mean=arrays["codes"], factors=arrays["factors"])
    for name in ("mine", "run"):
        run(tmp_path / f"{name}.npz", tmp_path / f"{name}.npz", ["mig"], **FEW)
    assert (
        read(tmp_path / "run.scores.json")["scores"]
        == read(tmp_path / "mine.scores.json")["scores"]
    )
    golden = GOLDEN / "tiny_hand.npz"
    run(golden, golden, ["sap"], tmp_path / "golden.json")
    entry = read(tmp_path / "golden.json")["scores"]["sap"]
    known = read(GOLDEN / "expected.json")["cases"]["tiny_hand"]["scores"]["sap_discrete"]
    assert entry["value"] == pytest.approx(known["value"], abs=known["tol"])
    with np.load(golden) as arrays:
        both = [
            np.hstack([arrays[f"codes_{half}"], arrays[f"factors_{half}"]])
            for half in ("train", "test")
        ]
    seen = sum((row == both[0]).all(axis=1).any() for row in both[1])
    split = {"n_train": 60, "n_test": 30, "draw_seed": None, "test_rows_seen": seen}
    assert entry["settings"] == {"C": 0.01} | split
    with pytest.raises(UserError, match="give both codes_test"):
        run(golden, codes)


@pytest.mark.parametrize("suffix", ["csv", "CSV"])
def test_csv_files_give_the_same(codes, tmp_path, suffix):
    paths = [tmp_path / f"{name}.{suffix}" for name in ("codes", "factors")]
    with np.load(codes) as arrays:
        pd.DataFrame(arrays["codes"]).to_csv(paths[0], index=False)
        pd.DataFrame(arrays["factors"], columns=["a", "b", "c"]).to_csv(paths[1], index=False)
    run(codes, codes, ["mig"], **FEW)
    run(*paths, ["mig"], **FEW)
    first, second = (read(tmp_path / f"{name}.scores.json") for name in ("mine", "codes"))
    assert first["scores"]["mig"]["value"] == pytest.approx(second["scores"]["mig"]["value"])


@pytest.mark.parametrize(
    ("writing", "sentence"),
    [
        ({}, r"column without a name: .* to_csv\(index=False\)"),
        ({"header": False, "index": False}, "begins with the numbers .* put a row of names"),
        ({"header": ["1", "2", "3"], "index": False}, "begins with the numbers 1, 2, 3"),
        ({"header": ["a", "", "c"], "index": False}, "column without a name"),
    ],
)
@pytest.mark.parametrize("which", ["codes", "factors"])
def test_a_csv_whose_columns_are_in_doubt_is_refused(codes, tmp_path, which, writing, sentence):
    with np.load(codes) as arrays:
        pd.DataFrame(arrays[which]).to_csv(tmp_path / "bad.csv", **writing)
    with pytest.raises(UserError, match=sentence):
        run(**{"codes": codes, "factors": codes, which: tmp_path / "bad.csv"})


def test_a_csv_with_more_values_than_names_is_refused(codes, tmp_path):
    (tmp_path / "bad.csv").write_text("a,b\n1,2,3\n4,5,6\n")
    with pytest.raises(UserError, match=r"has 3 values in line 2 and 2 names"):
        run(tmp_path / "bad.csv", codes)


def test_labels_that_are_words_are_refused(codes, tmp_path):
    words = pd.DataFrame({"a": FACTORS[:, 0], "b": np.array(list("uvxyz"))[FACTORS[:, 1]]})
    words.to_csv(tmp_path / "words.csv", index=False)
    with pytest.raises(UserError, match=r"words.csv has text in column `b`, line 2 \('u'\)"):
        run(codes, tmp_path / "words.csv", ["mig", "sap", "irs"], **FEW)
    np.savez(tmp_path / "words.npz", factors=words.to_numpy(str))
    with pytest.raises(UserError, match=r"words.npz has text in `factors` \('u'\)"):
        run(codes, tmp_path / "words.npz", ["mig"], **FEW)


def test_a_score_without_a_value_says_why(tmp_path, capsys):
    np.savez(tmp_path / "one.npz", codes=FACTORS[:, :1] * 1.0, factors=FACTORS)
    run(tmp_path / "one.npz", tmp_path / "one.npz", ["mig", "dci"], **FEW)
    mig, _, completeness = capsys.readouterr().out.splitlines()[1:4]
    assert mig.split(maxsplit=2) == ["mig", "null", "needs at least 2 latents and there are 1"]
    assert completeness.split(maxsplit=3)[2:] == ["null", "needs at least 2 latents"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({}, "--codes and --factors"),
        ({"codes": "mine", "factors": "mine", "scores": ["fid"]}, "the scores are mig"),
        ({"codes": "mine", "factors": "none.csv"}, "none.csv does not exist"),
        ({"codes": "empty", "factors": "mine"}, "must hold `codes` or `mean` and holds no arrays"),
        ({"codes": "mine", "factors": "short"}, "must be .N,D. and .N,K."),
        ({"codes": "short", "factors": "short"}, "1 rows"),
    ],
)
def test_what_is_wrong_is_said(codes, arguments, sentence):
    np.savez(codes.with_name("empty.npz"))
    np.savez(codes.with_name("short.npz"), codes=FACTORS[:1] * 1.0, factors=FACTORS[:1])
    paths = {
        name: value
        if name == "scores"
        else codes.with_name(value if "." in value else value + ".npz")
        for name, value in arguments.items()
    }
    with pytest.raises(UserError, match=sentence):
        run(**paths)


@pytest.mark.parametrize("option", ["--train-samples", "--test-samples"])
def test_too_few_samples_name_the_option_and_what_it_allows(codes, option, monkeypatch, capsys):
    monkeypatch.setattr(
        "sys.argv",
        ["", "score-codes", "--codes", str(codes), "--factors", str(codes), option, "-4"],
    )
    monkeypatch.setenv("COLUMNS", "200")
    with pytest.raises(SystemExit) as stopped:
        main()
    assert stopped.value.code == 2
    said = capsys.readouterr().err
    assert option in said
    assert "greater than or equal to 2" in said


@pytest.mark.slow
def test_the_self_test_passes(capsys):
    run(self_test=True, golden=GOLDEN)
    printed = capsys.readouterr().out
    assert "9 scores on 10 sets of codes with values derived by hand" in printed
    assert "7 scores on 5 sets of codes with reference values" in printed
    assert "all agree" in printed
