"""`costs`: what the jobs of the workflow took, from what Snakemake wrote down of them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

if TYPE_CHECKING:
    import pandas as pd

# Stages that no paper owns, and those in which the folder below names the paper.
COMMON = {"downloads", "datasets", "references", "claims_joined"}
OF_PAPERS = {"figures", "tables", "claims", "collected", "measures", "image_measures"}
STRETCHES = 5  # how many times of idle cores are shown
NAMES = {"papers": "paper", "cpu": "CPU s", "wall": "wall s", "memory": "peak MiB"}


class Record(NamedTuple):
    """What Snakemake wrote down of the job that made a file.

    Attributes:
        job: its log without `logs/` and suffix.
        starts: seconds since 1970.
        ends: seconds since 1970, when the file was written.
        inputs: files.
    """

    job: str
    starts: float
    ends: float
    inputs: tuple[str, ...]


def run(
    results: Annotated[Path, typer.Argument(help="Folder of one scale, such as results/mini.")],
    project: Annotated[Path, typer.Option(help="Folder of the Snakefile.")] = Path(),
    cores: Annotated[
        int | None,
        typer.Option(min=1, help="Cores of the machine; else the most jobs that ran at once."),
    ] = None,
    output: Annotated[Path | None, typer.Option(help="CSV to write, one row a job.")] = None,
) -> None:
    """Say what the jobs took, by stage and by paper, and where cores lay idle.

    Times and dependencies are those of `.snakemake/metadata` beside the folder `results`; CPU
    seconds and memory are what each job said last in its log.
    """
    from latent_assays.costs import COLUMNS
    from latent_assays.store import atomic_path

    jobs = read_jobs(results, project)
    print(report(jobs, results.resolve().name, cores, count_unfinished(results)))
    if output is not None:
        columns = [name for name in COLUMNS if name != "inputs"]
        with atomic_path(output) as partial:
            jobs[columns].to_csv(partial, index=False)


def read_jobs(results: Path, project: Path) -> "pd.DataFrame":
    """The jobs of one scale, and those whose outputs they read; see `costs.COLUMNS`.

    Args:
        results: folder of the scale, two below the working directory of the workflow.
        project: folder of the Snakefile, whose configuration says what the papers ask for.

    Raises:
        UserError: the project has no configuration or no such scale, or no job left a record.
    """
    import pandas as pd

    from latent_assays.config.load import load_config
    from latent_assays.config.names import unknown
    from latent_assays.costs import COLUMNS, owners, sessions
    from latent_assays.errors import UserError

    results = results.resolve()
    root, scale = results.parent.parent, results.name
    if not (project / "config.yaml").is_file():
        raise UserError(f"{project / 'config.yaml'} does not exist: give --project")
    config = load_config(project)
    if scale not in config["scales"]:
        raise UserError(f"{results}: {unknown('scale', scale, list(config['scales']))}")

    rows, inputs, maker = _rows(root, scale)
    if not rows:
        raise UserError(
            f"{root} has no .snakemake/metadata of scale {scale}: give the folder of a scale beside"
            " which the workflow has run"
        )
    named = {job: job.removeprefix(f"{scale}/") for job in rows}
    stages = {job: name.partition("/")[0] for job, name in named.items()}
    asked = {
        paper: {
            *(job for job in rows if _names(named[job], paper)),
            *(maker[path] for path in _asked(config, scale, paper) if path in maker),
        }
        for paper in config["papers"]
    }
    papers = owners(inputs, asked, {job for job in rows if stages[job] in COMMON})
    jobs = pd.DataFrame.from_dict(rows, orient="index")
    read = {job: tuple(named[name] for name in inputs[job]) for job in rows}
    for name, values in {"job": named, "stage": stages, "papers": papers, "inputs": read}.items():
        jobs[name] = pd.Series(values)
    jobs["wall"] = jobs["ends"] - jobs["starts"]
    jobs["session"] = sessions(jobs)
    return jobs.sort_values("starts").reset_index(drop=True)[list(COLUMNS)]


def count_unfinished(results: Path) -> int:
    """How many files of a scale have been begun but not finished."""
    results = results.resolve()
    begun = (path for path, _ in _kept(results.parent.parent / ".snakemake/incomplete"))
    return sum(path.startswith(f"results/{results.name}/") for path in begun)


def report(jobs: "pd.DataFrame", scale: str, cores: int | None = None, unfinished: int = 0) -> str:
    """All that `costs` prints."""
    from latent_assays.costs import longest_chain, summary

    sections = [_table(jobs, "stage"), _table(jobs, "papers")]
    found = summary(jobs, cores)
    at = int(found["cores"][0])
    lines = [f"{scale}: {len(jobs)} jobs, {at} core{'s' * (at > 1)}"]
    if cores is None:
        lines[0] += ", as that many jobs ran at once"
    if len(found) > 1:
        lines.append(f"They ran in {len(found)} sessions, with more than an hour between them.")
    if unfinished:
        lines.append(
            f"Jobs that make {unfinished} more files are at work or were cut off: they are not"
            " counted, and a core that they hold reads as idle."
        )
    unmeasured = int(jobs["cpu"].isna().sum())
    if unmeasured:
        lines.append(f"Of {unmeasured} jobs CPU and memory are unknown and not in the sums.")
    sections.insert(0, "\n".join(lines))
    for row in found.itertuples():
        sections.append(_session(jobs[jobs["session"] == row.session], row, len(found) > 1))
    chain = jobs.set_index("job").loc[longest_chain(jobs)]
    lines = [
        f"Longest chain of jobs that read each other's outputs: {len(chain)} jobs,"
        f" {_clock(chain['wall'].sum())}"
    ]
    lines += [f"  {wall:9,.1f} s  {job}" for job, wall in chain["wall"].items()]
    return "\n\n".join([*sections, "\n".join(lines)])


def _table(jobs: "pd.DataFrame", by: str) -> str:
    """The totals by one column, and those of all jobs below."""
    import pandas as pd

    from latent_assays.costs import totals

    every = totals(jobs.assign(**{by: "all"}), by)
    found = pd.concat([totals(jobs, by), every], ignore_index=True)
    columns = [[NAMES.get(name, name), *found[name].map(_cell)] for name in found]
    widths = [max(map(len, column)) for column in columns]
    rows = (
        [row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]
        for row in zip(*columns, strict=True)
    )
    return "\n".join("  ".join(row) for row in rows)


def _cell(value: Any) -> str:
    if isinstance(value, str):
        return value
    return "" if value != value else f"{value:,.0f}"


def _session(jobs: "pd.DataFrame", row: Any, one_of_many: bool) -> str:
    """How well one session filled the cores, and when it did not."""
    from datetime import datetime

    from latent_assays.costs import idle_stretches

    begin, end = (datetime.fromtimestamp(at) for at in (row.starts, row.ends))
    title = f"Session {row.session}, {row.jobs} jobs: " if one_of_many else ""
    whole = row.span or 1.0
    cores = f"All {row.cores} cores" if row.cores > 1 else "The core"
    lines = [
        f"{title}{begin:%Y-%m-%d %H:%M:%S} to {end:%Y-%m-%d %H:%M:%S}, {_clock(row.span)}",
        f"{cores} had a job {row.full / whole:.1%} of the time, some of them"
        f" {row.partly / whole:.1%}, none {row.empty / whole:.1%};"
        f" idle: {row.idle:,.0f} of {row.cores * row.span:,.0f} core seconds",
    ]
    stretches = idle_stretches(jobs, row.cores)
    shown = stretches[stretches["seconds"] >= 1.0].head(STRETCHES)
    if len(shown):
        lines.append("Longest times without a job on every core, and what ran in them longest:")
    for stretch in shown.itertuples():
        ran = stretch.running[0] if stretch.running else "nothing"
        others = len(stretch.running) - 1
        more = f" and {others} more" if others > 0 else ""
        after = _clock(stretch.starts - row.starts)
        lines.append(f"  {stretch.seconds:9,.1f} s  at {after}: {ran}{more}")
    rest = stretches.drop(shown.index)
    if len(rest):
        lines.append(f"  {rest['seconds'].sum():9,.1f} s  in {len(rest)} shorter ones")
    return "\n".join(lines)


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}"


def _kept(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """(output, content) of all that Snakemake keeps by output; what is half written is left out.

    A file is named by the output's path in base 64, cut into folders that begin with @.
    """
    from base64 import urlsafe_b64decode

    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        try:
            output = urlsafe_b64decode("".join(part.removeprefix("@") for part in parts)).decode()
            content = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue  # a folder, or the workflow is at work
        yield output, content


def _rows(
    root: Path, scale: str
) -> tuple[dict[str, dict[str, Any]], dict[str, tuple[str, ...]], dict[str, str]]:
    """Of the jobs of a scale and those whose outputs they read, what lies below `root`.

    Returns:
        job -> `starts`, `ends`, `cpu` and `memory`; job -> the jobs whose outputs it reads; and
        output -> the job that made it. A job's name begins with the scale if it has one.
    """
    records = {}
    for path, made in _kept(root / ".snakemake/metadata"):
        if made.get("log") and made.get("starttime") and made.get("endtime"):
            job = Path(made["log"][0].removeprefix("logs/")).with_suffix("").as_posix()
            read = tuple(made.get("input") or ())
            records[path] = Record(job, made["starttime"], made["endtime"], read)
    maker = {path: record.job for path, record in records.items()}
    latest: dict[str, Record] = {}
    for record in sorted(records.values(), key=lambda record: record.ends):
        latest[record.job] = record
    wanted = {job for path, job in maker.items() if path.startswith(f"results/{scale}/")}
    inputs: dict[str, tuple[str, ...]] = {}
    while wanted:
        job = wanted.pop()
        needed = {maker[path] for path in latest[job].inputs if path in maker}
        inputs[job] = tuple(sorted(needed - {job}))
        wanted |= needed - set(inputs)
    rows = {job: {"starts": latest[job].starts, "ends": latest[job].ends} for job in sorted(inputs)}
    for job, row in rows.items():
        row["cpu"], row["memory"] = used_by(root / f"logs/{job}.log")
    return rows, inputs, maker


def used_by(log: Path) -> tuple[float, float]:
    """CPU seconds and peak memory in MiB of a job that has ended, NaN if its log does not say."""
    import re

    from latent_assays.cli import USED

    said = re.compile(USED.format(r"([\d.]+)", r"(\d+)"))
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    found = next(filter(None, map(said.fullmatch, reversed(lines))), None)
    return (float(found[1]), float(found[2])) if found else (float("nan"), float("nan"))


def _names(job: str, paper: str) -> bool:
    """Whether a job's own name says that it is a paper's."""
    stage, _, rest = job.partition("/")
    return stage in OF_PAPERS and rest.partition("/")[0] == paper


def _asked(config: Any, scale: str, paper: str) -> Iterator[str]:
    """Files that a paper's studies and figures ask for; what those read is its own, too."""
    from latent_assays.config.studies import collected_plan, runs_behind, runs_of
    from latent_assays.papers.catalogue import OfRun, figures_of, run_of, stage_of
    from latent_assays.places import measured_files, run_path

    yield from (path for _, path in measured_files(collected_plan(config, scale, paper), scale))
    runs = set(runs_of(config, scale, paper))
    for figure, dataset in figures_of(config, paper).values():
        for entry in figure.inputs.values():
            if isinstance(entry, OfRun):
                shown = run_of(config, scale, paper, entry, dataset)
                runs.add(shown)
                yield run_path(scale, stage_of(paper, entry.stage), shown, entry.suffix)
    for trained in {behind for run in runs for behind in runs_behind(config, scale, run)}:
        yield run_path(scale, "runs", trained, "/model.safetensors")
