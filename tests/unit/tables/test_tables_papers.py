"""The papers' tables, built from made-up collected numbers and the published ones."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from latent_assays.errors import UserError
from latent_assays.tables import perturbations_tab1, responses_reconstructions, responses_tab1

PUBLISHED = Path(__file__).parents[3] / "resources/published"


def published(name):
    return pd.read_csv(PUBLISHED / f"{name}.csv", keep_default_na=False, na_values=[""])


def collected(rows):
    """Rows (dataset, variant, model, seed, score, value)."""
    names = ["dataset", "variant", "model", "seed", "score", "value"]
    frame = pd.DataFrame(rows, columns=names)
    reason = np.where(frame["value"].isna(), "not defined", None)
    return frame.assign(steps=10, reason=reason, source="Re-rendered stand-in.", commit="abc")


def of_responses(value=lambda beta, latents, seed, score: 0.5, dataset="shapes3d"):
    return [
        (dataset, "original", f"vae-b{b}-d{d}", seed, score, value(b, d, seed, score))
        for b in (1, 2, 4, 8)
        for d in (12, 24)
        for seed in (0, 1)
        for score in ("cds", "cds_rescaled", "mig", "active_units")
    ]


def of_perturbations(value=lambda *_: 0.5, models=("ae", "beta-vae"), datasets=None):
    return [
        (dataset, variant, model, seed, "mig", value(dataset, variant, model, seed))
        for dataset in datasets or ("dsprites", "shapes3d")
        for variant in ("original", "perturbed")
        for model in models
        for seed in (0, 1)
    ]


def build_responses(rows):
    return responses_tab1.build(collected(rows), published("responses_tab1"))


def build_perturbations(rows):
    return perturbations_tab1.build(collected(rows), published("perturbations_tab1"))


# --- responses, Table 1 ---


def test_responses_table_1_has_the_papers_rows_in_its_order():
    shown = build_responses(of_responses()).shown
    assert list(shown.index) == [(d, f"{b}-VAE") for d in ("12", "24") for b in (1, 2, 4, 8)]
    assert list(shown.index.names) == ["d", "model"]
    assert list(shown.columns) == [
        ("CDS", "here"),
        ("CDS", "published"),
        ("CDS rescaled", "here"),
        ("MIG", "here"),
        ("MIG", "published"),
    ]


def test_responses_table_1_has_every_number_in_its_place():
    def value(beta, latents, seed, score):
        return (
            beta / 10 + latents / 1000 + {"cds": 0, "cds_rescaled": 0.01, "mig": 0.02}.get(score, 9)
        )

    shown = build_responses(of_responses(value)).shown
    assert shown.loc[("12", "1-VAE"), ("CDS", "here")] == "0.11 ± 0.00 (2)"
    assert shown.loc[("24", "8-VAE"), ("MIG", "here")] == "0.84 ± 0.00 (2)"
    assert shown.loc[("24", "4-VAE"), ("CDS rescaled", "here")] == "0.43 ± 0.00 (2)"
    assert shown.loc[("24", "4-VAE"), ("CDS", "published")] == "0.72"
    assert shown.loc[("12", "8-VAE"), ("MIG", "published")] == "0.21"


def test_responses_table_1_keeps_the_tidy_numbers():
    tidy = build_responses(of_responses()).tidy
    assert len(tidy) == 8 * 3  # without active units, which the paper does not list
    assert {"latents", "beta", "mean", "sd", "n", "seeds", "published"} <= set(tidy.columns)
    row = tidy[(tidy["model"] == "vae-b4-d24") & (tidy["score"] == "mig")].iloc[0]
    assert (row["beta"], row["latents"], row["published"]) == (4, 24, 0.17)


def test_responses_table_1_shows_what_is_not_defined_as_a_dash():
    table = build_responses(
        of_responses(lambda beta, latents, seed, score: None if beta == 1 else 0.5)
    )
    assert table.shown.loc[("12", "1-VAE"), ("CDS", "here")] == "–"
    row = table.tidy[(table.tidy["model"] == "vae-b1-d12") & (table.tidy["score"] == "cds")].iloc[0]
    assert row["missing"] == "not defined"


def test_responses_table_1_is_3d_shapes_whatever_else_was_run():
    """Another dataset's numbers must never stand beside the values published for 3D-Shapes."""
    others = of_responses(lambda *_: 0.99, dataset="mnist")
    alone = build_responses(of_responses()).shown
    pd.testing.assert_frame_equal(build_responses(of_responses() + others).shown, alone)
    pd.testing.assert_frame_equal(build_responses(others + of_responses()).shown, alone)


def test_responses_table_1_with_fewer_models():
    rows = [row for row in of_responses() if row[2] in ("vae-b4-d24", "vae-b8-d24")]
    assert list(build_responses(rows).shown.index) == [("24", "4-VAE"), ("24", "8-VAE")]


def test_responses_table_1_with_a_beta_that_is_no_whole_number():
    rows = [
        ("shapes3d", "original", f"vae-b{beta}-d12", 0, score, 0.5)
        for beta in ("0.5", "1e-05")
        for score in ("cds", "cds_rescaled", "mig")
    ]
    assert [model for _, model in build_responses(rows).shown.index] == ["1e-05-VAE", "0.5-VAE"]


def test_responses_table_1_does_without_a_score_that_was_not_computed():
    rows = [row for row in of_responses() if row[4] != "mig"]
    shown = build_responses(rows).shown
    assert shown[("CDS", "here")].tolist() == ["0.50 ± 0.00 (2)"] * 8


def test_captions_say_how_to_read_the_numbers():
    assert "number of seeds" in responses_tab1.CAPTION.replace("\n", " ")
    assert "third party" in perturbations_tab1.CAPTION.replace("\n", " ")


# --- responses, reconstructions ---


def of_reconstructions(few=False, fid=None):
    """Distances of two models and two seeds."""
    floors = {"mse_per_image": 0.0, "bce_per_image": 900.0, "mse_per_pixel": 0.0}
    floors |= {"fd_efflite0": 85.25, "kid_efflite0": 0.0625, "fid": None}
    rows = []
    for model, seed in ((m, s) for m in ("vae-b8-d24", "vae-b1-d12") for s in (0, 1)):
        for score, floor in floors.items():
            value = fid if score == "fid" else floor + 10 + seed + (model == "vae-b8-d24")
            name = f"reconstruction_{score}"
            rows.append(("shapes3d", "original", model, seed, name, value, floor))
    frame = collected([row[:6] for row in rows]).assign(floor=[row[6] for row in rows], n=1000)
    judged = frame["score"].str.contains("efflite0")
    frame["few_samples"] = np.where(judged, few, None)
    frame.loc[frame["value"].isna(), "reason"] = "no weights were given"
    return frame


def test_reconstructions_have_every_number_in_its_place_and_the_floor_last():
    shown = responses_reconstructions.build(of_reconstructions()).shown
    assert list(shown.index) == [("12", "1-VAE"), ("24", "8-VAE"), ("–", "real images")]
    numbers = {column: shown[column].tolist() for column in shown}
    assert numbers == {
        ("error of an image", "MSE"): ["10.5 ± 0.7 (2)", "11.5 ± 0.7 (2)", "0.0"],
        ("error of an image", "BCE"): ["910.5 ± 0.7 (2)", "911.5 ± 0.7 (2)", "900.0"],
        ("distance from real images", "fd_efflite0 (Fréchet)"): [
            *("95.8 ± 0.7 (2)", "96.8 ± 0.7 (2)", "85.2")
        ],
        ("distance from real images", "kid_efflite0 (kernel)"): [
            *("10.562 ± 0.707 (2)", "11.562 ± 0.707 (2)", "0.062")
        ],
    }


def test_reconstructions_say_which_distance_of_how_many_images_and_why_there_is_no_fid():
    table = responses_reconstructions.build(of_reconstructions())
    assert "n = 1,000 images" in table.caption
    assert "neither is FID" in table.caption
    assert table.caption.endswith("FID is not given: no weights were given.")
    row = table.tidy[table.tidy["score"] == "fid"].iloc[0]
    assert pd.isna(row["mean"])
    assert (row["missing"], row["images"]) == ("no weights were given", 1000)
    assert set(table.tidy["score"]) >= {"mse_per_pixel", "bce_per_image", "fd_efflite0"}
    assert set(table.tidy.loc[table.tidy["score"] == "fd_efflite0", "floor"]) == {85.25}


def test_reconstructions_mark_frechet_distances_of_few_images_and_nothing_else():
    table = responses_reconstructions.build(of_reconstructions(few=True))
    marked = table.shown.apply(lambda column: column.str.endswith("*").all())
    assert marked[marked].index.tolist() == [("distance from real images", "fd_efflite0 (Fréchet)")]
    assert "At * n is not above" in table.caption
    table = responses_reconstructions.build(of_reconstructions(few=False))
    assert not table.shown.map(lambda cell: "*" in cell).any(axis=None)
    assert "*" not in table.caption


def test_reconstructions_show_fid_where_there_is_one():
    table = responses_reconstructions.build(of_reconstructions(fid=33.0))
    cells = table.shown["distance from real images", "FID (Fréchet)"]
    assert cells.tolist() == ["33.0 ± 0.0 (2)", "33.0 ± 0.0 (2)", "–"]
    assert "FID is not given" not in table.caption


def test_reconstructions_that_were_not_collected_are_asked_for():
    scores = collected(of_responses()).assign(floor=None, n=None, few_samples=None)
    with pytest.raises(UserError, match=r"`reconstruction` under the config.s papers\.responses"):
        responses_reconstructions.build(scores)


# --- perturbations, Table 1 ---


def test_perturbations_table_1_has_models_by_datasets_and_variants():
    shown = build_perturbations(of_perturbations()).shown
    assert list(shown.index) == ["AE", "β-VAE"]
    assert list(shown.columns) == [
        (dataset, variant, what)
        for dataset in ("dSprites", "3D-Shapes")
        for variant in ("original", "perturbed")
        for what in ("here", "published")
    ]


def test_perturbations_table_1_has_every_number_in_its_place():
    def value(dataset, variant, model, seed):
        return (
            0.5 * (dataset == "shapes3d")
            + 0.2 * (variant == "perturbed")
            + 0.1 * (model == "beta-vae")
            + 0.02 * seed
        )

    shown = build_perturbations(of_perturbations(value)).shown
    assert shown.loc["AE", ("dSprites", "original", "here")] == "0.01 ± 0.01 (2)"
    assert shown.loc["β-VAE", ("dSprites", "original", "here")] == "0.11 ± 0.01 (2)"
    assert shown.loc["AE", ("dSprites", "perturbed", "here")] == "0.21 ± 0.01 (2)"
    assert shown.loc["β-VAE", ("3D-Shapes", "perturbed", "here")] == "0.81 ± 0.01 (2)"
    assert shown.loc["β-VAE", ("3D-Shapes", "original", "published")] == "0.60 ± 0.31"
    assert shown.loc["AE", ("dSprites", "perturbed", "published")] == "0.05 ± 0.02"


def test_perturbations_table_1_keeps_only_mig():
    more = [("dsprites", "original", "ae", 0, "active_units", 5.0)]
    assert set(build_perturbations(of_perturbations() + more).tidy["score"]) == {"mig"}


@pytest.mark.parametrize(
    "rows",
    [
        of_perturbations(models=("beta-vae",)),
        of_perturbations(datasets=("shapes3d",)),
        of_perturbations()[:2] + of_perturbations(models=("beta-vae",)),
    ],
    ids=["no-ae", "one-dataset", "ae-only-on-one"],
)
def test_perturbations_table_1_with_fewer_runs_has_text_in_every_cell(rows):
    shown = build_perturbations(rows).shown
    assert shown.map(lambda cell: isinstance(cell, str)).all(axis=None)


def test_perturbations_table_1_names_a_model_that_it_does_not_know():
    """The configuration may compare any model; the table must not fall over it."""
    rows = of_perturbations(models=("ae", "beta-vae", "loose-beta-vae"))
    assert len(build_perturbations(rows).shown) == 3
