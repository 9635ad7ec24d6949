"""What would run at the larger scales, which no test can wait for."""

import re
import resource

import pytest

TABLE = "tables/perturbations/tab1.csv"
VARIANTS = ("original", "perturbed")
QUICK = 10  # seconds of processor time; measured: 2


@pytest.fixture
def project(project):
    """A copy with the config as users have it."""
    project.config = []
    return project


def job_counts(text):
    """{rule: jobs} of a dry run's first table."""
    table = text.partition("Job stats:")[2].partition("total")[0]
    return {rule: int(count) for rule, count in re.findall(r"^(\w+) +(\d+)$", table, re.M)}


def processor_seconds():
    """Spent by all child processes that have ended."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime


@pytest.mark.parametrize(
    ("scale", "downloads", "trainings"),
    [
        ("paper", 2, 10 * 2 * 2 * 2),  # seeds x models x variants x datasets
        ("desk", 0, 3 * 2 * 2 * 2 + 4 * 2),  # and the restarts of the foster model
    ],
)
def test_a_dry_run_plans_all_of_a_table_and_writes_nothing(project, scale, downloads, trainings):
    before = processor_seconds()
    outcome = project.snakemake("--dry-run", f"results/{scale}/{TABLE}")
    assert outcome.status == 0, outcome.text
    assert processor_seconds() - before < QUICK
    jobs = job_counts(outcome.text)
    assert jobs.pop("downloads", 0) == downloads
    assert jobs == {
        "datasets": 2,
        "variants": 2,
        "runs": trainings,
        "codes": trainings,
        "scores": trainings,
        "collected": 1,
        "tables_perturbations_tab1": 1,
    }
    seeds = {"paper": 10, "desk": 3}[scale]
    for dataset in ("dsprites", "shapes3d"):
        assert (f"Downloading {dataset}" in outcome.text) == bool(downloads)
        for of in (f"{m} on {dataset}/{v}" for m in ("ae", "beta-vae") for v in VARIANTS):
            planned = re.findall(rf"Training {of}, seed (\d+)\n", outcome.text)
            assert sorted(map(int, planned)) == list(range(seeds))
    assert not project.files()


@pytest.mark.parametrize("scale", ["mini", "desk", "paper"])
def test_everything_can_be_planned_at_every_scale(project, scale):
    outcome = project.snakemake("--dry-run", "--quiet=all", settings={"scale": scale})
    assert outcome.status == 0, outcome.text
    assert not project.files()


def test_distances_use_the_weights_that_a_package_ships_and_inception_only_if_asked_for(project):
    target = "results/mini/distances/hybrid/dsprites/original/ae/seed0.json"
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


def test_both_sides_of_a_distance_have_as_many_images_as_the_scale_says(project):
    for scale, samples in (("mini", 1000), ("desk", 10000)):
        target = f"results/{scale}/distances/hybrid/dsprites/original/ae/seed0.json"
        outcome = project.snakemake("--dry-run", "--printshellcmds", target)
        assert outcome.status == 0, outcome.text
        assert f"--count {samples} " in outcome.text
        assert f"--samples {samples} " in outcome.text


def test_a_paper_measures_the_distances_that_it_names(project):
    target = "results/mini/collected/perturbations.csv"
    assert "distances" not in job_counts(project.snakemake("--dry-run", target).text)
    settings = {"papers": {"perturbations": {"distances": ["reconstruction", "hybrid"]}}}
    outcome = project.snakemake("--dry-run", target, settings=settings)
    assert outcome.status == 0, outcome.text
    jobs = job_counts(outcome.text)
    assert jobs["samples"] == jobs["distances"] == 2 * 3 * 2 * 2 * 2
    assert jobs["references"] == 2 * 2
