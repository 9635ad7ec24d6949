"""`claims` and `claims-joined`: from a paper's collected numbers to one table of all papers."""

import pandas as pd
import pytest
import yaml

from latent_assays.cli import claims, claims_joined
from latent_assays.cli.inputs import read_table
from latent_assays.errors import UserError
from latent_assays.results import COLUMNS

CLAIM = {
    "claim": "jumps-nowhere",
    "where": "Fig. 3",
    "sentence": "It stays.",
    "values": {"number": "jumps", "study": "helix"},
    "statistic": {"kind": "share", "most": 0},
    "above": 0.5,
    "note": "None of its own.",
}
ABOUT = {
    "study": "helix",
    "dataset": "double_helix",
    "variant": "original",
    "on": "original",
    "model": "helix-vae",
    "steps": 10,
    "number": "jumps",
    "source": "A stand-in: 9 points.",
    "commit": "abc",
}


def write(folder, runs, listed=(CLAIM,)):
    """Collected numbers of runs, each a list of values, and the claims about them."""
    rows = [
        {**ABOUT, "seed": seed, "case": case, "value": value}
        for seed, values in enumerate(runs)
        for case, value in enumerate(values)
    ]
    folder.mkdir(exist_ok=True)
    pd.DataFrame(rows, columns=COLUMNS).to_csv(folder / "collected.csv", index=False)
    (folder / "claims.yaml").write_text(yaml.safe_dump(list(listed)), encoding="utf-8")
    return folder / "collected.csv", folder / "claims.yaml"


def judged(folder, runs, paper="responses", **more):
    collected, listed = write(folder, runs, **more)
    claims.run(collected, paper, listed, folder / "out.csv")
    return folder / "out.csv"


def test_every_value_of_a_run_is_a_case(tmp_path):
    (row,) = read_table(judged(tmp_path, [[0, 0, 2], [0]])).to_dict("records")
    assert (row["estimate"], row["n"], row["runs"]) == (0.75, 4, 2)
    assert row["verdict"] == "undecided", "two runs are little evidence"
    assert (row["paper"], row["claim"], row["where"]) == ("responses", "jumps-nowhere", "Fig. 3")
    assert (row["condition"], row["statistic"]) == ("> 0.5", "share most 0")
    assert (row["note"], row["source"]) == ("None of its own.", "A stand-in: 9 points.")


def test_a_claim_that_enough_runs_support_holds(tmp_path):
    (row,) = read_table(judged(tmp_path, [[0, 0]] * 8)).to_dict("records")
    assert row["verdict"] == "holds"


def test_a_paper_without_numbers_has_undecided_claims(tmp_path):
    (row,) = read_table(judged(tmp_path, [])).to_dict("records")
    assert (row["verdict"], row["n"]) == ("undecided", 0)
    assert "no run" in row["reason"]


def test_a_fault_in_the_list_leaves_no_file(tmp_path):
    with pytest.raises(UserError, match=r"claims\.jumps-nowhere\.values: study is missing"):
        judged(tmp_path, [[0]], listed=[CLAIM | {"values": {"number": "jumps"}}])
    assert not (tmp_path / "out.csv").exists()


def test_the_claims_of_all_papers_are_joined_in_the_order_given(tmp_path):
    files = [
        judged(tmp_path / "b", [[0, 0]] * 8, "responses"),
        judged(tmp_path / "a", [], "perturbations", listed=[CLAIM, CLAIM | {"claim": "two"}]),
    ]
    claims_joined.run(files, tmp_path / "claims.csv")
    joined = read_table(tmp_path / "claims.csv")
    assert joined["paper"].tolist() == ["responses", "perturbations", "perturbations"]
    assert joined["claim"].tolist() == ["jumps-nowhere", "jumps-nowhere", "two"]
    assert joined["verdict"].tolist() == ["holds", "undecided", "undecided"]
    assert list(joined) == list(read_table(files[0]))
    assert joined["estimate"].tolist()[0] == 1


def test_claims_of_one_paper_alone_stay_as_they_are(tmp_path):
    judged(tmp_path, [[0, 0]] * 8)
    claims_joined.run([tmp_path / "out.csv"], tmp_path / "claims.csv")
    assert (tmp_path / "claims.csv").read_bytes() == (tmp_path / "out.csv").read_bytes()
