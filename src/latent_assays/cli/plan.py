"""`plan`: what a scale will take, before it starts."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    import pandas as pd

    from latent_assays.planning.plan import Plan
    from latent_assays.planning.rates import Rate

NAMES = {
    "papers": "paper",
    "core_hours": "core h",
    "other_core_hours": "others, core h",
    "gpu_hours_least": "V100 h from",
    "gpu_hours_most": "to",
    "operations": "PFLOP",
    "memory": "peak MiB",
    "disk": "disk MiB",
}


def run(
    scale: Annotated[str, typer.Argument(help="mini, desk or paper.")] = "mini",
    project: Annotated[Path, typer.Option(help="Folder of the Snakefile.")] = Path(),
    config: Annotated[
        str | None, typer.Option(help="JSON: the whole configuration; else the project's own.")
    ] = None,
    cores: Annotated[int | None, typer.Option(min=1, help="Cores; else this machine's.")] = None,
    gpus: Annotated[int, typer.Option(min=1, help="GPUs, one training on each at a time.")] = 1,
    output: Annotated[
        Path | None, typer.Option(help="CSV to write, one row a training; a PNG goes beside it.")
    ] = None,
) -> None:
    """Say what a scale will take: trainings, hours of cores or GPUs, memory and disk.

    Operations are counted on the networks. How fast this machine makes them is measured in a few
    seconds; of a V100, two rates are taken from what authors published. What other jobs take is
    experience from scale `mini`, in units of what starting PyTorch takes here.
    """
    import json
    import os

    from latent_assays.config.load import load_config
    from latent_assays.config.names import unknown
    from latent_assays.errors import UserError
    from latent_assays.planning.jobs import start_up
    from latent_assays.planning.plan import make_plan
    from latent_assays.planning.rates import measured_rate, v100_rates
    from latent_assays.store import atomic_path

    if config is None and not (project / "config.yaml").is_file():
        raise UserError(f"{project / 'config.yaml'} does not exist: give --project")
    chosen = load_config(project) if config is None else json.loads(config)
    if scale not in chosen["scales"]:
        raise UserError(unknown("scale", scale, list(chosen["scales"])))
    rate, gpu_rates, start = measured_rate(), v100_rates(), start_up()
    plan = make_plan(chosen, scale, rate, gpu_rates, start)
    cores = cores or os.cpu_count() or 1
    said = report(plan, (rate, *gpu_rates), start, cores, gpus)
    print(f"{scale}: {said}")
    if output is not None:
        from latent_assays.figures.style import paper_style
        from latent_assays.planning.picture import draw

        with atomic_path(output) as partial:
            plan.trainings.to_csv(partial, index=False)
        with paper_style(), atomic_path(output.with_suffix(".png")) as partial:
            draw(plan, scale, [one.said for one in (rate, *gpu_rates)]).savefig(partial)


def report(
    plan: "Plan", rates: tuple["Rate", "Rate", "Rate"], start: float, cores: int, gpus: int
) -> str:
    """All that `plan` prints.

    Args:
        plan: of the scale.
        rates: of a core, and the best and the worst of a GPU.
        start: CPU seconds that importing torch takes here.
        cores: of the machine.
        gpus: of the machine.
    """
    from latent_assays.planning.plan import clock, wall_hours

    totals = plan.papers.drop(columns="papers").sum()
    of_core, *of_gpu = plan.chain
    every = totals["core_hours"] + totals["other_core_hours"]
    on_cores = clock(wall_hours(every, of_core, cores))
    on_gpus = [
        clock(wall_hours(totals[name], longest, gpus))
        for name, longest in zip(("gpu_hours_least", "gpu_hours_most"), of_gpu, strict=True)
    ]
    papers = plan.papers.assign(operations=plan.papers["operations"] / 1e15)
    count, kinds = int(totals["trainings"]), len(plan.trainings)
    lines = [
        f"{count:,} trainings of {kinds:,} kinds, {totals['steps']:,.0f} steps,"
        f" {totals['operations'] / 1e15:,.3g} PFLOP",
        _table(papers, "papers"),
        _table(plan.stages, "stage"),
        f"On {cores} such core{'s' * (cores > 1)} all of it takes {on_cores} of wall time if none"
        f" idles; the trainings alone, on {gpus} V100, {on_gpus[0]} to {on_gpus[1]}.",
        "Rates:\n" + "\n".join(f"  {rate.said}." for rate in rates),
        f"Other jobs: seconds at mini in units of importing PyTorch, here {start:.1f} s of CPU; at"
        " larger scales they take longer. Not counted: setting up the environment, downloading,"
        " Snakemake itself, and an objective's own arithmetic, such as a critic's.",
    ]
    return "\n\n".join(lines)


def _table(frame: "pd.DataFrame", by: str) -> str:
    """Rows as text with the sums below; of memory, the largest."""
    import pandas as pd

    last = frame.drop(columns=by).sum()
    if "memory" in frame:
        last["memory"] = frame["memory"].max()
    every = pd.concat([frame, pd.DataFrame([{by: "all", **last}])], ignore_index=True)
    columns = [[NAMES.get(name, name), *every[name].map(_cell)] for name in every]
    widths = [max(map(len, column)) for column in columns]
    rows = (
        [row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]
        for row in zip(*columns, strict=True)
    )
    return "\n".join("  ".join(row) for row in rows)


def _cell(value: object) -> str:
    if isinstance(value, str):
        return value
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.2g}"
