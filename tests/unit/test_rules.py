"""The rules, as Snakemake has parsed them: each is whole, and has one name everywhere."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from latent_assays.cli import COMMANDS
from latent_assays.config.load import load_config
from latent_assays.config.studies import studies_of
from latent_assays.imports import module_of
from latent_assays.models.registry import NETWORKS, OBJECTIVES
from latent_assays.papers.catalogue import paper_of, rooms
from latent_assays.places import PLACES, RUN, Run, run_path
from latent_assays.scores.registry import SCORES
from latent_assays.variants.registry import VARIANTS

ROOT = Path(__file__).parents[2]
CONFIG = load_config(ROOT)
ENVIRONMENTS = sorted((ROOT / "envs").glob("*.yaml"))
RULE_FILES = sorted((ROOT / "rules").glob("*.smk"))
FOR_PEOPLE = {"card", "costs", "readmes", "score-codes", "targets"}
# Results lie in a folder of the rule's name, but for these: a variant is a dataset, a training
# leaves codes too, and all papers' claims are one file.
FOLDERS = {
    "variants": {"datasets"},
    "runs": {"runs", "codes"},
    "claims_joined": {"claims"},
}


def parsed(*configfiles):
    """What `parsed_workflow.py` prints; a process of its own, as Snakemake changes the process."""
    script = Path(__file__).with_name("parsed_workflow.py")
    command = [sys.executable, script, "Snakefile", *configfiles]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def workflow():
    return parsed()


@pytest.fixture(scope="module")
def rules(workflow):
    assert len(workflow["rules"]) > 10
    return workflow["rules"]


def subcommand_of(rule):
    return rule["shell"].split()[3]


def test_every_rules_file_is_included(workflow):
    assert sorted(workflow["files"]) == sorted(
        [*(file.name for file in RULE_FILES), "Snakefile"],
    )


def test_every_subcommand_is_a_rule_or_for_people(rules):
    assert sorted(map(subcommand_of, rules.values())) == sorted(set(COMMANDS) - FOR_PEOPLE)


def test_a_rule_bears_the_name_of_its_subcommand_and_writes_its_log(rules):
    for name, rule in rules.items():
        command = name.replace("_", "-")
        assert rule["shell"].startswith(f"python -m latent_assays {command} "), name
        assert rule["shell"].endswith(" > {log} 2>&1"), name


def test_logs_and_results_lie_in_the_folder_of_their_rule(rules):
    for name, rule in rules.items():
        (log,) = rule["log"]
        tail = log.removeprefix("logs/").removesuffix(".log")
        assert log == f"logs/{tail}.log", name
        assert re.match(r"[^/]+", tail.removeprefix("{scale}/"))[0] == name
        folders = {
            re.match(r"results/(?:\{scale\}/)?(\w+)[/.]", path)[1] for path in rule["output"]
        }
        assert folders == FOLDERS.get(name, {name}), name


def test_a_log_has_the_wildcards_of_the_results(rules):
    """Else two jobs would write one log."""
    for name, rule in rules.items():
        for path in rule["output"]:
            assert set(re.findall(r"{\w+}", path)) == set(re.findall(r"{\w+}", rule["log"][0])), (
                name
            )


def test_a_rule_says_all_that_it_must(rules):
    for name, rule in rules.items():
        for key in ("message", "shell", "output", "log", "conda", "inputs"):
            assert rule[key], f"{name} has no {key}"
        assert rule["message"][0].isupper(), name
        assert not rule["message"].endswith("."), name
        assert Path(rule["conda"]).resolve() in ENVIRONMENTS, name
        assert rule["threads"] == 1, name
        assert isinstance(rule["mem_mb"], int), name


def test_every_environment_is_used(rules):
    assert {Path(rule["conda"]).name for rule in rules.values()} == {
        file.name for file in ENVIRONMENTS
    }


def test_results_of_a_run_lie_where_places_says(rules):
    run = Run("{dataset}", "{variant}", "{model}", "{seed}")
    for name, rule in rules.items():
        stage = name if name in PLACES else "datasets"
        for path in rule["output"]:
            if "{dataset}" in path and "{scale}" in path:
                found = path.split("/")[PLACES[stage]].partition(".")[0]
                assert found == "{dataset}", path
            if "{seed}" in path:
                before, _, suffix = path.partition(RUN)
                own = before.removeprefix("results/{scale}/").rstrip("/")
                assert path == run_path("{scale}", own, run, suffix)


def test_everything_that_the_rooms_show_is_in_all(workflow):
    wanted = set(workflow["all"])
    for paper in rooms():
        made = paper_of(paper)
        folder = f"results/mini/figures/{paper}"
        for figure in made.figures:
            pattern = re.escape(figure.name).replace(re.escape("{dataset}"), r"\w+")
            assert any(re.fullmatch(f"{folder}/{pattern}.pdf", path) for path in wanted), figure
        compared = studies_of(CONFIG, paper, "mini")
        shown = [t for t in made.tables if any(compared[name]["models"] for name in t.studies)]
        assert {f"results/mini/tables/{paper}/{table.name}.csv" for table in shown} <= wanted
    assert "results/mini/claims.csv" in wanted
    assert "results/mini/figures/datasets/celeba-small-original.pdf" in wanted
    assert len(wanted) == len(workflow["all"])


# --- the configuration that the rules see ---


def test_the_rooms_configurations_are_laid_over_the_shared_one_as_load_config_does(workflow):
    assert workflow["config"] == load_config(ROOT)


def test_a_users_file_is_laid_over_the_rooms(tmp_path):
    """Seeds come from a room, the scale from `config.yaml`; the rest of both stays."""
    file = tmp_path / "mine.yaml"
    mine = {
        "scale": "desk",
        "papers": {"responses": {"studies": {"maps": {"datasets": ["dsprites"]}}}},
        "scales": {"desk": {"seeds": {"responses": {"maps": 7}}}},
    }
    file.write_text(yaml.safe_dump(mine), encoding="utf-8")
    expected = load_config(ROOT)
    expected["scale"] = "desk"
    expected["papers"]["responses"]["studies"]["maps"]["datasets"] = ["dsprites"]
    expected["scales"]["desk"]["seeds"]["responses"]["maps"] = 7
    found = parsed(file)
    assert found["config"] == expected
    assert "results/desk/claims.csv" in found["all"]


# --- code: what a job's results depend on ---

# Of what is chosen by name, the modules that the job of `parsed_workflow.EXAMPLE` uses.
UNASKED = CONFIG["scores"]["names"]
CHOSEN = {
    "datasets": {"datasets.rendered.shapes3d"},
    "variants": {"variants.noisy"},
    "runs": {"models.networks.dense", "models.objectives.beta_vae"},
    "codes": {"models.networks.dense", "models.objectives.beta_vae"},
    "responses": {"models.networks.dense", "models.objectives.beta_vae"},
    "distances": {"models.networks.dense", "models.objectives.beta_vae"},
    "traversals": {"models.networks.dense", "models.objectives.beta_vae"},
    "samples": {"models.networks.dense", "models.objectives.beta_vae"},
    "scores": {f"scores.{name}" for name in UNASKED},  # no study trains the example
    "measures": {"papers.responses.measures.credit"},
    "image_measures": {"papers.perturbations.image_measures.variance"},
    "figures": {"papers.responses.figures.fig4"},
    "tables": {"papers.responses.tables.tab1"},
    # Of the runs whose networks the page holds.
    "report": {
        *(f"models.networks.{name}" for name in ("dense", "structural", "hourglass")),
        *(f"models.objectives.{name}" for name in ("ae", "beta_vae")),
    },
}


def offered():
    """Modules of everything that a job chooses by name, other than images' sources."""
    for registry in (NETWORKS, OBJECTIVES, SCORES, VARIANTS):
        yield from map(module_of, registry.values())
    yield "datasets.rendered.shapes3d"
    yield "datasets.originals.shapes3d"
    yield "figures.contact_sheet"
    for paper in rooms():
        made = paper_of(paper)
        yield from (f"papers.{paper}.figures.{fig.module or fig.name}" for fig in made.figures)
        yield from (f"papers.{paper}.tables.{table.name}" for table in made.tables)
        yield from (f"papers.{paper}.measures.{measure.name}" for measure in made.measures)
        yield from (f"papers.{paper}.image_measures.{name}" for name in made.image_measures)


def test_the_code_of_a_job_has_its_subcommand_and_what_it_chooses_and_no_more(rules):
    for name, rule in rules.items():
        files = set(rule["code"])
        assert f"cli/{name}.py" in files, name
        used = {module for module in offered() if f"{module.replace('.', '/')}.py" in files}
        assert used == CHOSEN.get(name, set()), name
        others = {path for path in files if path.startswith("cli/")}
        assert others <= {f"cli/{name}.py", "cli/inputs.py"}, name
