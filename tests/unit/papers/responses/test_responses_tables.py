"""Tables of paper `responses`, built from made-up collected numbers and the published ones."""

import numpy as np
import pandas as pd
import pytest

from latent_assays.cli.inputs import read_table
from latent_assays.errors import UserError
from latent_assays.papers.responses.tables import reconstructions, tab1
from latent_assays.places import rooms

PUBLISHED = read_table(rooms()["responses"] / "published/tab1.csv")
NAMES = ["beta", "latents", "seed", "number", "value"]


def collected(rows, study="table1", dataset="shapes3d"):
    """Rows of NAMES, each of the model that these settings name."""
    frame = pd.DataFrame(rows, columns=NAMES)
    models = [f"vae-b{row.beta:g}-d{row.latents}" for row in frame.itertuples()]
    reason = np.where(frame["value"].isna(), "not defined", None)
    shared = {
        "study": study,
        "dataset": dataset,
        "variant": "original",
        "on": "original",
        "source": "A stand-in.",
    }
    # In a column that some studies leave empty, numbers are read as floats.
    return frame.assign(**shared, model=models, reason=reason).astype({"latents": float})


def scores(value=lambda *_: 0.5, numbers=("cds", "cds_rescaled", "mig", "active_units")):
    return [
        (beta, latents, seed, number, value(beta, latents, number))
        for beta in (8, 1, 2, 4)
        for latents in (24, 12)
        for seed in (0, 1)
        for number in numbers
    ]


def build(rows):
    return tab1.build(collected(rows), PUBLISHED)


# --- Table 1 ---


def test_table_1_has_the_papers_rows_in_its_order():
    shown = build(scores()).shown
    assert list(shown.index) == [(d, f"{b}-VAE") for d in ("12", "24") for b in (1, 2, 4, 8)]
    assert list(shown.index.names) == ["d", "model"]
    assert list(shown.columns) == [
        ("CDS", "here"),
        ("CDS", "published"),
        ("CDS rescaled", "here"),
        ("MIG", "here"),
        ("MIG", "published"),
    ]


def test_table_1_has_every_number_in_its_place():
    def value(beta, latents, number):
        own = {"cds": 0, "cds_rescaled": 0.01, "mig": 0.02}
        return beta / 10 + latents / 1000 + own.get(number, 9)

    shown = build(scores(value)).shown
    assert shown.loc[("12", "1-VAE"), ("CDS", "here")] == "0.11 ± 0.00 (2)"
    assert shown.loc[("24", "8-VAE"), ("MIG", "here")] == "0.84 ± 0.00 (2)"
    assert shown.loc[("24", "4-VAE"), ("CDS rescaled", "here")] == "0.43 ± 0.00 (2)"
    assert shown.loc[("24", "4-VAE"), ("CDS", "published")] == "0.72"
    assert shown.loc[("12", "8-VAE"), ("MIG", "published")] == "0.21"


def test_table_1_shows_what_was_obtained_at_desk_between_here_and_the_paper():
    desk = collected(scores(lambda *_: 0.25)).assign(commit="def", source="A desk set.")
    desk = desk[desk["model"] != "vae-b8-d12"]
    table = tab1.build(collected(scores()), PUBLISHED, desk)
    row = table.shown.loc[("24", "4-VAE")]
    assert list(row["MIG"].index) == ["here", "desk", "published"]
    assert row["MIG", "desk"] == row["CDS rescaled", "desk"] == "0.25 ± 0.00 (2)"
    assert table.shown.loc[("12", "8-VAE"), ("MIG", "desk")] == "–"
    assert table.caption.endswith("scale desk is called so (commit def). A desk set.")
    assert "scale desk" not in build(scores()).caption


def test_table_1_keeps_the_tidy_numbers_of_what_it_lists():
    tidy = build(scores()).tidy
    assert set(tidy["number"]) == {"cds", "cds_rescaled", "mig"}
    row = tidy[(tidy["model"] == "vae-b4-d24") & (tidy["number"] == "mig")].iloc[0]
    assert (row["beta"], row["latents"], row["published"], row["n"]) == (4, 24, 0.17, 2)


def test_table_1_is_its_study_whatever_else_was_collected():
    """Another dataset's numbers must never stand beside the values published for 3D-Shapes."""
    alone, own = build(scores()).shown, collected(scores())
    others = collected(scores(lambda *_: 0.99), study="appendix", dataset="mnist")
    others[["beta", "latents"]] = np.nan  # a study that sweeps nothing
    for both in ([own, others], [others, own]):
        pd.testing.assert_frame_equal(tab1.build(pd.concat(both), PUBLISHED).shown, alone)


def test_table_1_with_a_beta_that_is_no_whole_number():
    rows = [(beta, 12, 0, "cds", 0.5) for beta in (0.5, 1e-5)]
    assert [model for _, model in build(rows).shown.index] == ["1e-05-VAE", "0.5-VAE"]


def test_table_1_does_without_a_score_that_was_not_computed():
    shown = build(scores(numbers=("cds", "cds_rescaled"))).shown
    assert shown[("CDS", "here")].tolist() == ["0.50 ± 0.00 (2)"] * 8
    assert ("MIG", "here") not in shown


# --- reconstructions ---


def of_reconstructions(few=False, fid=None):
    """Distances of two models and two seeds."""
    floors = {"mse_per_image": 0.0, "bce_per_image": 900.0, "mse_per_pixel": 0.0}
    floors |= {"fd_efflite0": 85.25, "kid_efflite0": 0.0625, "fid": None}
    rows = [
        (beta, latents, seed, f"reconstruction_{name}", fid if name == "fid" else floor + more)
        for beta, latents in ((8, 24), (1, 12))
        for seed in (0, 1)
        for name, floor in floors.items()
        for more in [10 + seed + (beta == 8)]
    ]
    frame = collected(rows).assign(floor=[*floors.values()] * 4, n=1000)
    judged = frame["number"].str.contains("efflite0")
    frame["few_samples"] = np.where(judged, few, None)
    frame.loc[frame["value"].isna(), "reason"] = "no weights were given"
    return frame


def test_reconstructions_have_every_number_in_its_place_and_the_floor_last():
    shown = reconstructions.build(of_reconstructions()).shown
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
    table = reconstructions.build(of_reconstructions())
    assert "n = 1,000 images" in table.caption
    assert "neither is FID" in table.caption
    assert table.caption.endswith("FID is not given: no weights were given.")
    row = table.tidy[table.tidy["number"] == "fid"].iloc[0]
    assert pd.isna(row["mean"])
    assert (row["missing"], row["images"]) == ("no weights were given", 1000)
    assert set(table.tidy["number"]) >= {"mse_per_pixel", "bce_per_image", "fd_efflite0"}
    assert set(table.tidy.loc[table.tidy["number"] == "fd_efflite0", "floor"]) == {85.25}


def test_reconstructions_mark_frechet_distances_of_few_images_and_nothing_else():
    table = reconstructions.build(of_reconstructions(few=True))
    marked = table.shown.apply(lambda column: column.str.endswith("*").all())
    assert marked[marked].index.tolist() == [("distance from real images", "fd_efflite0 (Fréchet)")]
    assert "At * n is not above" in table.caption
    table = reconstructions.build(of_reconstructions(few=False))
    assert not table.shown.map(lambda cell: "*" in cell).any(axis=None)
    assert "*" not in table.caption


def test_reconstructions_show_fid_where_there_is_one():
    table = reconstructions.build(of_reconstructions(fid=33.0))
    cells = table.shown["distance from real images", "FID (Fréchet)"]
    assert cells.tolist() == ["33.0 ± 0.0 (2)", "33.0 ± 0.0 (2)", "–"]
    assert "FID is not given" not in table.caption


def test_reconstructions_that_were_not_collected_are_asked_for():
    given = collected(scores()).assign(floor=None, n=None, few_samples=None)
    with pytest.raises(UserError, match=r"`distances` under .* papers\.responses\.studies\.table1"):
        reconstructions.build(given)
