"""Faults that users make or meet: one clear sentence, no partial file, and the rest goes on."""

import gzip
import hashlib
import re
import subprocess

import numpy as np
import pytest
from dataset_server import DatasetServer

SCORES = "results/mini/scores/dsprites/original/beta-vae/seed0.json"
DOWNLOADED = "results/downloads/mnist.json"
BRANCHES = ("results/mini/datasets/mnist/original.h5", "results/mini/datasets/dsprites/original.h5")
FILE = "train-labels-idx1-ubyte"


def test_names_of_the_config_are_checked_before_any_job(project):
    faults = [
        (
            {"scores": {"test_sample": 200}},
            "config: scores: unknown key 'test_sample' (value 200), did you mean",
        ),
        ({"scale": "minni"}, "config: scale: 'minni' is not one of mini, desk, paper"),
        (
            {"papers": {"perturbations": {"studies": {"table1": {"models": ["ae", "beta-va"]}}}}},
            "config: papers.perturbations.studies.table1.models: 'beta-va' is not a model",
        ),
        (
            {"models": {"ae": {"batch": 0}}},
            "config: models.ae.batch: 0 is less than the minimum of 1",
        ),
    ]
    for settings, sentence in faults:
        outcome = project.snakemake(settings=settings)
        assert outcome.status != 0
        assert len(outcome.sentences) == 1, outcome.text
        assert outcome.sentences[0].startswith(sentence)
        assert "Building DAG" not in outcome.text
    assert not project.files()


@pytest.mark.parametrize(
    ("target", "wrong", "allowed"),
    [
        (SCORES.replace("beta-vae", "beta-va"), "'beta-va' is not a model", "beta-vae"),
        (SCORES.replace("mini", "minni"), "'minni' is not a scale", "mini, desk, paper"),
        (SCORES.replace("dsprites", "dsprits"), "'dsprits' is not a dataset", "dsprites"),
        (
            SCORES.replace("original", "orignal"),
            "'orignal' is not a variant",
            "original, perturbed",
        ),
        (
            SCORES.replace("dsprites", "mnist"),
            "beta-vae on mnist at scale mini has no 'latents'",
            "",
        ),
    ],
)
def test_names_of_a_target_are_checked_before_any_job(project, target, wrong, allowed):
    outcome = project.snakemake(target)
    assert outcome.status != 0
    assert len(outcome.sentences) == 1, outcome.text
    assert outcome.sentences[0].startswith(f"target {target}: {wrong}")
    assert allowed in outcome.sentences[0]
    assert not project.files()


@pytest.mark.parametrize(
    ("target", "wrong"),
    [
        ("figures/responses/fig7.pdf", "'responses/fig7' is not a figure, did you mean"),
        ("figures/datasets/shapes3d-nosy.pdf", "did you mean 'datasets/shapes3d-noisy'"),
        ("tables/responses/tab2.csv", "'responses/tab2' is not a table, did you mean"),
        ("claims/response.csv", "'response' is not a paper, did you mean 'responses'"),
        ("collected/responses/table2.csv", "did you mean 'responses/table1'"),
    ],
)
def test_an_unknown_target_names_the_nearest(project, target, wrong):
    outcome = project.snakemake(f"results/mini/{target}")
    assert outcome.status != 0
    assert len(outcome.sentences) == 1, outcome.text
    assert wrong in outcome.sentences[0]
    assert not project.files()


def test_what_a_failed_job_said_comes_last_whatever_snakemake_prints(project):
    np.savez(project / "mine.npz", images=np.zeros((5, 16, 16, 3), np.float32))
    settings = {"datasets": {"my-set": {"path": "mine.npz", "title": "Mine"}}}
    target = "results/mini/datasets/my-set/original.h5"
    outcome = project.snakemake(target, settings=settings)
    assert outcome.status != 0
    (said,) = outcome.sentences
    assert said.startswith("error: datasets: mine.npz: images are float32")
    assert f"\n{said}\n" in "\n".join(outcome.text.splitlines()[-6:])


def test_results_lie_in_the_working_directory_and_the_project_elsewhere(project, tmp_path):
    """`-s PROJECT/Snakefile`, in an empty folder."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    target = "results/mini/figures/datasets/mpi3d_toy-original.pdf"
    command = project.command(f"--snakefile={project / 'Snakefile'}", target)
    done = subprocess.run(
        command, cwd=elsewhere, env=project.environment(), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert (elsewhere / target).is_file()
    assert not project.files()


def remains(project):
    """Files that a failed download left, apart from logs and the hidden rest of a transfer."""
    return {path for path in project.files() if path.startswith("results/")}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\0\0\x08\x01" + bytes(30000), r"30004 bytes instead of 60008"),
        (b"\0\0\x08\x01" + bytes(60004), r"its md5 is \w{32}, not \w{32}"),
        (None, "holds no train-labels-idx1-ubyte"),
    ],
    ids=["truncated", "corrupted", "missing"],
)
def test_a_wrong_file_of_the_user_stops_its_branch_only(project, content, reason):
    """`paths` names a folder whose one file is not MNIST's."""
    keep_in_table(project, lambda line: f"mnist,{FILE}," in line)
    given = project / "given"
    given.mkdir()
    if content is not None:
        (given / FILE).write_bytes(content)
    outcome = project.snakemake(*BRANCHES, settings={"paths": {"mnist": str(given)}})
    assert outcome.status != 0
    assert len(outcome.sentences) == 1, outcome.text
    assert outcome.sentences[0].startswith(f"error: paths.mnist: {given}")
    assert re.search(reason, outcome.sentences[0])
    assert outcome.sentences[0] in (project / "logs/downloads/mnist.log").read_text()
    assert remains(project) == {BRANCHES[1]}, "the other branch is made, nothing of this one"


@pytest.mark.parametrize("fault", ["down", "corrupt", "missing", "web-page"])
def test_mirrors_that_fail_stop_their_branch_only(project, tmp_path, fault):
    """Both mirrors fail; when one of them is well again the same command succeeds."""
    content = b"\0\0\x08\x01" + (60000).to_bytes(4, "big") + bytes(range(250)) * 240
    served = tmp_path / "served"
    served.mkdir()
    (served / f"{FILE}.gz").write_bytes(gzip.compress(content))
    with DatasetServer(served, fault) as server:
        serve_from(project, server.url, content)
        outcome = project.snakemake(DOWNLOADED, BRANCHES[1])
    assert outcome.status != 0
    assert len(outcome.sentences) == 1, outcome.text
    assert outcome.sentences[0].startswith(f"error: mnist: {FILE} could not be had from http://")
    assert "`paths: {mnist: FOLDER}`" in outcome.sentences[0]
    assert remains(project) == {BRANCHES[1]}

    with DatasetServer(served) as server:
        serve_from(project, server.url, content)
        outcome = project.snakemake(DOWNLOADED)
    assert outcome.status == 0, outcome.text
    assert (project / "results/downloads/mnist" / FILE).read_bytes() == content


def keep_in_table(project, condition):
    """Drop the rows of `resources/datasets.csv`, its head aside, that do not meet a condition."""
    table = project / "resources/datasets.csv"
    head, *rows = table.read_text(encoding="utf-8").splitlines()
    table.write_text("\n".join([head, *filter(condition, rows)]) + "\n", encoding="utf-8")


def serve_from(project, url, content):
    """Make the server the two mirrors of the one file of MNIST."""
    table = project / "resources/datasets.csv"
    head = table.read_text(encoding="utf-8").splitlines()[0]
    md5 = hashlib.md5(content).hexdigest()
    row = "mnist,{},{},{}{}.gz,gzip,{},md5:{},refuse,test"
    rows = [row.format(FILE, order, url, FILE, len(content), md5) for order in (1, 2)]
    table.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
