"""What is there after one full run, and that every job said truly what it is made of."""

import ast
import csv
import json
import re

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from latent_assays.cli.costs import used_by
from latent_assays.imports import REGISTRY, SKIPPED
from latent_assays.split import PARTS
from latent_assays.store import read_arrays, read_image_set, read_json

pytestmark = pytest.mark.slow

CHECKPOINT = "checkpoint.safetensors"
LOCK = ".lock"
RUN_FILES = {"model.safetensors", "config.json", "history.csv", "run.json", CHECKPOINT, LOCK}
ELSEWHERE = "shapes3d/without-ball/refitted-ae/seed0"


def shown(project, kind, suffix):
    """Targets below `figures` or `tables`, as files without their suffix."""
    found = [target for target in project.targets if target.startswith(f"results/mini/{kind}/")]
    assert found
    return [project / target.removesuffix(suffix) for target in found]


def test_figures_are_there_in_three_formats(finished):
    """Of what `tiny.yaml` fills; drawing all is left to the unit tests' checklist and `make`."""
    for stem in shown(finished, "figures", ".pdf"):
        assert stem.with_suffix(".pdf").read_bytes().startswith(b"%PDF-"), stem
        assert stem.with_suffix(".png").read_bytes().startswith(b"\x89PNG\r\n"), stem
        assert "<svg" in stem.with_suffix(".svg").read_text(encoding="utf-8"), stem


def test_tables_are_there_in_four_formats(finished):
    for stem in shown(finished, "tables", ".csv"):
        assert list(csv.DictReader(stem.with_suffix(".csv").open(encoding="utf-8"))), stem
        assert "| --- |" in stem.with_suffix(".md").read_text(encoding="utf-8"), stem
        assert "\\end{tabular}" in stem.with_suffix(".tex").read_text(encoding="utf-8"), stem
        assert "</table>" in stem.with_suffix(".html").read_text(encoding="utf-8"), stem


def test_image_sets_are_split_70_10_20_and_their_variants_as_they_are(finished):
    """The tiny sets leave publishers' own partitions empty or have none."""
    files = sorted((finished / "results/mini/datasets").rglob("*.h5"))
    splits = {f"{file.parent.name}/{file.stem}": read_image_set(file).split for file in files}
    assert len(splits) >= 12
    counts = {name: np.bincount(split, minlength=len(PARTS)) for name, split in splits.items()}
    halves = ("shapes3d/ball", "shapes3d/without-ball")
    splits = {name: split for name, split in splits.items() if "geometry" not in name}
    for name, split in splits.items():
        dataset, _, variant = name.partition("/")
        if variant == "original":
            assert np.abs(counts[name] - len(split) * np.array([0.7, 0.1, 0.2])).max() <= 1, name
        elif name not in halves:
            assert (split == splits[f"{dataset}/original"]).all(), name
    assert (sum(counts[name] for name in halves) == counts["shapes3d/original"]).all()


def test_a_run_is_measured_on_images_that_it_was_not_trained_on(finished):
    ball = read_image_set(finished / "results/mini/datasets/shapes3d/ball.h5")
    codes = read_arrays(finished / f"results/mini/codes/{ELSEWHERE}/on-ball.npz")
    assert len(codes["mean"]) == len(ball)
    assert (codes["factors"] == ball.factors).all()
    scores = read_json(finished / f"results/mini/scores/{ELSEWHERE}/on-ball.json")
    assert scores["numbers"]["mig"]["value"] is not None
    judged = read_json(finished / f"results/mini/distances/{ELSEWHERE}/on-ball.json")
    assert judged["numbers"]["reconstruction_kid_efflite0"]["value"] is not None
    with (finished / "results/mini/collected/structure.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    rows = [row for row in rows if row["study"] == "elsewhere"]
    assert {(row["variant"], row["on"]) for row in rows} == {("without-ball", "ball")}
    assert {"mig", "reconstruction_kid_efflite0"} <= {row["number"] for row in rows}


def test_a_second_phase_keeps_what_it_does_not_train(finished):
    """`refitted-ae` begins with an `ae` of the same seed and trains the decoder alone."""
    runs = finished / "results/mini/runs/shapes3d"
    base = load_file(runs / "original/ae/seed0/model.safetensors")
    now = load_file(runs / "without-ball/refitted-ae/seed0/model.safetensors")
    same = {name for name in now if torch.equal(now[name], base[name])}
    assert same == {name for name in now if name.startswith("encoder.")}


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
    """A finished training keeps its last checkpoint and its lock, in the run's own folder."""
    kept = [path for path in finished.files() if path.endswith((f"/{CHECKPOINT}", f"/{LOCK}"))]
    assert all(path.startswith("results/mini/runs/") for path in kept)
    left = finished.files() - set(kept)
    assert not [path for path in left if ".part" in path or "checkpoint" in path or "/." in path]


def test_every_output_has_its_log_which_says_what_it_used(finished):
    for path in finished.plan():
        stem = re.sub(r"/(model|config|history|run)\.\w+$", "", path)
        if "/codes/" in stem and "/on-" not in stem:
            stem = stem.replace("/codes/", "/runs/")
        stem = re.sub(r"\.(pdf|svg|png|csv|md|tex|html|npz|json|h5)$", "", stem)
        if "mini/datasets/" in stem and not stem.endswith("/original"):
            stem = stem.replace("/datasets/", "/variants/")
        tail = stem.removeprefix("results/")
        tail = "mini/claims_joined" if tail == "mini/claims" else tail
        seconds, memory = used_by(finished / f"logs/{tail}.log")
        assert seconds > 0, path
        assert memory > 0, path


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
    listed = {_command(record["shellcmd"]): _modules(record["params"]) for record in made}
    checked = 0
    for file in (finished / "loaded").iterdir():
        command, *loaded = file.read_text(encoding="utf-8").splitlines()
        matching = [
            modules for key, modules in listed.items() if _letters(key) == _letters(command)
        ]
        assert matching, command
        own = f"latent_assays.cli.{command.split()[0].replace('-', '_')}"
        needed = {name for name in loaded if not name.startswith("latent_assays.cli")}
        needed |= {own, "latent_assays.cli.inputs"} & set(loaded)
        needed -= {name for name in needed if name.endswith(f".{REGISTRY}")}
        needed -= {"latent_assays.__main__", *SKIPPED}
        assert own in needed
        assert needed <= matching[0], f"{command}: {sorted(needed - matching[0])}"
        checked += 1
    assert checked >= 50


def _command(shell: str) -> str:
    return shell.partition("-m latent_assays ")[2].partition(" > ")[0]


def _letters(command: str) -> str:
    """A command line without its quoting."""
    return re.sub(r"[\s'\"\\]", "", command)


def _modules(params: list[str]) -> set[str]:
    """The modules of the parameter `code`, which maps files to digests."""
    (code,) = [text for text in params if re.match(r"\{'[\w/]+\.py': '", text)]
    dotted = [path.removesuffix(".py").replace("/", ".") for path in ast.literal_eval(code)]
    return {f"latent_assays.{name}".removesuffix(".__init__") for name in dotted}


def test_the_report_names_captions_and_categories(finished, tmp_path):
    report = tmp_path / "report.html"
    outcome = finished.snakemake(f"--report={report}")
    assert outcome.status == 0, outcome.text
    html = report.read_text(encoding="utf-8")
    shown_files = [*shown(finished, "figures", ".pdf"), *shown(finished, "tables", ".csv")]
    numbered = [stem for stem in shown_files if re.match(r"(fig|tab)\d", stem.name)]
    assert len(numbered) >= 8
    for stem in numbered:
        suffix = ".png" if stem.name.startswith("fig") else ".html"
        result = stem.relative_to(finished.folder).with_suffix(suffix).as_posix()
        paper = stem.parent.name
        entry = html.partition(f'"{result}": {{')[2][:10_000_000]
        assert f'"{paper}"' in html
        assert re.search(r'"caption": "<p>(Fig\.|Table) \d', entry), result
        assert re.search(r'"labels": \{"result": "(Fig\.|Table) \d', entry), result
