# One line after every job in place of Snakemake's own, see planning/progress.py. This reaches into
# its inside, and another version of it does without that.

import time

from latent_assays.costs import owners
from latent_assays.errors import UserError
from latent_assays.planning.jobs import EXPERIENCE
from latent_assays.planning.progress import Task, progress_line, training_seconds
from latent_assays.planning.trainings import image_shape

OF_PAPERS = ("figures", "tables", "claims", "collected", "measures", "image_measures")


def seconds_of(job):
    """What a job is expected to take."""
    if job.rule.name != "runs":
        known = EXPERIENCE.get(job.rule.name)
        return known.seconds if known else 1.0
    settings = model_settings(job.wildcards)
    try:
        _, side, _ = image_shape(config, job.wildcards.scale, job.wildcards.dataset)
    except UserError:
        side = 64  # images of the user's own, whose file alone says it
    return training_seconds(settings["steps"], settings["batch"], side)


def papers_of(jobs):
    """Job -> the papers that it is for."""
    inputs = {job: jobs.intersection(workflow.dag.dependencies[job]) for job in jobs}
    asked = {
        paper: [
            job
            for job in jobs
            if job.rule.name in OF_PAPERS and job.wildcards.get("paper") == paper
        ]
        for paper in rooms()
    }
    owned = owners(inputs, asked)
    return {job: tuple(set(owned[job].split(" + ")) & rooms().keys()) for job in jobs}


@cache
def tasks_of(jobs):
    """Job -> what `progress_line` is told of it."""
    papers = papers_of(jobs)
    return {
        job: Task(seconds_of(job), papers[job], job.rule.name == "runs") for job in jobs
    }


def with_progress():
    """Let the scheduler say how much of the work is done, where it can be asked."""
    from snakemake.logging import logger

    scheduler, dag, began = workflow.scheduler, workflow.dag, time.monotonic()
    done = (
        {}
    )  # outputs -> task; a choice makes Snakemake plan anew, and forget what is done

    def say():
        jobs = frozenset(dag.needrun_jobs(exclude_finished=False))
        tasks = tasks_of(jobs)
        running = {job for job in jobs if job in scheduler.running}
        for job in jobs - running - scheduler.failed:
            # What has just finished is not running, but not yet written down as finished.
            if dag.finished(job) or dag.is_running(job):
                done[tuple(job.output)] = tasks[job]
        left = [tasks[job] for job in jobs if tuple(job.output) not in done]
        longest = sorted(running, key=lambda job: -tasks[job].seconds)
        now = [job.message for job in longest]
        elapsed = time.monotonic() - began
        logger.info(progress_line(done.values(), left, now, elapsed))

    if hasattr(scheduler, "progress"):
        scheduler.progress = say
