"""A training that was killed goes on from its checkpoint and ends in the same bits."""

import json
import os
import shutil
import signal
import time

import psutil
import pytest

pytestmark = pytest.mark.slow

RUN = "results/mini/runs/dsprites/original/ae/seed0"
STEPS = 2500  # checkpoints come every 1000
SETTINGS = {"scales": {"mini": {"models": {"ae": {"steps": STEPS, "batch": 2, "width": 0.125}}}}}
TRAINING = ["-m", "latent_assays", "runs"]
PATIENCE = 300  # seconds until a checkpoint must be there


@pytest.mark.parametrize("victim", ["training", "everything"])
def test_a_killed_training_ends_in_the_same_bits(project, victim):
    target = f"{RUN}/model.safetensors"
    snakemake = project.start(target, settings=SETTINGS)
    try:
        wait_for(project / RUN / "checkpoint.safetensors", snakemake)
        if victim == "training":
            training_of(snakemake).kill()
            assert snakemake.wait(PATIENCE) != 0
        else:
            os.killpg(snakemake.pid, signal.SIGKILL)
            snakemake.wait(PATIENCE)
    finally:
        end(snakemake)
    left = {file.name for file in (project / RUN).iterdir() if not file.name.startswith(".")}
    assert left == {"checkpoint.safetensors"}

    if victim == "everything":
        assert project.snakemake("--unlock", target, settings=SETTINGS).status == 0
    outcome = project.snakemake(target, settings=SETTINGS)
    assert outcome.status == 0, outcome.text
    resumed = read_run(project)
    assert 0 < resumed["resumed_from"] < STEPS
    weights = (project / target).read_bytes()
    assert {file.name for file in (project / RUN).iterdir()} == {
        "model.safetensors",
        "config.json",
        "history.csv",
        "run.json",
    }

    shutil.rmtree(project / RUN)
    outcome = project.snakemake(target, settings=SETTINGS)
    assert outcome.status == 0, outcome.text
    assert read_run(project)["resumed_from"] == 0
    assert (project / target).read_bytes() == weights


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


def end(snakemake):
    """Leave no process behind, whatever the test came to."""
    if snakemake.poll() is None:
        os.killpg(snakemake.pid, signal.SIGKILL)
        snakemake.wait()
