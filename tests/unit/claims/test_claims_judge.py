"""Claims: what they select, how they are judged, and faults in the list."""

import numpy as np
import pandas as pd
import pytest

from latent_assays.claims import STATISTICS, judge, parse_claims, select
from latent_assays.errors import UserError

BASE = {
    "claim": "rises",
    "where": "Table 1",
    "sentence": "It rises.",
    "values": {"number": "cds", "study": "table1"},
    "statistic": {"kind": "trend", "over": "beta"},
    "above": 0,
}


def table():
    """CDS rises with β and lies above DCI, which falls; another study has its own numbers."""
    rows = [
        {
            "study": "table1",
            "dataset": "shapes3d",
            "variant": "original",
            "on": "original",
            "model": f"vae-b{beta}-d{latents}",
            "beta": float(beta),
            "latents": float(latents),
            "seed": seed,
            "case": 0,
            "number": number,
            "value": 0.5 + sign * 0.05 * place + 0.001 * seed,
            "source": "a stand-in",
        }
        for latents in (12, 24)
        for place, beta in enumerate((1, 2, 4, 8))
        for seed in range(2)
        for number, sign in (("cds", 1), ("dci", -1))
    ]
    other = [row | {"study": "maps", "value": 0.0} for row in rows[:4]]
    return pd.DataFrame(rows + other)


def of_variant(variant, value, on=None):
    """The rows of the table's study, of another variant and measured there or elsewhere."""
    rows = table()[table()["study"] == "table1"]
    return rows.assign(variant=variant, on=on or variant, value=value)


def judged(table_=None, **changes):
    entry = {key: value for key, value in {**BASE, **changes}.items() if value is not None}
    table_ = table() if table_ is None else table_
    (row,) = judge(parse_claims([entry]), table_, "responses").to_dict("records")
    return row


def of(number, **chosen):
    return {**BASE["values"], "number": number, **chosen}


# --- verdicts ---


def test_a_claim_that_holds_says_on_what_it_rests():
    row = judged()
    assert row["verdict"] == "holds"
    assert row["paper"] == "responses"
    assert (row["estimate"], row["low"], row["condition"]) == (1, 1, "> 0")
    assert (row["n"], row["runs"], row["source"]) == (16, 16, "a stand-in")
    assert row["statistic"] == "trend over beta"


def test_the_opposite_fails_and_below_turns_it_round():
    assert judged(values=of("dci"))["verdict"] == "fails"
    assert judged(values=of("dci"), above=None, below=0)["verdict"] == "holds"


def test_an_interval_across_the_bound_decides_nothing():
    values = table()
    values["value"] = np.random.default_rng(1).standard_normal(len(values))
    row = judged(values)
    assert row["low"] < 0 < row["high"]
    assert row["verdict"] == "undecided"


def test_an_interval_that_ends_at_the_bound_decides_nothing():
    row = judged(statistic={"kind": "share", "most": -1}, above=0)
    assert (row["estimate"], row["low"]) == (0, 0)
    assert row["verdict"] == "undecided"


def test_one_seed_is_undecided():
    values = table()
    row = judged(values[values["seed"] == 0])
    assert row["estimate"] == 1
    assert row["verdict"] == "undecided"
    assert "one seed" in row["reason"]


def test_values_that_are_missing_are_told_and_left_out():
    values = table()
    values.loc[(values["number"] == "cds") & (values["model"] == "vae-b8-d24"), "value"] = np.nan
    row = judged(values)
    assert row["n"] == 14
    assert "2 of 16 have no value" in row["reason"]


def test_a_claim_without_values_is_undecided_and_says_so():
    row = judged(values=of("irs"))
    assert row["verdict"] == "undecided"
    assert np.isnan(row["estimate"])
    assert (row["n"], row["runs"]) == (0, 0)
    assert "no run" in row["reason"]


@pytest.mark.parametrize("kind", STATISTICS)
def test_the_order_of_the_rows_changes_nothing(kind):
    values = pd.concat([table(), of_variant("noisy", 0.1).assign(source="another")])
    values = pd.concat([values, values.assign(seed=values["seed"] + 2)])
    values["value"] += 0.1 * np.random.default_rng(0).standard_normal(len(values))
    known = values[values["number"] == "cds"].assign(number="cds_se", value=0.02)
    values = pd.concat([values, known])
    statistic = {"kind": kind, **{"trend": {"over": "beta"}, "share": {"least": 0.5}}.get(kind, {})}
    changes = {
        "values": of("cds", variant="original"),
        "statistic": statistic,
        "against": {"variant": "noisy"} if STATISTICS[kind].paired else None,
    }
    row = judged(values, **changes)
    assert row["low"] < row["high"]
    for seed in range(3):
        assert judged(values.sample(frac=1, random_state=seed), **changes) == row


# --- what is selected ---


def test_a_list_stands_for_any_of_its_members():
    values = table()
    models = ["vae-b1-d12", "vae-b8-d24"]
    assert set(select(values, {"model": models})["model"]) == set(models)
    assert len(select(values, {"study": ["table1", "maps"]})) == len(values)
    both = select(values, {"study": "table1", "model": models, "number": ["cds"]})
    assert len(both) == 2 * 2
    assert select(values, {"model": "vae-b1-d1"}).empty, "a part of a name is no name"
    row = judged(values=of("cds", model=models), statistic={"kind": "mean"})
    assert (row["n"], row["estimate"]) == (4, pytest.approx(0.5 + 0.15 / 2 + 0.0005))


def test_another_studys_numbers_are_not_taken():
    row = judged(statistic={"kind": "mean"}, values=of("cds", study="maps"))
    assert (row["n"], row["estimate"]) == (2, 0)


def test_images_that_a_run_was_measured_on_can_be_chosen():
    """Three values of each run: on its own images and on those of two other variants."""
    elsewhere = [of_variant("original", value, on) for on, value in (("ball", 0.1), ("gap", 0.9))]
    values = pd.concat([table(), *elsewhere])
    row = judged(values, values=of("cds", on="ball"), statistic={"kind": "mean"})
    assert (row["n"], row["estimate"]) == (16, pytest.approx(0.1))
    row = judged(
        values,
        values=of("cds", on="gap"),
        against={"on": "ball"},
        statistic={"kind": "difference"},
    )
    assert (row["n"], row["estimate"]) == (16, pytest.approx(0.8))


def test_a_trend_is_over_the_column_of_a_swept_setting():
    """CDS does not depend on the latents at all."""
    row = judged(statistic={"kind": "trend", "over": "latents"})
    assert np.isnan(row["estimate"])
    assert "at least 3 of its values" in row["reason"]
    with pytest.raises(UserError, match="'width' needs a study that sweeps it; swept are beta, la"):
        judged(statistic={"kind": "trend", "over": "width"})


def test_a_model_without_the_swept_setting_is_left_out_of_a_trend_and_told():
    """An autoencoder beside the VAEs has neither β nor, here, a number of latents."""
    plain = table().iloc[:4].assign(model="ae", beta=np.nan, latents=np.nan, value=-9.0)
    values = table()
    values.loc[values["latents"] == 24, "value"] -= 100  # else sizes taken together look the same
    row = judged(pd.concat([plain, values]))
    assert row["estimate"] == 1
    assert (row["n"], row["runs"]) == (16, 16)
    assert row["reason"] == "2 more are of models without beta"


def test_the_name_of_a_sweep_stands_for_all_that_it_names():
    values = table()
    chosen = select(values, {"model": "vae-b{beta}-d12"})
    assert set(chosen["model"]) == {f"vae-b{beta}-d12" for beta in (1, 2, 4, 8)}
    both = select(values, {"model": ["vae-b{beta}-d12", "vae-b1-d24"]})
    assert set(both["model"]) == {*chosen["model"], "vae-b1-d24"}


def test_a_name_is_no_pattern():
    values = table().assign(model="vae-b1.5")
    assert select(values, {"model": "vae-b1.5"}).shape == values.shape
    assert select(values.assign(model="vae-b105"), {"model": "vae-b1.5"}).empty
    assert select(values, {"model": "vae-b1"}).empty


# --- what else must be given ---


def units(active, seeds=2):
    """Active units of each model: those of a model's seeds differ by 1 around the mean."""
    rows = table()[(table()["study"] == "table1") & (table()["number"] == "cds")]
    counts = rows["beta"].map(active) + 0.5 * (-1.0) ** rows["seed"]
    return rows.assign(number="active_units", value=counts)


MEAN = {"statistic": {"kind": "mean"}}


def test_models_are_judged_that_fulfil_what_is_given_in_the_mean_over_seeds():
    values = pd.concat([table(), units({1: 6, 2: 5, 4: 4.9, 8: 2})])
    given = {"number": "active_units", "least": 5}
    row = judged(values, given=given, **MEAN)
    assert row["estimate"] == pytest.approx(0.5 + 0.05 / 2 + 0.0005)
    assert (row["n"], row["runs"]) == (8, 8)
    assert row["reason"] == "left out: 4 models without active_units of at least 5"
    others = judged(values, given={"number": "active_units", "most": 4.9}, **MEAN)
    assert others["n"] == 8
    assert "of at most 4.9" in others["reason"]


def test_where_no_model_fulfils_what_is_given_nothing_is_decided():
    values = pd.concat([table(), units({1: 6, 2: 6, 4: 6, 8: 6})])
    row = judged(values, given={"number": "active_units", "most": 5}, **MEAN)
    assert row["verdict"] == "undecided"
    assert row["n"] == 0
    assert "left out: 8 models" in row["reason"]


def test_what_is_given_may_be_a_number_of_the_image_sets():
    images = {"study": "table1", "model": None, "seed": None, "number": "lead", "case": 0}
    leads = [of_variant(name, 0.1).iloc[:1].assign(**images) for name in ("noisy", "perturbed")]
    leads = [row.assign(value=value) for row, value in zip(leads, (-1.0, 2.0), strict=True)]
    values = pd.concat([of_variant("noisy", 0.1), of_variant("perturbed", 0.3), *leads])
    row = judged(values, given={"number": "lead", "least": 0}, **MEAN)
    assert row["estimate"] == pytest.approx(0.3)
    assert row["reason"] == "left out: 1 image sets without lead of at least 0"


def test_a_bound_may_be_the_setting_that_is_swept():
    """Models whose crossing is at most their own β: of 1 and 2 it is larger, of 4 and 8 not."""
    crossing = units({1: 3, 2: 3, 4: 3, 8: 3}).assign(number="crossing")
    values = pd.concat([table(), crossing])
    row = judged(values, given={"number": "crossing", "most": "beta"}, **MEAN)
    assert row["estimate"] == pytest.approx(0.5 + 0.05 * 2.5 + 0.0005)
    assert row["reason"] == "left out: 4 models without crossing of at most beta"
    with pytest.raises(UserError, match=r"claims.rises.given.most: no study sweeps 'width'"):
        judged(values, given={"number": "crossing", "most": "width"}, **MEAN)


def test_numbers_of_image_sets_alone_are_judged():
    """They have neither model nor seed."""
    rows = of_variant("perturbed", 0.3).iloc[:1].assign(model=None, seed=np.nan)
    values = pd.concat([rows.assign(case=case, value=0.3 + case / 10) for case in range(5)])
    row = judged(values, **MEAN)
    assert row["estimate"] == pytest.approx(0.5)
    assert row["n"] == 5
    assert judged(values, statistic={"kind": "share", "least": 0.45})["estimate"] == 0.6


# --- pairs ---


def test_second_values_are_matched_by_run():
    shuffled = table().sample(frac=1, random_state=0)
    row = judged(shuffled, statistic={"kind": "difference"}, against={"number": "dci"})
    # CDS less DCI is 0.1 for each step of β, so 0.15 on average.
    assert row["estimate"] == pytest.approx(0.15)
    assert row["n"] == 16


def test_second_values_may_be_of_another_variant():
    """Each run is measured on its own images, so that those differ too."""
    row = judged(
        pd.concat([table(), of_variant("perturbed", 0.1)]),
        values=of("cds", variant="original"),
        against={"variant": "perturbed"},
        statistic={"kind": "difference"},
    )
    assert row["n"] == 16
    assert row["estimate"] == pytest.approx(0.575 + 0.0005 - 0.1)


# --- faults ---


def second_phases():
    """The error after updates of the encoder is 1 larger than after those of the decoder."""
    bases = {"ae-12": 2.0, "sae-12": 1.0}
    rows = [
        {**row, "model": f"{base}-after-{part}", "seed": seed, "value": error + more + seed / 100}
        for row in of_variant("original", 0.0).head(1).to_dict("records")
        for base, error in bases.items()
        for part, more in (("encoder", 1.0), ("decoder", 0.0))
        for seed in range(2)
    ]
    return pd.DataFrame(rows)


def test_names_with_fields_are_compared_where_the_fields_are_the_same():
    claim = {
        "values": of("cds", model="{base}-after-encoder"),
        "against": {"model": "{base}-after-decoder"},
    }
    for kind in ("least_difference", "largest_difference"):
        row = judged(second_phases(), **claim, statistic={"kind": kind})
        assert (row["estimate"], row["n"]) == (pytest.approx(1), 4), kind
    without = second_phases()[lambda rows: rows["model"] != "ae-12-after-decoder"]
    row = judged(without, **claim, statistic={"kind": "difference"})
    assert (row["estimate"], row["n"]) == (pytest.approx(1), 2)
    assert row["reason"] == "2 of 4 have no value"


def test_names_with_fields_may_be_compared_with_one_without():
    claim = {
        "values": of("cds", model="{base}-after-encoder"),
        "against": {"model": "sae-12-after-decoder"},
    }
    row = judged(second_phases(), **claim, statistic={"kind": "largest_difference"})
    assert (row["estimate"], row["n"]) == (pytest.approx(2), 4)


def test_two_values_where_one_is_meant_are_refused():
    other = table().assign(value=table()["value"] + 1)
    with pytest.raises(UserError, match="rises: two values of one run are chosen"):
        judged(pd.concat([table(), other]))
    with pytest.raises(UserError, match="rises: two values of one run are chosen"):
        judged(values=of("cds", study=["table1", "maps"]))


def test_a_run_that_two_studies_compare_counts_once():
    again = table()[table()["study"] == "table1"].assign(study="again")
    both = judged(pd.concat([table(), again]), values=of("cds", study=["table1", "again"]))
    once = judged()
    assert [both[key] for key in ("estimate", "low", "n")] == [
        once[key] for key in ("estimate", "low", "n")
    ]


def test_runs_are_judged_on_their_own_images_unless_the_claim_names_others():
    images = (("perturbed", 0.1), ("noisy", 0.3))
    values = [table(), *(of_variant("perturbed", value, on) for on, value in images)]

    def mean(**chosen):
        of_mean = {"values": of("cds", variant="perturbed", **chosen), "against": None}
        return judged(pd.concat(values), **of_mean, statistic={"kind": "mean"})["estimate"]

    assert mean() == pytest.approx(0.1)
    assert mean(on="noisy") == pytest.approx(0.3)


def test_several_numbers_are_each_compared_with_their_own():
    values = pd.concat([table(), of_variant("perturbed", 0.1)])
    row = judged(
        values,
        values={**of(["cds", "dci"], variant="original"), "model": "vae-b8-d12"},
        against={"variant": "perturbed"},
        statistic={"kind": "least_difference"},
    )
    assert row["n"] == 4
    # CDS is 0.65 and DCI 0.35 at β = 8: their mean less 0.1
    assert row["estimate"] == pytest.approx(0.4 + 0.0005)


def measured(values, errors, variant="original"):
    """One run with numbers and their standard errors."""
    shared = of_variant(variant, 0.0).iloc[:1]
    rows = [shared.assign(number=name, value=value) for name, value in values.items()]
    rows += [shared.assign(number=f"{name}_se", value=error) for name, error in errors.items()]
    return pd.concat(rows)


def test_numbers_that_know_their_errors_need_one_run():
    values = pd.concat(
        [
            measured({"a": 0.9, "b": 0.5}, {"a": 0.03, "b": 0.01}),
            measured({"a": 0.8, "b": 0.5}, {"a": 0.04, "b": 0.01}, "perturbed"),
        ]
    )
    row = judged(
        values,
        values=of(["a", "b"], variant="perturbed"),
        against={"variant": "original"},
        statistic={"kind": "least_measured_difference"},
    )
    assert (row["estimate"], row["n"]) == (pytest.approx(-0.1), 2)
    # z(1 - 0.05 / 4) = 2.2414 and the error of a's difference is 0.05
    assert row["low"] == pytest.approx(-0.1 - 2.2414 * 0.05, abs=1e-5)
    assert row["high"] == pytest.approx(-0.1 + 2.2414 * 0.05, abs=1e-5)


def test_a_number_without_its_error_has_no_interval():
    values = pd.concat([measured({"a": 0.9}, {}), measured({"a": 0.8}, {"a": 0.1}, "perturbed")])
    row = judged(
        values,
        values=of("a", variant="perturbed"),
        against={"variant": "original"},
        statistic={"kind": "least_measured_difference"},
    )
    assert row["verdict"] == "undecided"
    assert row["estimate"] == pytest.approx(-0.1)
    assert row["reason"] == "a standard error is missing"


def test_values_without_a_partner_are_counted():
    partners = of_variant("perturbed", 0.1)
    row = judged(
        pd.concat([table(), partners[partners["seed"] == 0]]),
        values=of("cds", variant="original"),
        against={"variant": "perturbed"},
        statistic={"kind": "difference"},
    )
    assert row["n"] == 8
    assert "8 of 16 have no value" in row["reason"]


FAULTS = [
    ({"sentense": "x"}, ["'sentense'", "sentence"]),
    ({"paper": "responses"}, ["'paper'", "allowed"]),
    ({"where": None}, ["where is missing"]),
    ({"below": 1}, ["either above or below"]),
    ({"above": None}, ["either above or below"]),
    ({"values": {"study": "a"}}, ["number is missing"]),
    ({"values": {"number": "a"}}, ["study is missing"]),
    ({"values": {"number": "a", "study": "b", "modle": "c"}}, ["'modle'", "model"]),
    ({"statistic": {"kind": "slope"}}, ["'slope'", "trend"]),
    ({"statistic": {"kind": "trend"}}, ["trend takes over", "not none"]),
    ({"statistic": {"kind": "mean", "least": 1}}, ["mean takes no settings", "least"]),
    ({"statistic": {"kind": "share"}}, ["least or most"]),
    ({"statistic": {"kind": "share", "least": 1, "most": 2}}, ["least or most"]),
    ({"statistic": {"kind": "difference"}}, ["difference needs `against`"]),
    ({"against": {"number": "dci"}}, ["trend takes no `against`"]),
    ({"given": {"number": "a", "leest": 1}}, ["given", "'leest'", "least"]),
    ({"given": {"number": "a"}}, ["given", "either least or most"]),
    ({"given": {"number": "a", "least": 1, "most": 2}}, ["given", "either least or most"]),
    ({"given": {"least": 1}}, ["given", "give number"]),
]


@pytest.mark.parametrize(("changes", "words"), FAULTS)
def test_faults_name_the_claim_and_what_is_wrong(changes, words):
    entry = {key: value for key, value in {**BASE, **changes}.items() if value is not None}
    with pytest.raises(UserError) as caught:
        parse_claims([entry])
    for word in ("claims.rises", *words):
        assert word in str(caught.value)


def test_a_name_can_be_used_once():
    with pytest.raises(UserError, match="'rises' is listed twice"):
        parse_claims([BASE, BASE])
