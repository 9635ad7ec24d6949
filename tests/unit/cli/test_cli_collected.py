"""`collected`: one row, one value, with what made it."""

import json

import artefacts
import pandas as pd
import pytest

from latent_assays.cli.collected import run
from latent_assays.cli.inputs import read_inputs
from latent_assays.errors import UserError
from latent_assays.places import Run, run_path
from latent_assays.results import COLUMNS
from latent_assays.store import write_json

MODELS = {"vae-b4-d24": {"beta": 4, "latents": 24}, "ae": {}}
PLAN = {
    "table1": {
        "datasets": {"shapes3d": "few"},
        "variants": {"original": {}},
        "models": MODELS,
        "seeds": 2,
        "on": [None],
        "measures": ["scores", "measures/responses/strands"],
        "image_measures": ["image_measures/perturbations/variance"],
    },
    "transfer": {
        "datasets": {"shapes3d": "shapes3d"},
        "variants": {"noisy-k2": {"k": 2}},
        "models": {"ae": {}},
        "seeds": 1,
        "on": ["noisy-k3", None],
        "measures": ["distances"],
        "image_measures": [],
    },
}
STRANDS = {"jumps": [2, 0, 0.5], "none": []}
FLOOR, N = 2.5, 30


def number(value, reason=None, **more):
    return {"value": value, "reason": reason, **more}


def write(stage, run, numbers, on=None):
    """The JSON of a measure in its place; its commit is another than that of the run."""
    record = artefacts.run_record(model=run.model, seed=run.seed, variant=run.variant)
    made = {"commit": "later", "run": record}
    write_json(run_path("mini", stage, run, ".json", on), {"numbers": numbers, "provenance": made})


@pytest.fixture
def written(tmp_path, monkeypatch):
    """Scores and a measure of four runs and of their images; distances of one, on two sets."""
    monkeypatch.chdir(tmp_path)
    images = {"source": "rendered", "selection": "48 images"}
    write_json(
        "results/mini/image_measures/perturbations/variance/few/original.json",
        {
            "numbers": {"variance_scale": number(0.25)},
            "provenance": {"commit": "of images", "images": images},
        },
    )
    for model in MODELS:
        for seed in range(2):
            place = Run("few", "original", model, seed)
            dead = model == "ae" and seed == 1
            mig = number(None, "dead") if dead else number(0.1 + 0.2 * seed)
            write("scores", place, {"mig": mig, "active_units": number(0.0 if dead else 5.0)})
            many = {name: number(values) for name, values in STRANDS.items()}
            write("measures/responses/strands", place, many)
    noisy = Run("shapes3d", "noisy-k2", "ae", 0)
    few = {"floor": FLOOR, "n": N, "few_samples": True}
    numbers = {
        "hybrid_fd": number(7.5, **few),
        "hybrid_fid": number(None, "no weights", floor=None, n=N, few_samples=None),
    }
    write("distances", noisy, numbers)
    write("distances", noisy, numbers | {"hybrid_fd": number(9.5, **few)}, on="noisy-k3")
    return tmp_path


@pytest.fixture
def table(written):
    run(json.dumps(PLAN), "mini", written / "out.csv")
    return read_inputs([f"x={written / 'out.csv'}"])["x"]


def rows(table, **chosen):
    for column, value in chosen.items():
        table = table[table[column] == value]
    return table


def test_every_value_is_one_row(table):
    of_scores, of_strands, of_distances = 4 * 2, 4 * len(STRANDS["jumps"]), 2 * 2
    assert len(table) == of_scores + of_strands + of_distances + 1
    key = ["study", "dataset", "variant", "on", "model", "seed", "number", "case"]
    assert not table.duplicated(key).any()


def test_values_keep_all_their_digits(table):
    assert rows(table, model="vae-b4-d24", seed=1, number="mig")["value"].tolist() == [0.1 + 0.2]
    assert rows(table, model="ae", seed=1, number="active_units")["value"].tolist() == [0.0]


def test_a_number_with_many_values_has_a_row_each_and_one_with_none_has_no_row(table):
    jumps = rows(table, model="ae", seed=1, number="jumps")
    assert jumps["case"].tolist() == [0, 1, 2]
    assert jumps["value"].tolist() == STRANDS["jumps"]
    assert rows(table, number="none").empty
    assert (table[table["number"] != "jumps"]["case"] == 0).all()


def test_what_is_not_defined_is_empty_with_a_reason(table):
    dead = rows(table, model="ae", seed=1, number="mig")
    assert dead["value"].isna().tolist() == [True]
    assert dead["reason"].tolist() == ["dead"]
    assert set(rows(table, number="hybrid_fid")["reason"]) == {"no weights"}
    assert (table["reason"].notna() == table["value"].isna()).all()


def test_swept_settings_are_columns_and_empty_where_a_study_does_not_sweep_them(table):
    assert list(table) == [*COLUMNS[:6], "beta", "k", "latents", *COLUMNS[6:]]
    vae = rows(table, model="vae-b4-d24")
    assert set(vae["beta"]) == {4}
    assert set(vae["latents"]) == {24}
    assert vae["k"].isna().all()
    assert rows(table, model="ae")[["beta", "latents"]].isna().all(axis=None)
    assert set(rows(table, variant="noisy-k2")["k"]) == {2}


def test_a_run_measured_on_other_images_says_which(table):
    both = rows(table, study="transfer", number="hybrid_fd")
    assert set(both["variant"]) == {"noisy-k2"}
    assert dict(zip(both["on"], both["value"], strict=True)) == {"noisy-k2": 7.5, "noisy-k3": 9.5}
    assert set(rows(table, study="table1")["on"]) == {"original"}


def test_distances_keep_floor_n_and_few_samples_and_scores_have_none(table):
    found = rows(table, number="hybrid_fd", on="noisy-k2")[["floor", "n", "few_samples"]]
    assert found.iloc[0].tolist() == [FLOOR, N, True]
    lacking = rows(table, number="hybrid_fid", on="noisy-k2").iloc[0]
    assert lacking["n"] == N
    assert pd.isna(lacking["floor"])
    of_scores = rows(table, study="table1")
    assert of_scores[["floor", "n", "few_samples"]].isna().all(axis=None)


def test_every_row_says_what_made_it(table):
    of_runs = table[table["model"].notna()]
    assert (of_runs["source"] == artefacts.SENTENCE).all()
    assert set(of_runs["commit"]) == {artefacts.COMMIT}, "the commit that trained, not that scored"
    assert (of_runs["steps"] == 1500).all()
    assert set(table["dataset"]) == {"shapes3d"}
    assert set(rows(table, study="table1")["set"]) == {"few"}
    assert set(table["study"]) == set(PLAN)


def test_a_number_of_an_image_set_has_no_run(table):
    (row,) = table[table["number"] == "variance_scale"].to_dict("records")
    assert pd.isna([row["model"], row["seed"], row["steps"]]).all()
    assert (row["dataset"], row["variant"], row["value"]) == ("shapes3d", "original", 0.25)
    assert (row["source"], row["commit"]) == ("Rendered: 48 images.", "of images")


def test_rows_come_in_an_order_that_does_not_depend_on_the_plans(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for model in ("b", "a"):
        for seed in range(11):
            write("scores", Run("few", "original", model, seed), {"mig": number(0.1 * seed)})
    study = {**PLAN["table1"], "seeds": 11, "measures": ["scores"], "image_measures": []}
    for name, models in (("one", ["b", "a"]), ("two", ["a", "b"])):
        plan = {"s": {**study, "models": {model: {} for model in models}}}
        run(json.dumps(plan), "mini", tmp_path / f"{name}.csv")
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "two.csv").read_bytes()
    found = pd.read_csv(tmp_path / "one.csv")
    assert found["model"].tolist() == ["a"] * 11 + ["b"] * 11
    assert found["seed"].tolist() == 2 * list(range(11)), "10 follows 9 and not 1"


def test_a_measure_that_is_not_there_is_named(written):
    plan = {"table1": {**PLAN["table1"], "seeds": 3}}
    with pytest.raises(UserError, match=r"few/original/\S+/seed2\.json does not exist"):
        run(json.dumps(plan), "mini", written / "out.csv")
    assert not (written / "out.csv").exists()
