"""Claims: what they select, how they are judged, and faults in the list."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from latent_assays.claims import judge, parse_claims, select
from latent_assays.errors import UserError

CLAIMS = Path(__file__).parents[3] / "resources/claims.yaml"
BASE = {
    "claim": "rises",
    "paper": "responses",
    "where": "Table 1",
    "sentence": "It rises.",
    "values": {"score": "cds", "model": "vae-b{beta}-d{latents}"},
    "statistic": {"kind": "trend", "over": "beta"},
    "above": 0,
}


def table():
    """CDS rises with β and lies above DCI, which falls; another paper has its own numbers."""
    rows = [
        {
            "paper": "responses",
            "dataset": "shapes3d",
            "variant": "original",
            "model": f"vae-b{beta}-d{latents}",
            "seed": seed,
            "case": 0,
            "score": score,
            "value": 0.5 + sign * 0.05 * place + 0.001 * seed,
            "source": "a stand-in",
        }
        for latents in (12, 24)
        for place, beta in enumerate((1, 2, 4, 8))
        for seed in range(2)
        for score, sign in (("cds", 1), ("dci", -1))
    ]
    other = [row | {"paper": "structure", "value": 0.0} for row in rows[:4]]
    return pd.DataFrame(rows + other)


def judged(table_=None, **changes):
    entry = {key: value for key, value in {**BASE, **changes}.items() if value is not None}
    table_ = table() if table_ is None else table_
    (row,) = judge(parse_claims([entry]), table_).to_dict("records")
    return row


def of(score):
    return {**BASE["values"], "score": score}


def test_the_shipped_claims_are_well_formed():
    claims = parse_claims(yaml.safe_load(CLAIMS.read_text(encoding="utf-8")))
    assert len(claims) >= 15
    assert {claim.paper for claim in claims} >= {"responses"}


def test_a_claim_that_holds_says_on_what_it_rests():
    row = judged()
    assert row["verdict"] == "holds"
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
    changes = {"statistic": {"kind": "share", "most": -1}, "above": 0}
    row = judged(**changes)
    assert (row["estimate"], row["low"]) == (0, 0)
    assert row["verdict"] == "undecided"


def test_second_values_are_matched_by_run():
    shuffled = table().sample(frac=1, random_state=0)
    row = judged(shuffled, statistic={"kind": "difference"}, against={"score": "dci"})
    # CDS less DCI is 0.1 for each step of β, so 0.15 on average.
    assert row["estimate"] == pytest.approx(0.15)
    assert row["n"] == 16


def test_second_values_may_be_of_another_variant():
    both = pd.concat([table(), table().assign(variant="perturbed", value=0.1)])
    values = {"score": "cds", "variant": "original"}
    row = judged(
        both, values=values, against={"variant": "perturbed"}, statistic={"kind": "difference"}
    )
    assert row["estimate"] == pytest.approx(0.575 + 0.0005 - 0.1)


def test_values_that_are_missing_are_told_and_left_out():
    values = table()
    values.loc[(values["score"] == "cds") & (values["model"] == "vae-b8-d24"), "value"] = np.nan
    row = judged(values)
    assert row["n"] == 14
    assert "2 of 16 have no value" in row["reason"]


def test_a_claim_without_values_is_undecided_and_says_so():
    row = judged(values={**BASE["values"], "score": "irs"})
    assert row["verdict"] == "undecided"
    assert np.isnan(row["estimate"])
    assert (row["n"], row["runs"]) == (0, 0)
    assert "no run" in row["reason"]


def test_values_of_no_single_paper_are_seen_by_all():
    values = table()
    row = judged(values[values["paper"] == "responses"].assign(paper=""))
    assert row["verdict"] == "holds"


def test_a_value_that_is_there_twice_is_refused():
    with pytest.raises(ValueError, match="rises: a value of one run is there twice"):
        judged(pd.concat([table(), table()]))


def test_one_seed_is_undecided():
    values = table()
    row = judged(values[values["seed"] == 0])
    assert row["estimate"] == 1
    assert row["verdict"] == "undecided"
    assert "one seed" in row["reason"]


def test_fields_of_model_names_become_numbers():
    rows = select(table(), {"score": "cds", "model": "vae-b{beta}-d{latents}"})
    assert set(rows["{beta}"]) == {1, 2, 4, 8}
    assert set(rows["{latents}"]) == {12, 24}
    assert set(select(table(), {"model": "vae-b{beta}-d12"})["model"]) == {
        f"vae-b{beta}-d12" for beta in (1, 2, 4, 8)
    }
    assert set(select(table(), {"model": "vae-b1-d12"})["model"]) == {"vae-b1-d12"}
    # A dot or a longer name is not taken for a match.
    assert select(table(), {"model": "vae.b1-d12"}).empty
    assert select(table(), {"model": "vae-b{beta}"}).empty


FAULTS = [
    ({"sentense": "x"}, ["'sentense'", "sentence"]),
    ({"where": None}, ["where is missing"]),
    ({"below": 1}, ["either above or below"]),
    ({"above": None}, ["either above or below"]),
    ({"values": {"model": "a"}}, ["score is missing"]),
    ({"values": {"score": "a", "modle": "b"}}, ["'modle'", "model"]),
    ({"statistic": {"kind": "slope"}}, ["'slope'", "trend"]),
    ({"statistic": {"kind": "trend"}}, ["trend takes over", "not none"]),
    ({"statistic": {"kind": "trend", "over": "width"}}, ["{width}"]),
    ({"statistic": {"kind": "mean", "least": 1}}, ["mean takes no settings", "least"]),
    ({"statistic": {"kind": "share"}}, ["least or most"]),
    ({"statistic": {"kind": "share", "least": 1, "most": 2}}, ["least or most"]),
    ({"statistic": {"kind": "difference"}}, ["difference needs `against`"]),
    ({"against": {"score": "dci"}}, ["trend takes no `against`"]),
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
