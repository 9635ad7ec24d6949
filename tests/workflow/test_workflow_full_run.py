"""What is there after one full run, and that every job said truly what it is made of."""

import csv
import json
import re
from pathlib import Path

import pytest

from latent_assays.imports import SKIPPED

pytestmark = pytest.mark.slow

FIGURES = (
    *(f"responses/fig{number}" for number in (2, 3, 4, 5, 6)),
    "responses/appendix-mnist",
    "perturbations/fig3",
    "datasets/shapes3d-without-ball",
)
TABLES = ("responses/tab1", "responses/reconstructions", "perturbations/tab1")
RUN_FILES = {"model.safetensors", "config.json", "history.csv", "run.json"}


def skip_without_mnist(project, figure):
    if "mnist" in figure and not any("mnist" in target for target in project.targets):
        pytest.skip("MNIST can be had from none of its sources on this machine")


@pytest.mark.parametrize("figure", FIGURES)
def test_figures_are_there_in_three_formats(finished, figure):
    skip_without_mnist(finished, figure)
    stem = finished / f"results/mini/figures/{figure}"
    assert stem.with_suffix(".pdf").read_bytes().startswith(b"%PDF-")
    assert stem.with_suffix(".png").read_bytes().startswith(b"\x89PNG\r\n")
    assert "<svg" in stem.with_suffix(".svg").read_text(encoding="utf-8")


@pytest.mark.parametrize("table", TABLES)
def test_tables_are_there_in_four_formats(finished, table):
    stem = finished / f"results/mini/tables/{table}"
    assert list(csv.DictReader(stem.with_suffix(".csv").open(encoding="utf-8")))
    assert "| --- |" in stem.with_suffix(".md").read_text(encoding="utf-8")
    assert "\\end{tabular}" in stem.with_suffix(".tex").read_text(encoding="utf-8")
    assert "</table>" in stem.with_suffix(".html").read_text(encoding="utf-8")


def test_every_run_is_whole_and_knows_itself(finished):
    folders = [file.parent for file in (finished / "results/mini/runs").rglob("run.json")]
    assert len(folders) >= 14
    for folder in folders:
        assert {file.name for file in folder.iterdir()} == RUN_FILES
        run = json.loads((folder / "run.json").read_text(encoding="utf-8"))
        dataset, variant, model, seed = folder.parts[-4:]
        assert (run["dataset"]["dataset"], run["dataset"]["variant"]) == (dataset, variant)
        assert (run["model"], f"seed{run['seed']}") == (model, seed)


def test_nothing_half_written_is_left(finished):
    left = [path for path in finished.files() if ".part" in path or "checkpoint" in path]
    assert not left
    assert not [path for path in finished.files() if "/." in path]


def test_every_output_has_its_log_and_benchmark(finished):
    for path in finished.plan():
        stem = re.sub(r"/(model|config|history|run)\.\w+$", "", path)
        stem = re.sub(r"\.(pdf|svg|png|csv|md|tex|html|npz|json|h5)$", "", stem)
        if "mini/datasets/" in stem and not stem.endswith("/original"):
            stem = stem.replace("/datasets/", "/variants/")
        tail = stem.removeprefix("results/")
        assert (finished / f"logs/{tail}.log").is_file(), path
        assert (finished / f"benchmarks/{tail}.tsv").is_file(), path


def test_no_log_holds_a_warning_or_a_traceback(finished):
    for log in (finished / "logs").rglob("*.log"):
        text = log.read_text(encoding="utf-8")
        assert not re.search("warning|traceback", text, re.IGNORECASE), f"{log}\n{text}"


def test_jobs_load_no_module_that_their_rule_does_not_list(finished):
    """An edit of a module that a rule forgot would leave its results out of date.

    Every subcommand imports the others' thin modules and nothing behind them.
    """
    records = (finished / ".snakemake/metadata").rglob("*")
    made = [json.loads(file.read_text(encoding="utf-8")) for file in records if file.is_file()]
    listed = {_command(record["shellcmd"]): _modules(record["input"]) for record in made}
    checked = 0
    for file in (finished / "loaded").iterdir():
        command, *loaded = file.read_text(encoding="utf-8").splitlines()
        matching = [
            modules for key, modules in listed.items() if _letters(key) == _letters(command)
        ]
        assert matching, command
        needed = {name for name in loaded if not name.startswith("latent_assays.cli")}
        needed |= {name for name in loaded if name == f"latent_assays.cli.{command.split()[0]}"}
        needed -= {"latent_assays.__main__", *SKIPPED}
        assert needed <= matching[0], f"{command}: {sorted(needed - matching[0])}"
        checked += 1
    assert checked >= 50


def _command(shell: str) -> str:
    return shell.partition("-m latent_assays ")[2].partition(" > ")[0]


def _letters(command: str) -> str:
    """A command line without its quoting."""
    return re.sub(r"[\s'\"\\]", "", command)


def _modules(inputs: list[str]) -> set[str]:
    tails = [path.partition("src/latent_assays/")[2] for path in inputs]
    dotted = [Path(tail).with_suffix("").as_posix().replace("/", ".") for tail in tails if tail]
    return {f"latent_assays.{name}".removesuffix(".__init__") for name in dotted}


def test_the_report_names_captions_and_categories(finished, tmp_path):
    report = tmp_path / "report.html"
    outcome = finished.snakemake(f"--report={report}")
    assert outcome.status == 0, outcome.text
    html = report.read_text(encoding="utf-8")
    numbered = [name for name in FIGURES if "/fig" in name]
    results = [f"figures/{name}.png" for name in numbered]
    for result in [*results, *(f"tables/{name}.html" for name in TABLES if "/tab" in name)]:
        paper = result.split("/")[1]
        entry = html.partition(f'"results/mini/{result}": {{')[2][:10_000_000]
        assert f'"{paper}"' in html
        assert re.search(r'"caption": "<p>(Fig\.|Table) \d', entry), result
        assert re.search(r'"labels": \{"result": "(Fig\.|Table) \d', entry), result
