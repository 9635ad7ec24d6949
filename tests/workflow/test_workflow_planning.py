"""The jobs that `plan` counts are those that Snakemake would run."""

from collections import Counter

import pytest

from latent_assays.planning.jobs import jobs_of
from latent_assays.planning.trainings import trainings

ALSO = {"all": 1, "claims_joined": 1, "report": 1}  # of which a plan says nothing


@pytest.mark.parametrize("scale", ["mini", "desk", "paper"])
def test_a_plan_counts_the_jobs_of_a_dry_run(project, scale):
    project.config = []
    outcome = project.snakemake("--dry-run", settings={"scale": scale})
    assert outcome.status == 0, outcome.text
    jobs = Counter(outcome.jobs) - Counter(ALSO)
    jobs["datasets"] += jobs.pop("variants", 0)
    config = project.configuration()
    counted = Counter(job.partition("/")[0] for job in jobs_of(config, scale))
    counted["runs"] = sum(one.seeds for one in trainings(config, scale))
    assert counted == jobs
