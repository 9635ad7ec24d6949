"""Conda environments, pyproject.toml and lock.txt pin the same versions."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml

CHECKOUT = Path(__file__).parents[2]
ENVIRONMENTS = sorted((CHECKOUT / "envs").glob("*.yaml"))
ON_CONDA_FORGE = {"pytorch": "torch"}
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
