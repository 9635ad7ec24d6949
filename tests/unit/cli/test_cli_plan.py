"""`plan`: what it prints and writes, without measuring anything."""

from pathlib import Path

import pandas as pd
import pytest
from matplotlib import image

from latent_assays.cli import plan
from latent_assays.errors import UserError
from latent_assays.planning import jobs, rates
from latent_assays.planning.plan import COLUMNS
from latent_assays.planning.rates import Rate

PROJECT = Path(__file__).parents[3]
RATE = Rate(1e-5, 1e-4, 1e-11, 1e-9, "a rate made up for a test")


@pytest.fixture(autouse=True)
def _made_up_rate(monkeypatch):
    monkeypatch.setattr(rates, "measured_rate", lambda: RATE)
    monkeypatch.setattr(jobs, "start_up", lambda: 2.0)


def test_it_prints_papers_stages_rates_and_what_is_not_counted(capsys):
    plan.run("mini", PROJECT, cores=4, gpus=2)
    said = capsys.readouterr().out
    assert said.startswith("mini: ")
    for word in ("responses", "perturbations", "runs", "scores", "core h", "V100 h", "peak MiB"):
        assert word in said
    assert "a rate made up for a test." in said
    assert "On 4 such cores" in said
    assert "on 2 V100" in said
    assert "assumed, 50 µs a layer" in said
    assert "Not counted: setting up the environment" in said


def test_the_sums_are_in_the_last_rows(capsys):
    plan.run("mini", PROJECT)
    lines = capsys.readouterr().out.splitlines()
    begin = next(at for at, line in enumerate(lines) if line.startswith("paper "))
    rows = [line.split() for line in lines[begin + 1 : lines.index("", begin)]]
    counts = [int(row[next(k for k, cell in enumerate(row) if cell.isdigit())]) for row in rows]
    assert rows[-1][0] == "all"
    assert counts[-1] == sum(counts[:-1])


def test_it_writes_a_table_and_a_picture(tmp_path):
    plan.run("desk", PROJECT, output=tmp_path / "plan.csv")
    table = pd.read_csv(tmp_path / "plan.csv")
    assert list(table) == list(COLUMNS)
    assert (table["core_hours"] > 0).all()
    assert image.imread(tmp_path / "plan.png").std() > 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("maxi", PROJECT), "'maxi' is not a scale"),
        (("mini", Path("/nowhere")), "give --project"),
    ],
)
def test_what_does_not_exist_is_said(arguments, said):
    with pytest.raises(UserError, match=said):
        plan.run(*arguments)
