"""Statistics of claims: an estimate with a 95 % interval, or the reason why there is none."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from latent_assays.errors import UserError
from latent_assays.results import COLUMNS

__all__ = ["PLACE", "RUN", "STATISTICS", "Estimate", "Statistic"]

RUN = ["dataset", "variant", "model", "seed"]  # what tells one run from another
PLACE = ["dataset", "variant", "on"]  # of a run: what it was trained and measured on
LEVEL = 0.95
RESAMPLES = 2000


@dataclass(frozen=True)
class Estimate:
    """A number and how well it is known.

    Attributes:
        value: NaN where it cannot be computed.
        low: lower end of the 95 % interval; NaN where there is none.
        high: upper end.
        n: rows that it is made of.
        reason: why value or interval is missing.
    """

    value: float
    low: float
    high: float
    n: int
    reason: str = ""


@dataclass(frozen=True)
class Statistic:
    """How a claim's rows become an estimate.

    Attributes:
        estimate: function of the rows and of the statistic's own settings.
        settings: names of these; all are needed, but of `least` and `most` exactly one.
        paired: whether the rows hold a second value, `against`.
        errors: whether the rows hold the standard errors of both values, `error` and
            `against_error`; they are numbers `NAME_se`.
    """

    estimate: Callable[..., Estimate]
    settings: tuple[str, ...] = ()
    paired: bool = False
    errors: bool = False


def mean(rows: pd.DataFrame) -> Estimate:
    """Mean of `value` over rows, with Student's t interval."""
    return _student(rows["value"].to_numpy())


def difference(rows: pd.DataFrame) -> Estimate:
    """Mean over matched rows of `value` - `against`, with Student's t interval."""
    return _student((rows["value"] - rows["against"]).to_numpy())


def least_difference(rows: pd.DataFrame) -> Estimate:
    """Smallest over models of the mean difference, with an interval over seeds.

    For claims that something holds in every row of a table.
    """
    return _over_seeds(_differences(rows), len(rows), lambda means: means.min(axis=-1))


def largest_difference(rows: pd.DataFrame) -> Estimate:
    """Largest over models of the mean difference, with an interval over seeds.

    For claims that something holds for no model. The largest of several uncertain means lies above
    the largest of the true ones, so that such a claim is not favoured.
    """
    return _over_seeds(_differences(rows), len(rows), lambda means: means.max(axis=-1))


def least_measured_difference(rows: pd.DataFrame) -> Estimate:
    """Smallest over rows of `value` - `against`, of numbers that know their standard errors.

    For claims that something holds of every number where each is measured once. The interval is
    that of the smallest of differences with normal errors of which all lie within theirs in 95 %
    of cases (Bonferroni). Both sides are taken as independent; measured on the same images they
    agree more, and the interval is too wide.
    """
    from scipy.stats import norm

    difference = (rows["value"] - rows["against"]).to_numpy()
    error = np.hypot(rows["error"], rows["against_error"]).to_numpy()
    if np.isnan(error).any():
        return Estimate(difference.min(), np.nan, np.nan, len(rows), "a standard error is missing")
    reach = norm.ppf(1 - (1 - LEVEL) / (2 * len(rows))) * error
    ends = (difference - reach).min(), (difference + reach).min()
    return Estimate(float(difference.min()), *map(float, ends), len(rows))


def least_spread_ratio(rows: pd.DataFrame) -> Estimate:
    """Smallest over models of the standard deviation over seeds of `value`, over that of `against`.

    For claims that something varies less than everything else does. The interval is that of a ratio
    of two normal samples' deviations (F distribution), each end the smallest over the m models. All
    ratios are above 1 if each is by itself, so that the lower end needs no correction; that one of
    them is below 1 has m chances to err, for which the upper end is corrected (Bonferroni).
    """
    from scipy.stats import f

    models = [group for _, group in rows.groupby([*PLACE, "model"], dropna=False)]
    if min(map(len, models)) < 2:
        return _none(len(rows), "one seed has no spread")
    tail, lows, ratios, highs = (1 - LEVEL) / 2, [], [], []
    for group in models:
        spread, against = group["value"].std(), group["against"].std()
        if not against:
            return _none(len(rows), "the values that are compared with do not vary")
        degrees, ratio = len(group) - 1, spread / against
        ratios.append(ratio)
        lows.append(ratio / np.sqrt(f.isf(tail, degrees, degrees)))
        highs.append(ratio * np.sqrt(f.isf(tail / len(models), degrees, degrees)))
    return Estimate(float(min(ratios)), float(min(lows)), float(min(highs)), len(rows))


def tuned_difference(rows: pd.DataFrame) -> Estimate:
    """Mean of `value` - `against` for the model that half of the seeds choose, over the others.

    In each place the lower half of the seeds, rounded down, choose the model whose mean `value` is
    largest; the other seeds, which had no part in that, are reported with Student's t interval.
    """
    reported = []
    for _, place in rows.groupby(PLACE):
        seeds = np.sort(place["seed"].unique())
        choosing = place["seed"].isin(seeds[: len(seeds) // 2])
        if choosing.any():
            chosen = place[choosing].groupby("model")["value"].mean().idxmax()
            reported.append(place[~choosing & (place["model"] == chosen)])
    if not sum(map(len, reported)):
        return _none(len(rows), "to choose on some seeds and report on others needs at least 2")
    return difference(pd.concat(reported))


def trend(rows: pd.DataFrame, over: str) -> Estimate:
    """Rank correlation (Spearman) of a model's setting and the mean of `value` over seeds.

    Where models differ in other settings too, it is computed for each combination of those and
    averaged. The interval is over seeds.

    Args:
        rows: `value`, and a column for each setting that the study sweeps.
        over: the setting, such as `beta`.

    Raises:
        UserError: no study sweeps it.
    """
    swept = [name for name in rows if name not in COLUMNS and name != "against"]
    if over not in swept:
        raise UserError(
            f"claims: a trend over {over!r} needs a study that sweeps it; swept are"
            f" {', '.join(swept) or 'no settings'}"
        )
    others = [*PLACE, *(name for name in swept if name != over)]
    groups = [group for _, group in rows.groupby(others, dropna=False)]
    cells, sizes = [], []
    for group in groups:
        by_setting = [cell["value"].to_numpy() for _, cell in group.groupby(over)]
        cells += by_setting
        sizes.append(len(by_setting))
    if min(sizes, default=0) < 3:
        return _none(len(rows), f"a trend over {over} needs at least 3 of its values")
    ends = np.cumsum(sizes)

    def average(means: np.ndarray) -> np.ndarray:
        parts = np.split(means, ends[:-1], axis=-1)
        return np.mean([_rank_correlation(np.arange(p.shape[-1]), p) for p in parts], axis=0)

    return _over_seeds(cells, len(rows), average)


def correlation(rows: pd.DataFrame) -> Estimate:
    """Rank correlation (Spearman) over models of the means of `value` and `against` over seeds.

    The interval is over models, which are resampled: the seeds of one model are not independent.
    """
    pairs = rows.groupby([*PLACE, "model"])[["value", "against"]].mean().to_numpy()
    if len(pairs) < 4:
        return _none(len(rows), "a correlation needs at least 4 models")
    drawn = np.random.default_rng(0).integers(len(pairs), size=(RESAMPLES, len(pairs)))
    resampled = _rank_correlation(pairs[drawn, 0], pairs[drawn, 1])
    value = float(_rank_correlation(pairs[:, 0], pairs[:, 1]))
    if np.isnan(value):
        return _none(len(rows), "one of the two values is the same for all models")
    return Estimate(value, *_percentiles(resampled), len(rows))


def share(rows: pd.DataFrame, least: float = -np.inf, most: float = np.inf) -> Estimate:
    """Share of rows whose `value` is at least `least` or at most `most`.

    The interval is Clopper and Pearson's for as many rows as there are runs, since the rows of one
    run, such as its latents, are alike and may all go the same way.
    """
    from scipy.stats import beta

    hit = rows["value"].between(least, most)
    n, ratio = len(hit), float(hit.mean())
    runs = rows.groupby(RUN, dropna=False).ngroups
    if runs < 2:
        return Estimate(ratio, np.nan, np.nan, n, "one run gives no interval")
    hits, tail = ratio * runs, (1 - LEVEL) / 2
    low = beta.ppf(tail, hits, runs - hits + 1) if ratio > 0 else 0.0
    high = beta.ppf(1 - tail, hits + 1, runs - hits) if ratio < 1 else 1.0
    return Estimate(ratio, float(low), float(high), n)


STATISTICS = {
    "mean": Statistic(mean),
    "difference": Statistic(difference, paired=True),
    "least_difference": Statistic(least_difference, paired=True),
    "largest_difference": Statistic(largest_difference, paired=True),
    "least_measured_difference": Statistic(least_measured_difference, paired=True, errors=True),
    "least_spread_ratio": Statistic(least_spread_ratio, paired=True),
    "tuned_difference": Statistic(tuned_difference, paired=True),
    "trend": Statistic(trend, ("over",)),
    "correlation": Statistic(correlation, paired=True),
    "share": Statistic(share, ("least", "most")),
}


def _differences(rows: pd.DataFrame) -> list[np.ndarray]:
    """Of each model and place, `value` - `against` by seed."""
    groups = rows.groupby([*PLACE, "model"], dropna=False)
    return [(group["value"] - group["against"]).to_numpy() for _, group in groups]


def _student(values: np.ndarray) -> Estimate:
    from scipy.stats import t

    n, centre = len(values), float(values.mean())
    if n < 2:
        return Estimate(centre, np.nan, np.nan, n, "one row gives no interval")
    half = t.ppf((1 + LEVEL) / 2, n - 1) * values.std(ddof=1) / np.sqrt(n)
    return Estimate(centre, float(centre - half), float(centre + half), n)


def _over_seeds(
    cells: list[np.ndarray], n: int, statistic: Callable[[np.ndarray], np.ndarray]
) -> Estimate:
    """A statistic of the cells' means, with a bootstrap interval over the seeds in each cell.

    Deviations from a cell's mean are enlarged by sqrt(n / (n - 1)), without which a bootstrap of
    two or three seeds has too little variance.
    """
    means = np.array([cell.mean() for cell in cells])
    value = float(statistic(means))
    if np.isnan(value):
        return _none(n, "the values of a combination of the other settings are all the same")
    if min(map(len, cells)) < 2:
        return Estimate(value, np.nan, np.nan, n, "one seed gives no interval")
    generator = np.random.default_rng(0)
    resampled = np.empty((RESAMPLES, len(cells)))
    for column, cell in enumerate(cells):
        drawn = cell[generator.integers(len(cell), size=(RESAMPLES, len(cell)))].mean(axis=1)
        enlarge = np.sqrt(len(cell) / (len(cell) - 1))
        resampled[:, column] = cell.mean() + enlarge * (drawn - cell.mean())
    return Estimate(value, *_percentiles(statistic(resampled)), n)


def _rank_correlation(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Spearman's correlation along the last axis; NaN where a side is constant."""
    from scipy.stats import rankdata

    ranks = [rankdata(side, axis=-1) for side in (first, second)]
    x, y = (side - side.mean(axis=-1, keepdims=True) for side in ranks)
    norm = np.sqrt((x**2).sum(axis=-1) * (y**2).sum(axis=-1))
    return np.divide(
        (x * y).sum(axis=-1), norm, out=np.full(np.shape(norm), np.nan), where=norm > 0
    )


def _percentiles(values: np.ndarray) -> tuple[float, float]:
    tail = 100 * (1 - LEVEL) / 2
    low, high = np.nanpercentile(values, [tail, 100 - tail])
    return float(low), float(high)


def _none(n: int, reason: str) -> Estimate:
    return Estimate(np.nan, np.nan, np.nan, n, reason)
