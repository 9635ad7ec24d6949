"""The noise floor: pooled spreads by hand, and a power that simulated t tests have."""

import numpy as np
import pytest
from made_results import collected
from scipy.stats import t

from latent_assays.report.noise import floors, telling_difference


def floor(rows, number="mig", studies=("table1",), datasets=("shapes3d",)):
    (found,) = floors(rows, [number], studies, datasets)
    return found


def test_the_spread_is_pooled_over_groups_by_their_degrees_of_freedom():
    """Deviations ±0.1 (one degree of freedom) and -0.3, 0, 0.3 (two)."""
    found = floor(collected(["table1"], [(0.2, 0.4), (0.2, 0.5, 0.8)]))
    assert found.sd == pytest.approx(np.sqrt((2 * 0.1**2 + 2 * 0.3**2) / 3))
    assert (found.groups, found.degrees, found.seeds, found.reason) == (2, 3, 2, "")


def test_groups_of_one_seed_say_nothing_of_the_spread():
    found = floor(collected(["table1"], [(0.2, 0.4), (0.9,), (0.1,)]))
    assert found.sd == pytest.approx(np.sqrt(0.02))
    assert (found.groups, found.degrees, found.seeds) == (1, 1, 1)


def test_one_seed_everywhere_gives_no_floor_but_a_reason():
    found = floor(collected(["table1"], [(0.2,), (0.9,)]))
    assert found.sd is None
    assert found.difference is None
    assert "one seed" in found.reason


def test_a_run_of_two_studies_counts_once():
    once = floor(collected(["table1"]))
    twice = floor(collected(["table1", "table2"]), studies=["table1", "table2"])
    assert twice == once


def test_values_of_other_studies_datasets_and_images_are_left_out():
    rows = collected(["table1"])
    assert floors(rows, ["mig"], ["table2"], ["shapes3d"]) == []
    assert floors(rows, ["mig"], ["table1"], ["dsprites"]) == []
    rows["model"] = None
    assert floors(rows, ["mig"], ["table1"], ["shapes3d"]) == []


def test_missing_values_and_numbers_with_many_values_a_run_are_left_out():
    rows = collected(["table1"], [(0.2, 0.4, np.nan)])
    assert floor(rows).degrees == 1
    rows["case"] = [0, 1, 2]
    rows["seed"] = 0
    rows["value"] = 0.5
    assert floors(rows, ["mig"], ["table1"], ["shapes3d"]) == []


def test_a_spread_over_images_is_told_where_it_was_measured():
    import pandas as pd

    rows = collected(["table1"])
    assert floor(rows).error is None
    both = pd.concat([rows, collected(["table1"], [(0.01, 0.03)], number="mig_se")])
    assert floor(both).error == pytest.approx(0.02)


@pytest.mark.parametrize(("degrees", "seeds", "expected"), [(18, 10, 1.3249), (38, 20, 0.9091)])
def test_the_difference_is_that_of_tables_of_power(degrees, seeds, expected):
    """Cohen's d of two groups of n, two-sided 5 %, power 0.8; G*Power prints these."""
    assert telling_difference(1.0, degrees, seeds) == pytest.approx(expected, abs=2e-4)


@pytest.mark.parametrize(("degrees", "seeds"), [(1, 2), (3, 2), (8, 5)])
def test_simulated_tests_have_80_percent_power(degrees, seeds):
    draw = np.random.default_rng(0)
    sd = 0.3
    difference = telling_difference(sd, degrees, seeds)
    means = difference + sd * np.sqrt(2 / seeds) * draw.standard_normal(200_000)
    spread = sd * np.sqrt(draw.chisquare(degrees, 200_000) / degrees)
    statistic = means / (spread * np.sqrt(2 / seeds))
    assert (abs(statistic) > t.ppf(0.975, degrees)).mean() == pytest.approx(0.8, abs=0.004)


def test_more_seeds_and_less_spread_tell_smaller_differences():
    assert telling_difference(1, 8, 4) == pytest.approx(telling_difference(1, 8, 1) / 2)
    assert telling_difference(0.5, 8, 4) == pytest.approx(telling_difference(1, 8, 4) / 2)
    assert telling_difference(0, 8, 4) == 0
