"""The jobs of a scale that train nothing, by stage and paper, and what they cost by experience."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from latent_assays.config.names import ORIGINAL, Config, kind_of_dataset
from latent_assays.config.resolve import (
    choice_settings,
    dataset_settings,
    set_of,
    variant_settings,
)
from latent_assays.config.studies import candidates_of, collected_plan, sets_used, studies_of
from latent_assays.papers.catalogue import (
    OF_OWN_IMAGES,
    Chosen,
    Figure,
    Images,
    Input,
    Numbers,
    OfRun,
    figures_of,
    paper_of,
    run_of,
    stage_of,
)
from latent_assays.places import ON, OWN, Run, measured_files, rooms, run_path
from latent_assays.planning.trainings import image_shape, runs_of_paper
from latent_assays.responses.registry import ASSAYS

__all__ = ["EXPERIENCE", "Experience", "jobs_of", "start_up"]

STARTED = 1.3  # CPU seconds that importing torch took where `EXPERIENCE` was gathered


@dataclass(frozen=True)
class Experience:
    """What one job of a stage took at scale `mini`.

    Attributes:
        seconds: of CPU, where importing torch takes `STARTED`.
        memory: peak in MiB.
        disk: of its results in MiB; 0 where it is worked out from the images.
    """

    seconds: float
    memory: float
    disk: float


# Seconds and memory are those of `make` at commit 139585e, whose jobs are forks (`forks.py`); disk
# is estimated. `python -m latent_assays costs` says what they are now.
EXPERIENCE = {
    "downloads": Experience(2.7, 1250, 0),
    "datasets": Experience(0.6, 400, 0),
    "references": Experience(0.7, 460, 18),
    "choices": Experience(0.1, 290, 0.01),
    "scores": Experience(0.7, 450, 0.02),
    "responses": Experience(0.8, 380, 0.3),
    "distances": Experience(1.3, 510, 0.02),
    "traversals": Experience(0.3, 400, 0.5),
    "samples": Experience(0.4, 380, 1),
    "measures": Experience(0.25, 360, 0.1),
    "image_measures": Experience(0.2, 410, 0.01),
    "collected": Experience(0.1, 300, 0.3),
    "figures": Experience(1.5, 470, 1),
    "tables": Experience(0.2, 300, 0.05),
    "claims": Experience(0.3, 300, 0.05),
}


def start_up() -> float:
    """CPU seconds that importing torch takes on this machine, in a process of its own."""
    import resource
    import subprocess
    import sys

    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", "import torch"], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def jobs_of(config: Config, scale: str) -> dict[str, tuple[str, ...]]:
    """Every job but trainings, as the path of its result below `results/{scale}`, with the papers
    that it is for; the stage is the path's first part."""
    found: dict[str, list[str]] = {}
    for paper in config["papers"]:
        for job in dict.fromkeys(_jobs_of_paper(config, scale, paper)):
            found.setdefault(job, []).append(paper)
    for dataset, variant in sets_used(config, scale):
        if image_shape(config, scale, dataset)[1] > 1:
            found[f"figures/datasets/{dataset}-{variant}"] = []
    return {job: tuple(sorted(papers)) for job, papers in found.items()}


def _jobs_of_paper(config: Config, scale: str, paper: str) -> Iterator[str]:
    for columns, path in measured_files(collected_plan(config, scale, paper), scale):
        stage = _below(path).partition(f"/{columns['set']}/")[0]
        if columns["model"] is None:
            yield _below(path)
            continue
        run = Run(columns["set"], columns["variant"], columns["model"], columns["seed"])
        on = columns["on"] if columns["on"] != columns["variant"] else None
        yield from _measured(config, scale, paper, stage, run, on)
    for run in runs_of_paper(config, scale, paper):
        yield from _images(config, scale, paper, run.dataset, run.variant)
    for name, (figure, dataset) in figures_of(config, paper).items():
        yield f"figures/{paper}/{name}"
        yield from _drawn(config, scale, paper, figure, dataset)
    studies = studies_of(config, paper, scale)
    for table in paper_of(paper).tables:
        if any(studies[study]["models"] for study in table.studies):
            yield f"tables/{paper}/{table.name}"
            yield _collected(paper, table.studies)
            for entry in table.inputs.values():
                yield from _given(config, scale, paper, entry, "")
    if (rooms()[paper] / "claims.yaml").is_file():
        yield from (f"claims/{paper}", f"collected/{paper}")


def _drawn(config: Config, scale: str, paper: str, figure: Figure, dataset: str) -> Iterator[str]:
    for entry in figure.inputs.values():
        yield from _given(config, scale, paper, entry, dataset)


def _given(config: Config, scale: str, paper: str, entry: Input, dataset: str) -> Iterator[str]:
    """The jobs behind one input of a figure or table."""
    if isinstance(entry, OfRun):
        run = run_of(config, scale, paper, entry, dataset)
        before, _, on = PurePosixPath(entry.suffix).stem.partition(ON.format(variant="")[1:])
        on = on if on and not before else None
        yield from _measured(config, scale, paper, stage_of(paper, entry.stage), run, on)
    elif isinstance(entry, Numbers):
        yield _collected(paper, (entry.study,))
    elif isinstance(entry, Images):
        of = set_of(config, scale, paper, entry.dataset.format(dataset=dataset))
        yield from _images(config, scale, paper, of, entry.variant)
    elif isinstance(entry, Chosen):
        of = set_of(config, scale, paper, entry.dataset)
        yield from _chosen(config, scale, paper, entry.choice, of)


def _measured(
    config: Config, scale: str, paper: str, stage: str, run: Run, on: str | None
) -> Iterator[str]:
    """What a stage makes of a run, and what that is made from."""
    top, _, kind = stage.partition("/")
    if top in ("runs", "codes") and on is None:
        return  # the training's own
    yield _below(run_path(scale, stage, run, "", on))
    yield from _images(config, scale, paper, run.dataset, on or run.variant)
    needs: list[tuple[str, str | None]] = []
    if top == "responses":
        needs = [(f"responses/{ASSAYS[kind].before}", on)] * (ASSAYS[kind].before is not None)
    elif top == "distances":
        yield from ("downloads/efficientnet-lite0", f"references/{run.dataset}/{on or run.variant}")
    elif top == OWN:
        own = next(one for one in paper_of(paper).measures if stage_of(paper, one.name) == stage)
        for need in own.needs.values():
            at_home = need.startswith(OF_OWN_IMAGES)
            before = stage_of(paper, need.removeprefix(OF_OWN_IMAGES).partition(".")[0])
            needs.append((before, None if at_home else on))
    for need, where in needs:
        if need not in ("images", "codes"):
            yield from _measured(config, scale, paper, need, run, where)


def _images(config: Config, scale: str, paper: str, dataset: str, variant: str) -> Iterator[str]:
    """An image set, and what it is made from."""
    if dataset_settings(config, scale, dataset)["source"] == "downloaded":
        yield f"downloads/{kind_of_dataset(config, dataset)}"
    yield f"datasets/{dataset}/{ORIGINAL}"
    if variant != ORIGINAL:
        yield f"datasets/{dataset}/{variant}"
        if choice := variant_settings(config, scale, dataset, variant).get("choice"):
            yield from _chosen(config, scale, paper, choice, dataset)


def _chosen(config: Config, scale: str, paper: str, choice: str, dataset: str) -> Iterator[str]:
    """A choice, and the numbers of the runs that it chooses among."""
    yield f"choices/{choice}/{dataset}"
    stage = choice_settings(config, scale, choice)["measure"]
    for run in candidates_of(config, scale, choice, dataset):
        yield from _measured(config, scale, paper, stage, run, None)


def _collected(paper: str, studies: tuple[str, ...]) -> str:
    return "/".join(["collected", paper, *(studies if len(studies) == 1 else ())])


def _below(path: str) -> str:
    """A result's path below `results/{scale}`, without the suffix."""
    return PurePosixPath(*PurePosixPath(path).parts[2:]).with_suffix("").as_posix()
