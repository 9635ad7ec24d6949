"""How large a difference must be to be more than chance: the noise floor of a table.

The only chance that is measured is that of the seed: of the network's first weights and of the
order of its batches. The spread over samples of images that a score is computed from is known only
where a number has a standard error beside it, NAME_se.
"""

import math
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

__all__ = ["Floor", "floors", "telling_difference"]

GROUP = ["dataset", "set", "variant", "on", "model"]
LEVEL = 0.05
POWER = 0.8
QUANTILES = 20_000


@dataclass(frozen=True)
class Floor:
    """The noise of one number.

    Attributes:
        number: its name.
        sd: pooled standard deviation over seeds; None where no group has two.
        groups: how many groups of runs that differ in nothing but their seed it is from.
        degrees: of freedom that it has.
        seeds: of a mean, as most groups have; the smaller number of two as frequent.
        difference: the smallest difference of two such means that is told with 80 % power; None
            where there is no `sd`.
        error: mean standard error over samples of images; None where none was measured.
        reason: why `difference` is None; else empty.
    """

    number: str
    sd: float | None
    groups: int
    degrees: int
    seeds: int
    difference: float | None
    error: float | None
    reason: str


def floors(
    collected: pd.DataFrame,
    numbers: Collection[str],
    studies: Collection[str],
    datasets: Collection[str],
) -> list[Floor]:
    """The noise floor of each number of a table.

    Args:
        collected: numbers of the paper, one row a value; see `results.COLUMNS`.
        numbers: that the table shows; one of which a run has many values is left out.
        studies: that the table compares.
        datasets: that the table is about.
    """
    rows = collected[collected["study"].isin(studies) & collected["dataset"].isin(datasets)]
    rows = rows[rows["model"].notna()]
    found = []
    for number in dict.fromkeys(numbers):
        own = rows[(rows["number"] == number) & rows["value"].notna()]
        own = own.drop_duplicates([*GROUP, "seed", "case"])  # of a run that several studies compare
        if len(own) and not own.duplicated([*GROUP, "seed"]).any():
            errors = rows.loc[rows["number"] == f"{number}_se", "value"].dropna()
            found.append(_floor(number, own, float(errors.mean()) if len(errors) else None))
    return found


def telling_difference(sd: float, degrees: int, seeds: int) -> float:
    """The smallest difference of two means that a t test tells with 80 % power at two-sided 5 %.

    With s the pooled standard deviation of ν degrees of freedom, the difference of two means over n
    seeds each, divided by s √(2/n), is noncentral t with ν degrees of freedom and noncentrality λ
    if the true difference is λ s √(2/n). Sought is the λ for which it lies beyond the 2.5 % points
    of the central t with probability 0.8.

    Args:
        sd: s.
        degrees: ν, at least 1.
        seeds: n, at least 1.

    Returns:
        λ s √(2/n), in the number's own unit.
    """
    return _noncentrality(degrees) * sd * math.sqrt(2 / seeds)


@cache
def _noncentrality(degrees: int) -> float:
    """The λ of `telling_difference`.

    The noncentral t is (Z + λ) / √(V/ν) with Z standard normal and V chi-squared: its tails are
    normal ones, averaged over quantiles of V. SciPy's own fails at ν = 1.
    """
    from scipy.optimize import brentq
    from scipy.special import ndtr
    from scipy.stats import chi2, t

    shares = (np.arange(QUANTILES) + 0.5) / QUANTILES
    bounds = t.ppf(1 - LEVEL / 2, degrees) * np.sqrt(chi2.ppf(shares, degrees) / degrees)

    def lacking(shift: float) -> float:
        return float((ndtr(shift - bounds) + ndtr(-shift - bounds)).mean()) - POWER

    return brentq(lacking, 0.0, 4 * float(bounds.max()))


def _floor(number: str, rows: pd.DataFrame, error: float | None) -> Floor:
    """Of rows with one value a run."""
    values = rows.groupby(GROUP, sort=False)["value"]
    counts, variances = values.count(), values.var()
    seeds = int(counts.mode().min())
    several = counts >= 2
    groups, degrees = int(several.sum()), int((counts[several] - 1).sum())
    if not degrees:
        reason = "every run has one seed, so that chance is not known"
        return Floor(number, None, 0, 0, seeds, None, error, reason)
    sd = math.sqrt((variances[several] * (counts[several] - 1)).sum() / degrees)
    difference = telling_difference(sd, degrees, seeds)
    return Floor(number, sd, groups, degrees, seeds, difference, error, "")
