"""`costs`: what Snakemake wrote down of its jobs is read as it is, half-written or old."""

import json
from base64 import urlsafe_b64encode
from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest

from latent_assays.cli import USED
from latent_assays.cli.costs import read_jobs, run
from latent_assays.config.load import load_config
from latent_assays.config.studies import runs_of
from latent_assays.costs import COLUMNS
from latent_assays.errors import UserError
from latent_assays.places import run_path

ROOT = Path(__file__).parents[3]
BEGIN = datetime(2026, 3, 1, 12).timestamp()
PAPER = "responses"
DATA = "results/mini/datasets/shapes3d/original.h5"
MODEL = "results/mini/runs/shapes3d/original/mine/seed0/model.safetensors"
CODES = "results/mini/codes/shapes3d/original/mine/seed0.npz"
FIGURE = f"results/mini/figures/{PAPER}/fig99.pdf"
SHEET = "results/mini/figures/datasets/shapes3d-original.pdf"
RECORD = "results/downloads/shapes3d.json"


def kept(root, folder, output, content):
    """Write a file as Snakemake keeps it: names too long for a file are cut into folders."""
    name = urlsafe_b64encode(output.encode()).decode()
    *folders, last = [name[at : at + 254] for at in range(0, len(name), 254)]
    path = root.joinpath(".snakemake", folder, *(f"@{part}" for part in folders), last)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")


def record(root, output, log, starts, ends, inputs=()):
    content = {
        "rule": "any",
        "log": [f"logs/{log}.log"],
        "input": list(inputs),
        "starttime": BEGIN + starts,
        "endtime": BEGIN + ends,
    }
    kept(root, "metadata", output, content)


def used(root, job, seconds, memory):
    """Write the log of a job that said what it used."""
    path = root / f"logs/{job}.log"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"hello\n{USED.format(seconds, memory)}\n", encoding="utf-8")


@pytest.fixture
def workflow(tmp_path):
    """A download, its images, a training of two files, a figure and, beside it, a contact sheet."""
    run_of = "shapes3d/original/mine/seed0"
    record(tmp_path, RECORD, "downloads/shapes3d", 0, 10, ["resources/datasets.csv"])
    record(tmp_path, DATA, "mini/datasets/shapes3d/original", 10, 15, [RECORD])
    record(tmp_path, MODEL, f"mini/runs/{run_of}", 15, 35, [DATA])
    record(tmp_path, CODES, f"mini/runs/{run_of}", 15, 35, [DATA])
    record(tmp_path, FIGURE, f"mini/figures/{PAPER}/fig99", 35, 40, [MODEL, CODES])
    record(tmp_path, SHEET, "mini/figures/datasets/shapes3d-original", 15, 19, [DATA])
    used(tmp_path, "downloads/shapes3d", 1, 50)
    used(tmp_path, "mini/datasets/shapes3d/original", 4, 60)
    used(tmp_path, f"mini/runs/{run_of}", 18, 700)
    used(tmp_path, f"mini/figures/{PAPER}/fig99", 3, 80)
    return tmp_path


def jobs_of(root):
    return read_jobs(root / "results/mini", ROOT).set_index("job")


def printed(capsys, root, **options):
    run(root / "results/mini", project=ROOT, **options)
    return capsys.readouterr().out


def test_one_row_a_job_with_times_of_the_record_and_what_its_log_says_it_used(workflow):
    found = jobs_of(workflow)
    assert len(found) == 5
    training = found.loc["runs/shapes3d/original/mine/seed0"]
    assert training["starts"] - BEGIN == 15
    assert training["wall"] == 20
    assert (training["cpu"], training["memory"]) == (18, 700)
    assert training["inputs"] == ("datasets/shapes3d/original",)
    assert found["stage"].to_dict() == {job: job.partition("/")[0] for job in found.index}
    assert found.loc["downloads/shapes3d", "inputs"] == ()


def test_trainings_behind_a_figure_are_its_papers_and_images_and_contact_sheets_shared(workflow):
    assert jobs_of(workflow)["papers"].to_dict() == {
        "downloads/shapes3d": "shared",
        "datasets/shapes3d/original": "shared",
        "runs/shapes3d/original/mine/seed0": PAPER,
        f"figures/{PAPER}/fig99": PAPER,
        "figures/datasets/shapes3d-original": "shared",
    }


def test_a_training_is_its_papers_before_anything_that_shows_it_is_made(workflow):
    config = load_config(ROOT)
    first = {paper: set(runs_of(config, "mini", paper)) for paper in config["papers"]}
    asked = sorted(first[PAPER] - set.union(*(first[other] for other in first if other != PAPER)))
    path = run_path("mini", "runs", asked[0], "/model.safetensors")
    record(workflow, path, "mini/runs/asked", 40, 50, [DATA])
    assert jobs_of(workflow).loc["runs/asked", "papers"] == PAPER


def test_of_a_job_that_ran_twice_the_last_time_counts(workflow):
    log = "mini/runs/shapes3d/original/mine/seed0"
    record(workflow, MODEL, log, 100, 130, [DATA])
    found = jobs_of(workflow).loc["runs/shapes3d/original/mine/seed0"]
    assert (found["starts"] - BEGIN, found["wall"]) == (100, 30)


def test_a_path_too_long_for_the_name_of_a_file_is_read(workflow):
    long = "/".join("x" * 90 for _ in range(5))
    record(workflow, f"results/mini/runs/{long}.npz", f"mini/runs/{long}", 40, 50, [DATA])
    assert f"runs/{long}" in jobs_of(workflow).index


def test_what_another_scale_made_does_not_count(workflow):
    record(workflow, DATA.replace("mini", "desk"), "desk/datasets/shapes3d/original", 90, 99)
    record(workflow, "results/downloads/mnist.json", "downloads/mnist", 90, 99)
    used(workflow, "desk/datasets/shapes3d/original", 9, 9)
    assert len(jobs_of(workflow)) == 5


def test_a_half_written_record_is_left_out(workflow):
    kept(workflow, "metadata", "results/mini/scores/a.json", '{"rule": "sco')
    assert len(jobs_of(workflow)) == 5


def test_the_report_counts_what_ran_and_what_lay_idle(workflow, capsys):
    """40 s, of which 4 on both cores: 44 of 80 core seconds, 36 idle."""
    text = printed(capsys, workflow)
    assert text.startswith("mini: 5 jobs, 2 cores, as that many jobs ran at once\n")
    assert "Of 1 jobs CPU and memory are unknown and not in the sums." in text
    rows = [line.split() for line in text.splitlines()]
    assert ["stage", "jobs", "CPU", "s", "wall", "s", "peak", "MiB"] in rows
    assert ["figures", "2", "3", "9", "80"] in rows
    assert ["runs", "1", "18", "20", "700"] in rows
    assert [PAPER, "2", "21", "25", "700"] in rows
    assert ["shared", "3", "5", "19", "60"] in rows
    assert ["all", "5", "26", "44", "700"] in rows
    assert "2026-03-01 12:00:00 to 2026-03-01 12:00:40, 0:00:40\n" in text
    assert (
        "All 2 cores had a job 10.0% of the time, some of them 90.0%, none 0.0%;"
        " idle: 36 of 80 core seconds\n" in text
    )
    assert "21.0 s  at 0:00:19: runs/shapes3d/original/mine/seed0 and 1 more\n" in text
    assert "15.0 s  at 0:00:00: downloads/shapes3d and 1 more\n" in text
    assert (
        "Longest chain of jobs that read each other's outputs: 4 jobs, 0:00:40\n"
        "       10.0 s  downloads/shapes3d\n"
        "        5.0 s  datasets/shapes3d/original\n"
        "       20.0 s  runs/shapes3d/original/mine/seed0\n"
        f"        5.0 s  figures/{PAPER}/fig99\n" in text
    )
    assert "session" not in text
    assert "cut off" not in text


def test_cores_are_those_that_are_given(workflow, capsys):
    text = printed(capsys, workflow, cores=4)
    assert text.startswith("mini: 5 jobs, 4 cores\n")
    assert "idle: 116 of 160 core seconds" in text


def test_sessions_are_counted_apart(workflow, capsys):
    record(workflow, "results/mini/claims.csv", "mini/claims_joined", 7240, 7250)
    text = printed(capsys, workflow)
    assert "They ran in 2 sessions, with more than an hour between them." in text
    assert "Session 1, 5 jobs: 2026-03-01 12:00:00 to 2026-03-01 12:00:40, 0:00:40\n" in text
    assert "Session 2, 1 jobs: 2026-03-01 14:00:40 to 2026-03-01 14:00:50, 0:00:10\n" in text


def test_unfinished_jobs_are_said(workflow, capsys):
    kept(workflow, "incomplete", "results/mini/scores/a.json", {"external_jobid": None})
    kept(workflow, "incomplete", "results/desk/scores/a.json", {"external_jobid": None})
    assert "Jobs that make 1 more files are at work or were cut off" in printed(capsys, workflow)


def test_the_csv_has_one_row_a_job(workflow, capsys):
    output = workflow / "costs.csv"
    printed(capsys, workflow, output=output)
    written = pd.read_csv(output)
    assert list(written) == [name for name in COLUMNS if name != "inputs"]
    assert written["wall"].sum() == 44
    assert written["cpu"].sum() == 26


def test_a_folder_without_records_is_one_sentence(tmp_path):
    with pytest.raises(UserError) as caught:
        read_jobs(tmp_path / "results/mini", ROOT)
    assert str(caught.value) == (
        f"{tmp_path} has no .snakemake/metadata of scale mini: give the folder of a scale beside"
        " which the workflow has run"
    )


def test_a_folder_of_no_scale_is_one_sentence(workflow):
    with pytest.raises(UserError, match=r"results/mni: 'mni' is not a scale, did you mean 'mini'"):
        read_jobs(workflow / "results/mni", ROOT)


def test_a_folder_without_the_project_is_one_sentence(workflow):
    with pytest.raises(UserError, match=r"config\.yaml does not exist: give --project"):
        read_jobs(workflow / "results/mini", workflow)


@pytest.mark.parametrize("text", ["", "used 1 CPU s", "it used 1 CPU s and 2 MiB of memory"])
def test_a_log_that_does_not_say_what_was_used_leaves_it_unknown(workflow, text):
    job = f"figures/{PAPER}/fig99"
    (workflow / f"logs/mini/{job}.log").write_text(text, encoding="utf-8")
    assert jobs_of(workflow).loc[job, ["cpu", "memory"]].isna().all()
