"""Statistics of claims: known answers, intervals that cover, and reasons where there is none."""

import numpy as np
import pandas as pd
import pytest

from latent_assays.claims import statistics
from latent_assays.claims.statistics import STATISTICS
from latent_assays.errors import UserError


def estimate(kind, rows, **settings):
    """Rows are of one run each unless they say otherwise."""
    rows = pd.DataFrame(rows)
    place = {"dataset": "d", "variant": "original", "on": "original", "model": "m"}
    runs = {**place, "seed": range(len(rows))}
    return STATISTICS[kind].estimate(rows.assign(**(runs | dict(rows))), **settings)


def sweep(values, seeds=2, noise=0.0, seed=0):
    """Values by β and, for each β, as many seeds."""
    random = np.random.default_rng(seed)
    return [
        {"beta": float(2**place), "model": f"b{place}", "seed": s, "value": value + noise * e}
        for place, value in enumerate(values)
        for s, e in enumerate(random.standard_normal(seeds))
    ]


def test_mean_has_students_interval():
    result = estimate("mean", {"value": [1.0, 2.0, 3.0]})
    assert (result.value, result.n) == (2, 3)
    # t(0.975; 2) = 4.3027, s = 1
    assert result.high - 2 == pytest.approx(4.3027 / np.sqrt(3), rel=1e-4)
    assert result.low + result.high == pytest.approx(4)


def test_one_row_has_a_value_and_no_interval():
    for kind, rows in (
        ("mean", {"value": [1.0]}),
        ("difference", {"value": [1.5], "against": [0.5]}),
    ):
        result = estimate(kind, rows)
        assert result.value == 1
        assert np.isnan([result.low, result.high]).all()
        assert "no interval" in result.reason


def test_difference_is_of_matched_rows():
    """Large spread over rows does not hide a constant difference."""
    values = np.array([1.0, 100, 3, 50])
    result = estimate("difference", {"value": values + 2, "against": values})
    assert result.value == pytest.approx(2)
    assert result.low == pytest.approx(2)


def test_least_difference_is_that_of_the_worst_row():
    rows = [
        {"model": model, "seed": seed, "value": value + 0.01 * seed, "against": 0.0}
        for model, value in (("good", 0.5), ("bad", -0.2), ("fair", 0.1))
        for seed in range(3)
    ]
    result = estimate("least_difference", rows)
    assert result.value == pytest.approx(-0.19)
    assert result.low < -0.19 < result.high < 0


def test_largest_difference_is_that_of_the_best_row():
    rows = [
        {"model": model, "seed": seed, "value": value + 0.01 * seed, "against": 0.0}
        for model, value in (("good", -0.1), ("bad", -0.5), ("fair", -0.3))
        for seed in range(3)
    ]
    result = estimate("largest_difference", rows)
    assert result.value == pytest.approx(-0.09)
    assert result.low < -0.09 < result.high < 0


def test_the_interval_of_a_least_measured_difference_covers_it():
    """Of three true differences the smallest is -0.1; each is measured with an error of 0.1."""
    random, truth = np.random.default_rng(0), np.array([-0.1, -0.05, 0.0])
    missed = 0
    for _ in range(300):
        rows = {"value": truth + 0.1 * random.standard_normal(3), "against": np.zeros(3)}
        rows |= {"error": np.full(3, 0.1), "against_error": np.zeros(3)}
        result = estimate("least_measured_difference", rows)
        missed += not result.low <= -0.1 <= result.high
    assert missed <= 25  # more than 15 + 10 at 5 % has a chance of 0.5 %


def grid(values, against=0.0):
    """Rows of `values` (seeds, models)."""
    return [
        {"model": f"m{model}", "seed": seed, "value": float(value), "against": against}
        for seed, line in enumerate(values)
        for model, value in enumerate(line)
    ]


def spreads(**models):
    """Rows of some models, each with its seeds' values, against 0, 1, 2, ... of one other."""
    place = {"dataset": "d", "variant": "original", "on": "original"}
    return pd.DataFrame(
        {**place, "model": model, "seed": seed, "value": value, "against": float(seed)}
        for model, values in models.items()
        for seed, value in enumerate(values)
    )


def test_the_least_spread_ratio_is_that_of_the_model_that_varies_least():
    rows = spreads(wide=[0, 6, 12], narrow=[7, 9, 11])
    found = STATISTICS["least_spread_ratio"].estimate(rows)
    assert (found.value, found.n) == (pytest.approx(2), 6)
    # F(2,2) exceeds x with probability 1 / (1 + x), so 39 with 2.5 % and 79 with half of that
    assert (found.low, found.high) == (pytest.approx(2 / 39**0.5), pytest.approx(2 * 79**0.5))


def test_where_all_vary_alike_a_spread_ratio_seldom_decides():
    random, wrong = np.random.default_rng(0), 0
    for _ in range(200):
        drawn = spreads(**{f"m{model}": random.normal(size=5) for model in range(6)})
        drawn["against"] = np.tile(random.normal(size=5), 6)
        found = STATISTICS["least_spread_ratio"].estimate(drawn)
        wrong += found.low > 1 or found.high < 1
    assert wrong <= 12  # at most 10 are expected


def test_one_seed_or_none_that_varies_has_no_ratio_of_spreads():
    for rows in (spreads(one=[3.0]), spreads(two=[1.0, 2.0]).assign(against=1.0)):
        found = STATISTICS["least_spread_ratio"].estimate(rows)
        assert np.isnan([found.value, found.low, found.high]).all()
        assert found.reason


def test_a_tuned_difference_is_of_the_model_that_the_lower_seeds_choose_on_the_others():
    """Seeds 0 and 1 choose m1, which is the worse one of seeds 2 to 4."""
    result = estimate("tuned_difference", grid([[9, 3], [0, 8], [7, 4], [7, 5], [7, 6]], against=1))
    assert result.n == 3
    assert result.value == 4


def test_a_tuned_difference_is_chosen_for_each_place_alone():
    one = [row | {"dataset": "d"} for row in grid([[0, 1], [0, 1]])]
    other = [row | {"dataset": "e"} for row in grid([[2, 0], [2, 0]])]
    result = estimate("tuned_difference", one + other)
    assert (result.value, result.n) == (1.5, 2)


def test_tuning_on_noise_gains_nothing():
    """The best of equal models would look better than any; the one chosen elsewhere does not."""
    random = np.random.default_rng(0)
    drawn = (grid(random.standard_normal((6, 5))) for _ in range(200))
    results = [estimate("tuned_difference", rows) for rows in drawn]
    assert abs(np.mean([result.value for result in results])) < 0.15
    assert sum(result.low > 0 for result in results) <= 12  # at 2.5 % more has a chance of 0.2 %


def test_one_seed_cannot_be_tuned_on_others():
    result = estimate("tuned_difference", grid([[0, 1]]))
    assert np.isnan(result.value)
    assert "at least 2" in result.reason


@pytest.mark.parametrize(("values", "expected"), [([1, 2, 3, 4], 1), ([4, 3, 2, 1], -1)])
def test_a_monotone_trend_is_one(values, expected):
    result = estimate("trend", sweep(values, noise=0.01), over="beta")
    assert (result.value, result.low, result.high) == (expected,) * 3


def test_a_trend_within_the_noise_of_seeds_is_uncertain():
    result = estimate("trend", sweep([1, 1.1, 1, 1.1], seeds=3, noise=2), over="beta")
    assert result.low < 0 < result.high


def test_a_trend_is_computed_within_the_other_settings():
    """Each size rises with β; taken together they would not (a larger size lies far below)."""
    rows = [
        row | {"latents": latents, "value": row["value"] - 100 * latents}
        for latents in (1.0, 2.0)
        for row in sweep([1, 2, 3], noise=0.01, seed=int(latents))
    ]
    assert estimate("trend", rows, over="beta").value == 1


def test_a_trend_needs_a_setting_that_is_swept():
    with pytest.raises(UserError, match=r"a trend over 'width' needs .* swept are beta$"):
        estimate("trend", sweep([1, 2, 3]), over="width")


def test_a_setting_that_only_some_models_have_does_not_divide_a_trend():
    """Each column of the collected numbers is there in all studies, and empty in some."""
    rows = [row | {"k": None, "floor": 1.0, "steps": 10} for row in sweep([1, 2, 3], noise=0.01)]
    assert estimate("trend", rows, over="beta").value == 1


def test_what_differs_in_dataset_or_in_a_setting_of_some_is_a_trend_of_its_own():
    """Pooled, one that rises and one that falls would have none, and each would be 1 and -1."""
    rising, falling = sweep([1, 2, 3]), sweep([3, 2, 1])
    for apart in ({"dataset": "e"}, {"on": "noisy"}, {"k": 2.0}):
        rows = [*rising, *rising, *(row | apart for row in falling)]
        rows = [{"dataset": "d", "on": "original", "k": None} | row for row in rows]
        assert estimate("trend", rows, over="beta").value == 0


def test_a_trend_of_one_seed_has_no_interval_and_of_two_values_no_value():
    result = estimate("trend", sweep([1, 2, 3], seeds=1), over="beta")
    assert result.value == 1
    assert "one seed" in result.reason
    assert np.isnan(estimate("trend", sweep([1, 2]), over="beta").value)


def test_equal_values_have_no_trend():
    result = estimate("trend", sweep([1, 1, 1]), over="beta")
    assert np.isnan(result.value)
    assert result.reason


def test_the_bootstrap_over_two_seeds_has_the_right_variance():
    """Least difference of one model is its mean: the interval must be that of a mean of two."""
    random = np.random.default_rng(1)
    widths = []
    for _ in range(200):
        values = random.standard_normal(2)
        rows = {"model": ["m"] * 2, "seed": [0, 1], "value": values, "against": [0.0, 0.0]}
        result = estimate("least_difference", rows)
        widths.append((result.high - result.low) ** 2)
    # Resamples of two are the two values (1/4 each) or their mean: enlarged by sqrt 2, the interval
    # spans sqrt 2 |x - y|, whose mean square is 4.
    assert np.mean(widths) == pytest.approx(4, rel=0.3)


def models(x, y, seeds=1):
    """One row for each seed of each model; the seeds of a model agree."""
    return [
        {"model": f"m{place}", "seed": seed, "value": pair[0], "against": pair[1]}
        for place, pair in enumerate(zip(x, y, strict=True))
        for seed in range(seeds)
    ]


def test_correlation_is_of_ranks():
    x = np.arange(1, 9.0)
    result = estimate("correlation", models(x, np.exp(x)))
    assert (result.value, result.low, result.high) == (1, 1, 1)
    independent = np.random.default_rng(0).standard_normal((2, 12))
    result = estimate("correlation", models(*independent))
    assert result.low < 0 < result.high


def test_more_seeds_of_the_same_models_make_a_correlation_no_surer():
    x, y = np.random.default_rng(3).standard_normal((2, 8))
    one, many = (estimate("correlation", models(x, y, seeds)) for seeds in (1, 20))
    assert (one.low, one.value, one.high) == pytest.approx((many.low, many.value, many.high))
    assert (one.n, many.n) == (8, 160)


def test_correlation_needs_models_that_differ():
    assert "at least 4" in estimate("correlation", models([1.0, 2, 3], [1.0, 2, 3], 2)).reason
    assert "the same" in estimate("correlation", models([1.0] * 5, [1.0, 2, 3, 4, 5])).reason


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"), [(0, 10, 0, 0.3085), (10, 10, 0.6915, 1), (5, 10, 0.1871, 0.8129)]
)
def test_a_share_has_the_exact_binomial_interval(hits, n, low, high):
    values = [1.0] * hits + [0.0] * (n - hits)
    result = estimate("share", {"value": values}, least=0.5)
    assert result.value == hits / n
    assert (result.low, result.high) == pytest.approx((low, high), abs=1e-4)
    opposite = estimate("share", {"value": values}, most=0.5)
    assert opposite.value == 1 - hits / n


def test_limits_of_a_share_are_inclusive():
    assert estimate("share", {"value": [0.0, 1.0]}, most=0).value == 0.5
    assert estimate("share", {"value": [0.0, 1.0]}, least=1).value == 0.5


def rows_of_runs(shares, rows=50):
    """As many rows in each run, of which a share is 1 and the others 0."""
    values = [np.arange(rows) < round(share * rows) for share in shares]
    seeds = np.repeat(np.arange(len(shares)), rows)
    return {"value": np.concatenate(values).astype(float), "seed": seeds}


def test_rows_of_one_run_are_not_taken_as_independent():
    """Runs that are all 0 or all 1 tell no more than one row each would."""
    result = estimate("share", rows_of_runs([1, 1, 0, 1, 0, 1, 1, 0, 1, 1]), least=0.5)
    alone = estimate("share", {"value": [1.0, 1, 0, 1, 0, 1, 1, 0, 1, 1]}, least=0.5)
    assert result.n == 500
    assert result.low <= alone.low < alone.high <= result.high


def test_where_all_rows_agree_a_run_counts_as_one_row():
    result = estimate("share", rows_of_runs([1, 1]), least=0.5)
    assert (result.value, result.high) == (1, 1)
    assert result.low == pytest.approx(0.025**0.5)  # 2 of 2


def test_two_runs_that_happen_to_agree_are_little_evidence():
    result = estimate("share", rows_of_runs([0.5, 0.5]), least=0.5)
    assert result.high - result.low > 0.8


def test_more_hits_never_lower_an_interval():
    results = [
        estimate("share", rows_of_runs([1] * 19 + [last], 24), least=0.5)
        for last in np.arange(25) / 24
    ]
    assert np.all(np.diff([result.low for result in results]) > 0)
    assert np.all(np.diff([result.high for result in results]) >= 0)


def test_a_share_of_one_run_has_no_interval():
    result = estimate("share", rows_of_runs([0.5]), least=0.5)
    assert result.value == 0.5
    assert np.isnan([result.low, result.high]).all()
    assert "one run" in result.reason


def test_the_interval_of_a_share_covers_over_runs():
    """Runs whose own shares scatter: 95 % intervals miss the true one in about 5 %."""
    random = np.random.default_rng(0)
    missed = 0
    for _ in range(200):
        result = estimate("share", rows_of_runs(random.beta(4, 2, size=6), rows=30), least=0.5)
        missed += not result.low <= 4 / 6 <= result.high
    assert missed <= 20  # more than 10 % has a chance of 0.3 % at 5 %


@pytest.mark.slow
@pytest.mark.parametrize("seeds", [2, 3])
def test_noise_is_hardly_ever_taken_for_a_trend_and_a_trend_mostly_found(seeds, monkeypatch):
    monkeypatch.setattr(statistics, "RESAMPLES", 400)
    decided = {0.0: 0, 1.0: 0}
    for effect in decided:
        for draw in range(100):
            rows = sweep(effect * np.arange(4), seeds=seeds, noise=1, seed=draw)
            more = sweep(effect * np.arange(4), seeds=seeds, noise=1, seed=1000 + draw)
            rows = [row | {"latents": 1.0} for row in rows]
            rows += [row | {"latents": 2.0} for row in more]
            decided[effect] += estimate("trend", rows, over="beta").low > 0
    # One-sided level 2.5 %: more than 8 of 100 has a chance of 0.2 %.
    assert decided[0.0] <= 8
    assert decided[1.0] >= 80
