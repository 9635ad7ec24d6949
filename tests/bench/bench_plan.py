"""What `plan` foretells of scale `mini` beside what the last `make` took."""

from collections.abc import Iterator
from pathlib import Path

from table import Row

RESULTS, PROJECT = Path("results/mini"), Path()


def rows(folder: Path) -> Iterator[Row]:
    """CPU seconds by stage, planned and taken; none if there was no `make` yet."""
    from latent_assays.cli.costs import read_jobs
    from latent_assays.config.load import load_config
    from latent_assays.costs import totals
    from latent_assays.errors import UserError
    from latent_assays.planning.jobs import start_up
    from latent_assays.planning.plan import make_plan
    from latent_assays.planning.rates import measured_rate, v100_rates

    try:
        jobs = read_jobs(RESULTS, PROJECT).replace({"stage": {"variants": "datasets"}})
    except UserError as error:
        print(f"no plan beside what was taken: {error}")
        return
    took = totals(jobs, "stage").set_index("stage")["cpu"]
    plan = make_plan(load_config(PROJECT), "mini", measured_rate(), v100_rates(), start_up())
    planned = 3600 * plan.stages.set_index("stage")["core_hours"]
    for stage in planned.index.intersection(took.index[took > 0]):
        yield _row(f"plan of {stage}", planned[stage], took[stage])
    both = planned.index.intersection(took.index)
    yield _row("plan of all jobs of mini", planned[both].sum(), took[both].sum())


def _row(work: str, planned: float, took: float) -> Row:
    return Row(work, planned, took, "what make took", "CPU s", planned / took)
