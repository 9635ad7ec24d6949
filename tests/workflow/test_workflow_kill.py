"""However a training or its Snakemake ends, it is not done twice and ends in the same bits."""

import contextlib
import json
import os
import signal
import time

import psutil
import pytest
from project_copy import ProjectCopy

pytestmark = pytest.mark.slow

RUN = "results/mini/runs/dsprites/original/ae/seed0"
TARGET = f"{RUN}/model.safetensors"
STEPS = 2500  # checkpoints come every 1000
SETTINGS = {"scales": {"mini": {"models": {"ae": {"steps": STEPS, "batch": 2, "width": 0.125}}}}}
TRAINING = ["-m", "latent_assays", "runs"]
LOG = "logs/mini/runs/dsprites/original/ae/seed0.log"
PATIENCE = 300  # seconds until a checkpoint must be there
A_FEW_SECONDS = 20  # of a busy machine


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """The same training, left alone."""
    project = ProjectCopy(tmp_path_factory.mktemp("undisturbed") / "project")
    outcome = project.snakemake(TARGET, settings=SETTINGS)
    assert outcome.status == 0, outcome.text
    assert read_run(project)["resumed_from"] == 0
    return project


@pytest.mark.parametrize("victim", ["training", "everything", "Snakemake, asked to end"])
def test_a_killed_training_ends_in_the_same_bits(project, undisturbed, victim):
    snakemake = project.start(TARGET, settings=SETTINGS)
    try:
        wait_for(project / RUN / "checkpoint.safetensors", snakemake)
        training = training_of(snakemake)
        if victim == "training":
            training.kill()
            assert snakemake.wait(PATIENCE) != 0
        elif victim == "Snakemake, asked to end":
            snakemake.terminate()
            assert snakemake.wait(A_FEW_SECONDS) != 0
            wait_until(lambda: has_ended(training), A_FEW_SECONDS)
    finally:
        kill_all(snakemake)
    left = {file.name for file in (project / RUN).iterdir() if not file.name.startswith(".")}
    assert left == {"checkpoint.safetensors"}

    if victim == "everything":
        assert project.snakemake("--unlock", TARGET, settings=SETTINGS).status == 0
    outcome = project.snakemake(TARGET, settings=SETTINGS)
    assert outcome.status == 0, outcome.text
    assert 0 < read_run(project)["resumed_from"] < STEPS
    assert (project / TARGET).read_bytes() == (undisturbed / TARGET).read_bytes()
    files = {file.name for file in (project / RUN).iterdir() if not file.name.startswith(".")}
    made = {"model.safetensors", "config.json", "history.csv", "run.json"}
    assert files == made | {"checkpoint.safetensors"}


@pytest.mark.parametrize("orphan", ["has ended", "still trains"])
def test_a_training_whose_snakemake_was_killed_is_not_done_twice(project, undisturbed, orphan):
    snakemake = project.start(TARGET, settings=SETTINGS)
    again = None
    try:
        wait_for(project / RUN / "checkpoint.safetensors", snakemake)
        training = training_of(snakemake)
        snakemake.kill()
        snakemake.wait()
        if orphan == "has ended":
            wait_until((project / TARGET).exists)
        else:
            training.suspend()
        assert project.snakemake("--unlock", TARGET, settings=SETTINGS).status == 0
        again = project.start(TARGET, settings=SETTINGS)
        if orphan == "still trains":
            told = "another process is training this run: waiting for it"
            wait_until(lambda: told in read_log(project) or again.poll() is not None)
            assert again.poll() is None
            assert not (project / TARGET).exists()
            training.resume()
        assert again.wait(PATIENCE) == 0
    finally:
        kill_all(snakemake)
        if again:
            kill_all(again)
    assert "nothing is left to train" in read_log(project)
    assert "resuming" not in read_log(project)
    assert read_run(project)["resumed_from"] == 0
    assert (project / TARGET).read_bytes() == (undisturbed / TARGET).read_bytes()


def read_log(project):
    """What the job of the training has said so far; Snakemake removes the log before a job."""
    try:
        return (project / LOG).read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""


def read_run(project):
    return json.loads((project / RUN / "run.json").read_text(encoding="utf-8"))


def wait_for(file, process):
    """Wait until a file is there, as long as the process lives."""
    wait_until(lambda: file.exists() or process.poll() is not None)
    assert process.poll() is None, "Snakemake ended before there was a checkpoint"


def wait_until(is_so, patience=PATIENCE):
    """Wait some seconds at most until a function is true."""
    end_of_patience = time.monotonic() + patience
    while not is_so():
        assert time.monotonic() < end_of_patience
        time.sleep(0.02)


def has_ended(process):
    """Whether a process is gone; a zombie is one whose new parent has not looked yet."""
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def training_of(snakemake):
    """The Python process that trains, among Snakemake's children."""
    children = psutil.Process(snakemake.pid).children(recursive=True)
    (training,) = [child for child in children if child.cmdline()[1:4] == TRAINING]
    return training


def kill_all(snakemake):
    """End Snakemake and all its children the hard way, if they still run."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(snakemake.pid, signal.SIGKILL)
    snakemake.wait()
