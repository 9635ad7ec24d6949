"""Copies of the project for tests of the workflow; nothing ever runs in the checkout."""

import shutil
import sys
from pathlib import Path

import pytest
from project_copy import CHECKOUT, ProjectCopy

# The host that can misbehave is a helper of the unit tests.
sys.path.append(str(CHECKOUT / "tests/unit/datasets"))

# Every rule of the workflow at least once, and what needs the digits of MNIST.
TARGETS = (
    *(f"results/mini/figures/responses/fig{number}.pdf" for number in (2, 3, 4, 5, 6)),
    "results/mini/figures/perturbations/fig3.pdf",
    *(
        f"results/mini/figures/datasets/{images}.pdf"
        for images in ("shapes3d-without-ball", "dsprites-noisy", "mpi3d_toy-original")
    ),
    "results/mini/datasets/shapes3d/extra-factor.h5",
    "results/mini/datasets/celeba/original.h5",
    "results/mini/tables/responses/tab1.csv",
    "results/mini/tables/responses/reconstructions.csv",
    "results/mini/tables/perturbations/tab1.csv",
)
OF_MNIST = ("results/mini/figures/responses/appendix-mnist.pdf", "results/mini/claims.csv")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One process runs all tests of the workflow, so that they share the one full run."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("workflow"))


@pytest.fixture
def project(tmp_path: Path) -> ProjectCopy:
    """A copy of the project for one test, without results."""
    return ProjectCopy(tmp_path / "project")


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> ProjectCopy:
    """The workflow, run once with the settings of `tiny.yaml`; leave it as it is."""
    project = ProjectCopy(tmp_path_factory.mktemp("finished") / "project")
    shutil.copy(
        Path(__file__).with_name("sitecustomize_of_jobs.py"), project / "src/sitecustomize.py"
    )
    (project / "loaded").mkdir()
    project.take_mnist_along()
    fetched = project.snakemake("results/downloads/mnist.json")
    if "mnist: " in fetched.text and "could not be had from" in fetched.text:
        project.targets = TARGETS
    else:
        project.targets = (*TARGETS, *OF_MNIST)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOADED_MODULES", str(project / "loaded"))
        outcome = project.snakemake()
    if outcome.status != 0:
        pytest.fail(f"the run of tiny.yaml failed\n{outcome.failed_jobs}", pytrace=False)
    return project
