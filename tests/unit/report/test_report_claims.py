"""Claims in words and as pictures."""

import re

import numpy as np
import pandas as pd
import pytest
from made_results import judged

from latent_assays.claims import STATISTICS as COMPUTED
from latent_assays.places import rooms
from latent_assays.report.claims import STATISTICS, counts_of, shown_claims
from latent_assays.report.drawings import interval, tally
from latent_assays.store import read_yaml

ENTRY = {
    "claim": "a",
    "where": "Table 1",
    "sentence": "It rises.",
    "values": {"number": "mig", "study": "table1", "model": ["x", "y"]},
    "against": {"variant": "perturbed", "study": ["table1", "table2"]},
    "given": {"number": "r2", "least": 0},
    "statistic": {"kind": "difference"},
    "above": 0.1,
    "note": "Mind.",
}


def shown(n=0, **changed):
    row = judged(n, ENTRY) | changed
    (claim,) = shown_claims(pd.DataFrame([row]), [ENTRY])
    return claim


def test_a_claim_says_what_was_compared():
    claim = shown()
    assert claim.statistic == "the mean difference of matched runs"
    assert claim.values == "mig, study table1, model x or y, where r2 is at least 0"
    assert claim.against == "study table1 or table2, variant perturbed"
    assert claim.studies == ("table1", "table2")
    assert claim.estimate == "1.1, from 0.6 to 1.6"
    assert (claim.verdict, claim.n, claim.runs, claim.note) == ("holds", 4, 2, "Mind.")


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ("trend over beta", "the rank correlation with beta"),
        ("share least 0.8", "the share of values of at least 0.8"),
        ("share most 0", "the share of values of at most 0"),
        ("mean", "the mean"),
        ("something new", "something new"),
    ],
)
def test_a_statistic_in_words(told, words):
    assert shown(statistic=told).statistic == words


def test_there_are_words_for_every_statistic():
    assert set(STATISTICS) == set(COMPUTED)


def test_undecided_has_its_reason_and_no_numbers_that_are_not_there():
    claim = shown(2)
    assert (claim.verdict, claim.estimate, claim.picture) == ("undecided", "no estimate", "")
    assert claim.reason == "one seed gives no interval"
    assert shown(2, estimate=-0.2).estimate == "−0.2"


def test_claims_of_every_room_are_found_by_name():
    for slug, room in rooms().items():
        entries = read_yaml(room / "claims.yaml")
        rows = pd.DataFrame([judged(n, entry) for n, entry in enumerate(entries)])
        claims = shown_claims(rows, entries)
        assert all(claim.values and claim.studies for claim in claims), slug
        assert counts_of(claims) == {"holds": 1, "fails": 1, "undecided": len(entries) - 2}


# --- pictures ---


def places(svg, mark):
    return float(re.search(rf'class="{mark}[^"]*" (?:c?x1?)="([\d.]+)"', svg)[1])


def test_an_interval_stands_on_its_side_of_the_bound():
    above, below = interval(0.5, 0.2, 0.8, "> 0"), interval(-0.5, -0.8, -0.2, "> 0")
    assert places(above, "bound") < places(above, "estimate")
    assert places(below, "bound") > places(below, "estimate")
    assert above.count('class="range"') == 3
    assert "Estimate 0.5, from 0.2 to 0.8; the claim says &gt; 0" in above


def test_the_side_where_a_claim_holds_is_shaded():
    assert 'class="side" x="0"' in interval(0.5, 0.2, 0.8, "< 1")
    assert 'class="side" x="0"' not in interval(0.5, 0.2, 0.8, "> 1")


def test_without_interval_or_estimate_less_is_drawn():
    lone = interval(0.5, None, None, "> 0")
    assert 'class="estimate hollow"' in lone
    assert 'class="range"' not in lone
    assert "without an interval" in lone
    assert interval(None, None, None, "> 0") == ""
    assert 'class="estimate' in interval(0.0, 0.0, 0.0, "> 0")


def test_a_tally_has_a_part_for_each_verdict_that_is_there():
    svg = tally({"holds": 30, "fails": 1, "undecided": 0})
    widths = [float(width) for width in re.findall(r'width="([\d.]+)" height="16"', svg)]
    assert len(widths) == 2
    assert widths[0] > 10 * widths[1] > 100
    assert sum(widths) == pytest.approx(672)
    assert 'aria-label="Claims: 30 holds, 1 fails, 0 undecided"' in svg
    assert "rect" not in tally({})
    assert not np.isnan(widths).any()
