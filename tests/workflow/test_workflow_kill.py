"""A training that was killed goes on from its checkpoint and ends in the same bits."""

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
PATIENCE = 300  # seconds until a checkpoint must be there


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """The same training, left alone."""
    project = ProjectCopy(tmp_path_factory.mktemp("undisturbed") / "project")
    outcome = project.snakemake(TARGET, settings=SETTINGS)
    assert outcome.status == 0, outcome.text
    assert read_run(project)["resumed_from"] == 0
    return project


@pytest.mark.parametrize("victim", ["training", "everything"])
def test_a_killed_training_ends_in_the_same_bits(project, undisturbed, victim):
    snakemake = project.start(TARGET, settings=SETTINGS)
    try:
        wait_for(project / RUN / "checkpoint.safetensors", snakemake)
        if victim == "training":
            training_of(snakemake).kill()
            assert snakemake.wait(PATIENCE) != 0
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


def read_run(project):
    return json.loads((project / RUN / "run.json").read_text(encoding="utf-8"))


def wait_for(file, process):
    """Wait until a file is there, as long as the process lives."""
    end_of_patience = time.monotonic() + PATIENCE
    while not file.exists():
        assert process.poll() is None, "Snakemake ended before there was a checkpoint"
        assert time.monotonic() < end_of_patience
        time.sleep(0.02)


def training_of(snakemake):
    """The Python process that trains, among Snakemake's children."""
    children = psutil.Process(snakemake.pid).children(recursive=True)
    (training,) = [child for child in children if child.cmdline()[1:4] == TRAINING]
    return training


def kill_all(snakemake):
    """End Snakemake and all its children the hard way, if they still run."""
    if snakemake.poll() is None:
        os.killpg(snakemake.pid, signal.SIGKILL)
        snakemake.wait()
