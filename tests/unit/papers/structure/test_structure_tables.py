"""Tables of paper `structure`, from made-up collected numbers and the published ones."""

import itertools

import numpy as np
import pandas as pd
import pytest
from structure_numbers import SOURCES

from latent_assays.cli.inputs import read_table
from latent_assays.errors import UserError
from latent_assays.papers.structure.tables import betas, tab1, tab2, tab3, tab4
from latent_assays.papers.structure.tables.layout import SCORES
from latent_assays.places import rooms

PUBLISHED = {
    name: read_table(rooms()["structure"] / f"published/{name}.csv")
    for name in ("tab1", "tab2", "tab3", "tab4")
}
MPI3D = {
    "tab2": (tab2, "mpi3d_toy"),
    "tab3": (tab3, "mpi3d_realistic"),
    "tab4": (tab4, "mpi3d_real"),
}


def scores(study="shapes3d", dataset="shapes3d", models=("wae-12", "sae-12"), seeds=2, **more):
    """Of model m and seed s the k-th score is m/10 + k/100 + s/1000."""
    rows = [
        {"model": model, "seed": seed, "number": number, "value": m / 10 + k / 100 + seed / 1000}
        for (m, model), seed, (k, number) in itertools.product(
            enumerate(models), range(seeds), enumerate([*SCORES, "active_units"])
        )
    ]
    shared = {"study": study, "dataset": dataset, "variant": "original", "on": "original"}
    shared |= {"steps": 300, "source": SOURCES[0], "reason": None, "commit": "abc", **more}
    return pd.DataFrame(rows).assign(**shared)


def table1(*collected, obtained=None):
    return tab1.build(pd.concat(collected), PUBLISHED["tab1"], obtained)


def cell(table, model, origin, score):
    """Text of the cell whose column ends with a score's heading."""
    return table.shown.droplevel(0, axis="columns").loc[(model, origin), score]


# --- Tables 1 to 4 ---


def test_models_stand_in_the_papers_order_with_the_published_line_below_and_others_last():
    models = ("wae-strong", "vae-12", "sae-12", "my-model", "adaae-12")
    shown = table1(scores(models=models)).shown
    heads = [name for _, name in shown.columns]
    assert heads == ["DCI-d", "IRS", "MIG", "SAP", "ModExp", "DCI-c"]
    assert list(shown.index) == [
        ("SAE-12", "here"),
        ("SAE-12", "published"),
        ("AdaAE-12", "here"),
        ("AdaAE-12", "published"),
        ("VAE", "here"),
        ("VAE", "published"),
        ("my-model", "here"),
        ("WAE-strong", "here"),
    ]


def test_every_number_is_in_its_place():
    table = table1(scores())
    assert cell(table, "WAE", "here", "DCI-d") == "0.00 ± 0.00 (2)"
    assert cell(table, "SAE-12", "here", "MIG") == "0.12 ± 0.00 (2)"
    assert cell(table, "SAE-12", "here", "DCI-c") == "0.15 ± 0.00 (2)"
    assert cell(table, "SAE-12", "published", "MIG") == "0.59"
    assert cell(table, "WAE", "published", "ModExp") == "0.96"


def test_seeds_of_both_studies_count_and_a_run_of_both_counts_once():
    replicas = scores("replicas", seeds=3)
    table = table1(scores(seeds=1), replicas, scores("betas").assign(value=9.0))
    assert set(table.tidy["n"]) == {3}
    assert table.tidy["mean"].max() < 1
    assert cell(table, "SAE-12", "here", "IRS") == "0.11 ± 0.00 (3)"


def test_the_caption_says_how_long_models_were_trained():
    assert "300 steps, the paper's for 100,000" in table1(scores()).caption


def test_what_desk_obtained_stands_between_and_only_of_models_that_it_has():
    kept = scores("replicas", models=["sae-12"], steps=10000, commit="desk-commit")
    table = table1(scores(), obtained=kept.assign(value=0.9, source="A desk set."))
    assert list(table.shown.loc["SAE-12"].index) == ["here", "desk", "published"]
    assert list(table.shown.loc["WAE"].index) == ["here", "published"]
    assert cell(table, "SAE-12", "desk", "SAP") == "0.90 ± 0.00 (2)"
    assert cell(table, "SAE-12", "here", "SAP") == "0.13 ± 0.00 (2)"
    assert "10,000 steps, commit desk-commit" in table.caption
    assert "A desk set." in table.caption


@pytest.mark.parametrize("name", MPI3D)
def test_a_table_of_mpi3d_shows_its_own_set_alone(name):
    module, dataset = MPI3D[name]
    sets = [one for _, one in MPI3D.values()]
    collected = pd.concat(
        scores("mpi3d", one).assign(value=place / 10) for place, one in enumerate(sets)
    )
    table = module.build(collected, PUBLISHED[name])
    assert set(table.tidy["dataset"]) == {dataset}
    assert set(table.tidy["mean"]) == {sets.index(dataset) / 10}
    assert table.tidy["published"].notna().all()


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_tables_are_complete(name):
    """15 models and six scores; the numbers were read from the text by a program."""
    table = PUBLISHED[name]
    assert table.groupby("model")["number"].agg(set).eq(set(SCORES)).all()
    assert table["model"].nunique() == 15
    assert table["value"].between(0, 1).all()


@pytest.mark.parametrize(
    ("name", "model", "number", "value"),
    [
        ("tab1", "sae-12", "dci", 0.999),
        ("tab1", "wae-12", "dci_completeness", 0.162),
        ("tab2", "beta-vae-12", "modularity", 0.998),
        ("tab3", "vlae-4", "sap", 0.167),
        ("tab4", "vlae-6", "irs", 0.668),
    ],
)
def test_published_values_are_those_of_the_text(name, model, number, value):
    table = PUBLISHED[name].set_index(["model", "number"])["value"]
    assert table[model, number] == value


# --- which β ---


def of_betas(values):
    """A hybrid distance for each β, and a reconstruction loss that falls with β."""
    rows = [
        {"model": f"beta-vae-12-b{beta}", "beta": float(beta), "number": number, "value": value}
        for beta, distance in values.items()
        for number, value in (("hybrid_fd_pixels", distance), ("reconstruction_mse", 1.0))
    ]
    shared = {"study": "betas", "dataset": "shapes3d", "variant": "original", "on": "original"}
    shared |= {"seed": 0, "source": SOURCES[0], "reason": None}
    return pd.DataFrame(rows).assign(**shared)


def test_the_chosen_beta_and_the_papers_are_marked():
    chosen = {"model": "beta-vae-12-b8", "seed": 0, "value": 3.5}
    made = {"chosen": chosen, "number": "hybrid_fd_pixels"}
    table = betas.build(of_betas({2: 5.0, 8: 3.5, 16: np.nan}), made)
    assert table.shown["β", "taken"].to_dict() == {"2": "the paper's", "8": "chosen", "16": "–"}
    assert table.shown["hybrids", "fd_pixels"].to_dict() == {
        "2": "5.00 (1)",
        "8": "3.50 (1)",
        "16": "–",
    }
    assert "by hybrid_fd_pixels, the smallest of which is 3.50, β = 8 would be chosen" in (
        table.caption
    )
    assert list(table.tidy["beta"]) == [2, 8, 16]  # and no number that is not shown


def test_a_table_of_a_dataset_that_was_left_out_of_the_study_says_so():
    toy = scores("mpi3d", "mpi3d_toy")
    with pytest.raises(UserError, match=r"studies mpi3d: no numbers on mpi3d_realistic; name it"):
        tab3.build(toy, PUBLISHED["tab3"])
