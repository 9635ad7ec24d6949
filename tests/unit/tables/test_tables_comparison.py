"""Obtained numbers beside published ones: means, spread, seeds, and what is missing."""

import numpy as np
import pandas as pd
import pytest

from latent_assays.tables.comparison import compare, mean_text, over_seeds, published_text

PUBLISHED = pd.DataFrame(
    [
        ("shapes3d", "original", "ae", "mig", 0.06, 0.03, "Table 1"),
        ("shapes3d", "original", "vae", "mig", 0.60, np.nan, "Table 1"),
        ("shapes3d", "noisy", "vae", "mig", 0.66, 0.05, "Table 1"),
    ],
    columns=["dataset", "variant", "model", "number", "value", "spread", "source"],
)


def collected(*rows):
    """Rows (model, seed, number, value, reason) on shapes3d/original."""
    return pd.DataFrame(
        [
            {
                "dataset": "shapes3d",
                "variant": "original",
                "on": "original",
                "model": model,
                "seed": seed,
                "steps": 10,
                "number": number,
                "value": value,
                "reason": reason,
                "source": "Re-rendered stand-in",
                "commit": "abc",
            }
            for model, seed, number, value, reason in rows
        ]
    )


def row_of(table, **wanted):
    for key, value in wanted.items():
        table = table[table[key] == value]
    assert len(table) == 1
    return table.iloc[0]


def test_mean_and_sample_deviation_over_seeds():
    tidy = compare(
        collected(
            *(("ae", seed, "mig", value, None) for seed, value in enumerate((0.1, 0.2, 0.6)))
        ),
        PUBLISHED,
    )
    row = row_of(tidy, model="ae", number="mig")
    assert row["mean"] == pytest.approx(0.3)
    assert row["sd"] == pytest.approx(np.sqrt((0.04 + 0.01 + 0.09) / 2))
    assert row["n"] == 3
    assert row["seeds"] == "0 1 2"
    assert row["missing"] == ""
    assert row["source"] == "Re-rendered stand-in"
    assert mean_text(row) == "0.30 ± 0.26 (3)"


def test_one_seed_has_no_spread():
    row = row_of(compare(collected(("ae", 4, "mig", 0.25, None)), PUBLISHED), model="ae")
    assert pd.isna(row["sd"])
    assert row["seeds"] == "4"
    assert mean_text(row) == "0.25 (1)"


def test_a_seed_without_a_value_does_not_count_and_says_why():
    reason = "every latent is constant"
    tidy = compare(
        collected(
            ("ae", 2, "mig", 0.2, None), ("ae", 0, "mig", 0.4, None), ("ae", 1, "mig", None, reason)
        ),
        PUBLISHED,
    )
    row = row_of(tidy, model="ae")
    assert (row["n"], row["seeds"], row["missing"]) == (2, "0 2", reason)
    assert row["mean"] == pytest.approx(0.3)
    assert mean_text(row) == "0.30 ± 0.14 (2)"


@pytest.mark.parametrize("others", [0, 1])
def test_no_value_at_all_is_a_dash_and_keeps_the_reason(others):
    rows = [("ae", seed, "mig", None, f"why {seed % 2}") for seed in range(4)]
    rows += [("vae", 0, "mig", 0.5, None)] * others
    tidy = compare(collected(*rows), PUBLISHED)
    row = row_of(tidy, model="ae")
    assert row["n"] == 0
    assert pd.isna(row["mean"])
    assert row["missing"] == "why 0; why 1"
    assert mean_text(row) == "–"
    assert published_text(row) == "0.06 ± 0.03"


def test_published_values_are_joined_by_all_four_names():
    tidy = compare(
        collected(
            ("ae", 0, "mig", 0.1, None),
            ("vae", 0, "mig", 0.5, None),
            ("vae", 0, "cds", 0.7, None),
            ("new", 0, "mig", 0.2, None),
        ),
        PUBLISHED,
    )
    texts = {(row["model"], row["number"]): published_text(row) for _, row in tidy.iterrows()}
    assert texts == {
        ("ae", "mig"): "0.06 ± 0.03",
        ("vae", "mig"): "0.60",  # not the 0.66 of the noisy variant; no spread is no ±
        ("vae", "cds"): "–",
        ("new", "mig"): "–",
    }
    assert row_of(tidy, model="ae")["published_source"] == "Table 1"
    assert len(tidy) == 4


def test_what_was_published_but_not_run_is_no_row():
    tidy = compare(collected(("ae", 0, "mig", 0.1, None)), PUBLISHED)
    assert list(tidy["model"]) == ["ae"]


def test_swept_settings_are_kept():
    rows = collected(("b2", 0, "mig", 0.1, None), ("b4", 0, "mig", 0.2, None)).assign(beta=[2, 4])
    tidy = over_seeds(rows, ["beta"])
    assert dict(zip(tidy["model"], tidy["beta"], strict=True)) == {"b2": 2, "b4": 4}


def test_zero_is_a_value():
    row = row_of(
        compare(collected(("ae", 0, "mig", 0.0, None), ("ae", 1, "mig", 0.0, None)), PUBLISHED),
        model="ae",
    )
    assert mean_text(row) == "0.00 ± 0.00 (2)"


def test_inputs_are_left_as_they_were():
    given, published = collected(("ae", 0, "mig", 0.1, None)), PUBLISHED.copy()
    before = given.copy()
    compare(given, published)
    pd.testing.assert_frame_equal(given, before)
    pd.testing.assert_frame_equal(published, PUBLISHED)
