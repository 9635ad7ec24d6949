"""Conda environments, pyproject.toml and lock.txt pin the same versions; every rule is whole."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml

from latent_assays.cli import COMMANDS

CHECKOUT = Path(__file__).parents[2]
ENVIRONMENTS = sorted((CHECKOUT / "envs").glob("*.yaml"))
RULE_FILES = sorted((CHECKOUT / "rules").glob("*.smk"))
ON_CONDA_FORGE = {"pytorch": "torch"}
FOR_PEOPLE = {"config-table", "score-codes"}
NOT_IN_LOCK = {"python", "pip"}  # of the virtual environment itself


def normalised(name):
    """The name of a package as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(lines, equals="=="):
    """{package: version} of requirements, each of which must be pinned."""
    found = {}
    for line in lines:
        name, sign, version = line.partition(equals)
        assert sign, f"{line} is not pinned"
        assert re.fullmatch(r"\d[\w.]*", version), f"{line} is not pinned to one version"
        name = normalised(name)
        found[ON_CONDA_FORGE.get(name, name)] = version
    return found


def of_conda(file):
    lines = yaml.safe_load(file.read_text(encoding="utf-8"))["dependencies"]
    from_pip = [line for entry in lines if isinstance(entry, dict) for line in entry["pip"]]
    return pins([line for line in lines if isinstance(line, str)], "=") | pins(from_pip)


def of_pyproject():
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return pins([*project["dependencies"], *project["optional-dependencies"]["test"]])


def of_lock():
    return pins((CHECKOUT / "envs/lock.txt").read_text(encoding="utf-8").split())


def test_the_lock_has_every_requirement_at_its_version():
    required, locked = of_pyproject(), of_lock()
    assert len(required) > 20
    assert required == {name: locked.get(name) for name in required}


@pytest.mark.parametrize("file", ENVIRONMENTS, ids=lambda file: file.stem)
def test_a_conda_environment_pins_what_the_lock_does(file):
    pinned, locked = of_conda(file), of_lock()
    assert pinned["python"] == "3.11"
    shared = {name: version for name, version in pinned.items() if name not in NOT_IN_LOCK}
    assert shared == {name: locked.get(name) for name in shared}


@pytest.mark.parametrize("file", ENVIRONMENTS, ids=lambda file: file.stem)
def test_a_conda_environment_has_one_channel_and_no_other(file):
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    assert content["channels"] == ["conda-forge", "nodefaults"]
    assert content["name"] == f"latent-assays-{file.stem}"


def rules():
    """(name, text) of every rule, read from the rule files."""
    found = []
    for file in RULE_FILES:
        text = file.read_text(encoding="utf-8")
        for name, body in re.findall(r"^rule (\w+):\n((?:(?:    .*)?\n)+)", text, re.M):
            found.append(pytest.param(file, name, body, id=name))
    return found


def directive(body, name):
    """The text of one directive of a rule."""
    match = re.search(rf"^    {name}:(.*\n(?:(?:     .*)?\n)*)", body, re.M)
    assert match, f"there is no {name}"
    return match.group(1)


def test_no_rule_is_overlooked():
    written = sum(
        len(re.findall(r"^\s*(?:rule|checkpoint)\b", file.read_text(encoding="utf-8"), re.M))
        for file in RULE_FILES
    )
    assert len(rules()) == written > 10


@pytest.mark.parametrize(("file", "name", "body"), rules())
def test_a_rule_says_all_that_it_must(file, name, body):
    for required in ("input", "output", "message", "log", "benchmark", "conda", "threads", "shell"):
        assert directive(body, required).strip(), required
    assert re.fullmatch(r"\s*\d+\s*", directive(body, "threads"))
    assert re.search(r"mem_mb=\d+", directive(body, "resources"))
    environment = directive(body, "conda").strip().strip('"')
    assert (file.parent / environment).resolve() in ENVIRONMENTS
    assert "code=" in directive(body, "input")
    message = directive(body, "message").strip().strip('"')
    assert message[0].isupper()
    assert not message.endswith(".")


@pytest.mark.parametrize(("file", "name", "body"), rules())
def test_rule_subcommand_file_logs_and_results_bear_one_name(file, name, body):
    stage = name.split("_")[0]
    assert stage in COMMANDS
    shell = directive(body, "shell").strip()
    if not shell.startswith('"'):
        texts = (rule_file.read_text(encoding="utf-8") for rule_file in RULE_FILES)
        shell = next(filter(None, (re.search(rf"^{shell} = (.*)$", t, re.M) for t in texts)))[1]
    assert shell.startswith(f'"python -m latent_assays {stage} ')
    assert "> {log} 2>&1" in shell
    folder = r"(?:\{+scale\}+/)?" + stage + r"[./]"
    results_of = "datasets" if stage == "variants" else stage  # a variant is a dataset
    assert re.search(rf'"results/(?:{{+scale}}+/)?{results_of}[./]', directive(body, "output"))
    assert re.search(rf'"logs/{folder}', directive(body, "log"))
    assert re.search(rf'"benchmarks/{folder}', directive(body, "benchmark"))


def test_every_subcommand_is_a_rule_or_for_people():
    stages = {name.split("_")[0] for name in (rule.values[1] for rule in rules())}
    assert stages == set(COMMANDS) - FOR_PEOPLE


@pytest.mark.parametrize(("file", "name", "body"), rules())
def test_log_and_benchmark_have_the_same_tail(file, name, body):
    tails = [
        re.search(rf'"{top}/(.*)\.\w+"', directive(body, directive_name))[1]
        for directive_name, top in (("log", "logs"), ("benchmark", "benchmarks"))
    ]
    assert tails[0] == tails[1]
