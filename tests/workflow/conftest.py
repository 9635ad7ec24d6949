"""Copies of the project for tests of the workflow; nothing ever runs in the checkout."""

import shutil
import sys
from pathlib import Path

import pytest
from project_copy import CHECKOUT, ProjectCopy

# The host that can misbehave is a helper of the unit tests.
sys.path.append(str(CHECKOUT / "tests/unit/datasets"))

WITHOUT_MNIST = (
    "results/mini/figures/perturbations/fig3.pdf",
    "results/mini/tables/responses/tab1.csv",
    "results/mini/tables/perturbations/tab1.csv",
)


@pytest.fixture
def project(tmp_path: Path) -> ProjectCopy:
    """A copy of the project for one test, without results."""
    return ProjectCopy(tmp_path / "project")


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> ProjectCopy:
    """The workflow, run once to the end with the settings of `tiny.yaml`; leave it as it is."""
    project = ProjectCopy(tmp_path_factory.mktemp("finished") / "project")
    shutil.copy(
        Path(__file__).with_name("sitecustomize_of_jobs.py"), project / "src/sitecustomize.py"
    )
    (project / "loaded").mkdir()
    project.take_mnist_along()
    fetched = project.snakemake("results/downloads/mnist.json")
    if "mnist: " in fetched.text and "could not be had from" in fetched.text:
        project.targets = WITHOUT_MNIST
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOADED_MODULES", str(project / "loaded"))
        outcome = project.snakemake()
    if outcome.status != 0:
        pytest.fail(f"the run of tiny.yaml failed\n{outcome.failed_jobs}", pytrace=False)
    return project
