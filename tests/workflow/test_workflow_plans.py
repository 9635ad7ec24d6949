"""What would run at the larger scales, which no test can wait for."""

import re

import pytest
from project_copy import TINY

from latent_assays.config.studies import runs_behind, runs_of
from latent_assays.places import Run

TABLE = "tables/perturbations/tab1.csv"
VARIANTS = ("original", "perturbed")


@pytest.fixture
def project(project):
    """A copy with the config as users have it."""
    project.config = []
    return project


@pytest.mark.parametrize(
    ("scale", "downloads", "trainings"),
    [
        ("paper", 2, 10 * 5 * 2 * 2),  # seeds x models x variants x datasets
        ("desk", 0, 5 * 5 * 2 * 2 + 8 * 2),  # and the restarts of the choice's model
    ],
)
def test_a_dry_run_plans_all_of_a_table_and_writes_nothing(project, scale, downloads, trainings):
    outcome = project.snakemake("--dry-run", f"results/{scale}/{TABLE}")
    assert outcome.status == 0, outcome.text
    jobs = outcome.jobs
    assert jobs.pop("downloads", 0) == downloads
    assert jobs == {
        "datasets": 2,
        "choices": 2,
        "variants": 2,
        "runs": trainings,
        "scores": trainings,
        "image_measures": 4,
        "collected": 1,
        "tables": 1,
    }
    seeds = {"paper": 10, "desk": 5}[scale]
    for dataset in ("dsprites", "shapes3d"):
        assert (f"Downloading {dataset}" in outcome.text) == bool(downloads)
        taken = dataset if scale == "paper" else f"{dataset}-half"
        for of in (f"{m} on {taken}/{v}" for m in ("ae", "beta-vae") for v in VARIANTS):
            planned = re.findall(rf"Training {of}, seed (\d+)\n", outcome.text)
            assert sorted(map(int, planned)) == list(range(seeds))
    assert not project.files()


@pytest.mark.parametrize("scale", ["mini", "desk", "paper"])
def test_all_of_a_scale_can_be_planned_and_trains_each_run_once(project, scale):
    config = project.configuration()
    runs = {run for paper in config["papers"] for run in runs_of(config, scale, paper)}
    wanted = {behind for run in runs for behind in runs_behind(config, scale, run)}
    outcome = project.snakemake("--dry-run", settings={"scale": scale})
    assert outcome.status == 0, outcome.text
    planned = re.findall(r"Training (\S+) on (\S+)/(\S+), seed (\d+)\n", outcome.text)
    found = [Run(dataset, variant, model, int(seed)) for model, dataset, variant, seed in planned]
    assert len(found) == len(set(found)) == outcome.jobs["runs"]
    assert set(found) == wanted
    assert "codes" not in outcome.jobs, "a run encodes its own images"
    assert not project.files()


def test_distances_use_the_weights_that_a_package_ships_and_inception_only_if_asked_for(project):
    target = "results/mini/distances/dsprites/original/ae/seed0.json"
    outcome = project.snakemake("--dry-run", "--printshellcmds", target)
    assert outcome.status == 0, outcome.text
    assert "--efflite0 results/downloads/efficientnet-lite0/" in outcome.text
    assert "--inception" not in outcome.text
    asked = {"distances": {"fid": True}}
    outcome = project.snakemake("--dry-run", "--printshellcmds", target, settings=asked)
    assert outcome.status == 0, outcome.text
    assert "--inception results/downloads/inception/pt_inception" in outcome.text
    assert "Downloading inception" in outcome.text
    assert "--folder" not in outcome.text
    asked["paths"] = {"inception": "/data/inception"}
    outcome = project.snakemake("--dry-run", "--printshellcmds", target, settings=asked)
    assert outcome.status == 0, outcome.text
    assert "--folder /data/inception" in outcome.text


def test_a_distance_compares_with_as_many_images_as_the_scale_says(project):
    counts = {"mini": 200, "desk": 10000}
    targets = [f"results/{scale}/references/dsprites/original.npz" for scale in counts]
    outcome = project.snakemake("--dry-run", "--printshellcmds", *targets)
    assert outcome.status == 0, outcome.text
    for scale, samples in counts.items():
        assert f"--samples {samples} --output results/{scale}/" in outcome.text


def test_a_study_measures_what_it_names(project):
    target = "results/mini/collected/perturbations/table1.csv"
    studies = {"table1": {"measures": ["distances", "scores"]}}
    settings = {"papers": {"perturbations": {"studies": studies}}}
    outcome = project.snakemake("--dry-run", target, settings=settings)
    assert outcome.status == 0, outcome.text
    seeds = project.configuration()["scales"]["mini"]["seeds"]["perturbations"]["table1"]
    assert outcome.jobs["distances"] == seeds * 2 * 5 * 2  # x variants x models x datasets
    assert outcome.jobs["references"] == 2 * 2


def test_a_run_that_is_measured_elsewhere_is_trained_and_encoded_once(project):
    """The study that `tiny.yaml` adds to paper `structure`, at a scale that it does not shrink."""
    project.config = [TINY]
    run = "shapes3d/without-ball/refitted-ae/seed0"
    targets = [
        f"results/desk/codes/{run}/on-ball.npz",
        f"results/desk/scores/{run}/on-ball.json",
        f"results/desk/distances/{run}/on-ball.json",
    ]
    outcome = project.snakemake("--dry-run", "--printshellcmds", *targets)
    assert outcome.status == 0, outcome.text
    assert outcome.jobs == {
        "downloads": 1,
        "datasets": 1,
        "variants": 2,
        "runs": 2,  # its own and that of the model that it begins with
        "codes": 1,
        "scores": 1,
        "references": 1,
        "distances": 1,
    }
    assert "Training ae on shapes3d/original, seed 0\n" in outcome.text
