"""What the rule asks the page to show."""

import copy

import pytest
from made_results import CONFIG, contents

from latent_assays.config.studies import runs_of
from latent_assays.papers.catalogue import paper_of, rooms
from latent_assays.report.asked import contents_of, files_of, runs_explored


@pytest.fixture
def config():
    return copy.deepcopy(CONFIG)


def test_explorers_are_of_model_a_the_appendix_and_two_structures():
    runs = {(run.model, run.dataset) for run in runs_explored(CONFIG, "mini")}
    assert runs == {
        ("vae-b4-d24", "shapes3d"),
        ("vae-b4-d12", "mnist"),
        ("vae-b4-d12", "fashion_mnist"),
        ("sae-12", "shapes3d-small"),
        ("ae-12", "shapes3d-small"),
    }


def test_assays_are_taken_where_a_figure_draws_them():
    papers = contents()["papers"]
    assert all({"matrix", "map"} <= set(e["files"]) for e in papers["responses"]["explorers"])
    assert not any({"matrix", "map"} & set(e["files"]) for e in papers["structure"]["explorers"])


def test_an_explorer_asks_for_no_training_of_its_own(config):
    """Without the appendix nothing else trains on these images."""
    config["papers"]["responses"]["studies"]["appendix"]["datasets"] = ["mnist"]
    datasets = {run.dataset for run in runs_explored(config, "mini")}
    assert "mnist" in datasets
    assert "fashion_mnist" not in datasets


def test_files_are_each_once_and_of_runs_that_are_trained():
    files = files_of(contents())
    assert len(files) == len(set(files))
    assert all(path.startswith("results/mini/") for path in files)
    trained = {str(tuple(run)) for slug in rooms() for run in runs_of(CONFIG, "mini", slug)}
    assert {str(tuple(run)) for run in runs_explored(CONFIG, "mini")} <= trained
    assert "results/mini/figures/responses/fig4.png" in files
    assert "results/mini/tables/structure/tab1.html" in files
    assert "results/mini/collected/perturbations/epsilon.csv" in files
    assert "results/mini/claims/responses.csv" in files
    assert "results/mini/responses/map/mnist/original/vae-b4-d12/seed0.npz" in files


def test_tables_that_compare_nothing_are_left_out():
    found = contents_of(CONFIG, "mini", ["structure/tab1"], {}, "")
    tables = {
        slug: [one["name"] for one in paper["tables"]] for slug, paper in found["papers"].items()
    }
    assert tables == {"perturbations": [], "responses": [], "structure": ["tab1"]}


def test_a_table_of_one_study_waits_for_no_other():
    tables = {one["name"]: one for one in contents()["papers"]["responses"]["tables"]}
    assert tables["tab1"]["collected"] == "responses/table1"
    tables = {one["name"]: one for one in contents()["papers"]["structure"]["tables"]}
    assert tables["tab1"]["collected"] == "structure"


@pytest.mark.parametrize("scale", ["mini", "desk", "paper"])
def test_every_scale_can_be_shown(scale):
    found = contents_of(CONFIG, scale, [], {}, "")
    for slug, paper in found["papers"].items():
        assert len(paper["figures"]) >= len(paper_of(slug).figures) - 1
        assert files_of(found)
