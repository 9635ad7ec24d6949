"""Statistics of claims: known answers, intervals that cover, and reasons where there is none."""

import numpy as np
import pandas as pd
import pytest

from latent_assays.claims import statistics
from latent_assays.claims.statistics import STATISTICS


def estimate(kind, rows, **settings):
    return STATISTICS[kind].estimate(pd.DataFrame(rows), **settings)


def sweep(values, seeds=2, noise=0.0, seed=0):
    """Values by β and, for each β, as many seeds."""
    random = np.random.default_rng(seed)
    return [
        {"{beta}": float(2**place), "model": f"b{place}", "seed": s, "value": value + noise * e}
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
        row | {"{latents}": latents, "value": row["value"] - 100 * latents}
        for latents in (1.0, 2.0)
        for row in sweep([1, 2, 3], noise=0.01, seed=int(latents))
    ]
    assert estimate("trend", rows, over="beta").value == 1


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


def test_correlation_is_of_ranks():
    x = np.arange(1, 9.0)
    result = estimate("correlation", {"value": x, "against": np.exp(x)})
    assert (result.value, result.low, result.high) == (1, 1, 1)
    independent = np.random.default_rng(0).standard_normal((2, 12))
    result = estimate("correlation", {"value": independent[0], "against": independent[1]})
    assert result.low < 0 < result.high


def test_correlation_needs_rows_that_differ():
    assert "at least 4" in estimate("correlation", {"value": [1.0], "against": [1.0]}).reason
    constant = {"value": [1.0] * 5, "against": [1.0, 2, 3, 4, 5]}
    assert "the same" in estimate("correlation", constant).reason


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


@pytest.mark.slow
@pytest.mark.parametrize("seeds", [2, 3])
def test_noise_is_hardly_ever_taken_for_a_trend_and_a_trend_mostly_found(seeds, monkeypatch):
    monkeypatch.setattr(statistics, "RESAMPLES", 400)
    decided = {0.0: 0, 1.0: 0}
    for effect in decided:
        for draw in range(100):
            rows = sweep(effect * np.arange(4), seeds=seeds, noise=1, seed=draw)
            more = sweep(effect * np.arange(4), seeds=seeds, noise=1, seed=1000 + draw)
            rows = [row | {"{latents}": 1.0} for row in rows]
            rows += [row | {"{latents}": 2.0} for row in more]
            decided[effect] += estimate("trend", rows, over="beta").low > 0
    # One-sided level 2.5 %: more than 8 of 100 has a chance of 0.2 %.
    assert decided[0.0] <= 8
    assert decided[1.0] >= 80
