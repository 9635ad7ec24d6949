"""Copies of the project for tests of the workflow; nothing ever runs in the checkout."""

import shutil
import sys
from pathlib import Path

import pytest
import yaml
from project_copy import CHECKOUT, ProjectCopy

from latent_assays.papers.catalogue import paper_of, rooms

# The host that can misbehave is a helper of the unit tests.
sys.path.append(str(CHECKOUT / "tests/unit/datasets"))

# Of what the papers show, figures and tables of many models are left to the checklist of the unit
# tests and to `make`; here is what the few models of `tiny.yaml` fill.
FILLED = {"structure": {"fig1", "fig4", "fig6a", "ordering", "tab1", "tab2"}}
# Beside: image sets of every kind, some as contact sheets, and the study that `tiny.yaml` adds.
BESIDE = (
    *(
        f"results/mini/figures/datasets/{images}.pdf"
        for images in ("shapes3d-without-ball", "dsprites-noisy", "mpi3d_toy-original")
    ),
    "results/mini/collected/structure.csv",
)
# Where the digits of MNIST cannot be had, the appendix shows what the other figures show.
WITHOUT_MNIST = {
    "papers": {
        "responses": {"studies": {"appendix": {"datasets": ["shapes3d"], "models": ["vae-b4-d24"]}}}
    }
}


def shown_by_papers(config: dict) -> tuple[str, ...]:
    """Figures, tables and judged claims of the papers' catalogues, but for those not `FILLED`."""
    shown = ["results/mini/claims.csv"]
    for paper in rooms():
        studies = config["papers"][paper]["studies"]
        filled = FILLED.get(paper, {one.name for one in paper_of(paper).figures})
        for figure in (one for one in paper_of(paper).figures if one.name in filled):
            for dataset in studies[figure.each]["datasets"] if figure.each else [""]:
                name = figure.name.format(dataset=dataset)
                shown.append(f"results/mini/figures/{paper}/{name}.pdf")
        for table in paper_of(paper).tables:
            if paper in FILLED and table.name not in filled:
                continue
            if not any(studies[name]["models"] for name in table.studies):
                continue
            shown.append(f"results/mini/tables/{paper}/{table.name}.csv")
    return tuple(shown)


@pytest.hookimpl(tryfirst=True)  # before xdist looks at the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that share a costly fixture run in one process, so that it is made once."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            for costly in ("finished", "undisturbed"):
                if costly in item.fixturenames:
                    item.add_marker(pytest.mark.xdist_group(costly))


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
        project.config.append(project / "without-mnist.yaml")
        project.config[-1].write_text(yaml.safe_dump(WITHOUT_MNIST), encoding="utf-8")
    project.targets = (*shown_by_papers(project.configuration()), *BESIDE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOADED_MODULES", str(project / "loaded"))
        outcome = project.snakemake()
    if outcome.status != 0:
        pytest.fail(f"the run of tiny.yaml failed\n{outcome.failed_jobs}", pytrace=False)
    return project
