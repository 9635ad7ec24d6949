"""How a function becomes a score, and the checks that every score makes on what it is given."""

import functools
import inspect
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from latent_assays.results import Result

__all__ = [
    "LARGEST",
    "Classes",
    "NoValue",
    "check_codes",
    "check_rows_left",
    "check_std",
    "classes_of",
    "held_out",
    "score_function",
]

LARGEST = 1e30
"""Codes may be this large: sums of their squares must fit in float64, and their sums in float32."""

_MOST_COUNTED = 2**14
_DATA = {"codes", "factors", "codes_test", "factors_test", "std", "information"}


class NoValue(Exception):
    """A score is not defined for the given codes and factors.

    Args:
        reason: why.
        details: the parts of the score that are defined all the same.
    """

    def __init__(self, reason: str, details: dict[str, Any] | None = None):
        super().__init__(reason)
        self.details = details or {}


class Classes(NamedTuple):
    """Factors as class indices, without the constant ones.

    Attributes:
        indices: (N,K) int64; column k holds 0..sizes[k]-1, and -1 for a value that `values` lacks.
        sizes: K class counts, each at least 2.
        values: K sorted arrays, the value that each index stands for.
        columns: K columns of the given factors that these are; the others are constant.
    """

    indices: np.ndarray
    sizes: tuple[int, ...]
    values: tuple[np.ndarray, ...]
    columns: tuple[int, ...]


def score_function(measure: Callable[..., tuple[float, dict[str, Any]]]) -> Callable[..., Result]:
    """Make a score of a function that returns (value, details) or raises `NoValue`.

    Every argument that is not data becomes one of the result's settings.
    """
    signature = inspect.signature(measure)

    @functools.wraps(measure)
    def score(*args: Any, **kwargs: Any) -> Result:
        given = signature.bind(*args, **kwargs)
        given.apply_defaults()
        settings = {name: v for name, v in given.arguments.items() if name not in _DATA}
        try:
            value, details = measure(*args, **kwargs)
        except NoValue as why:
            return Result(value=None, reason=str(why), settings=settings, details=why.details)
        return Result(value=float(value), reason=None, settings=settings, details=details)

    score.__signature__ = signature.replace(return_annotation=Result)
    return score


def check_codes(codes: Any, latents: int = 1) -> np.ndarray:
    """Codes as a float array (N,D).

    Args:
        codes: (N,D) array or data frame; float32 stays float32, anything else becomes float64.
        latents: the fewest latents that the score is defined for.

    Raises:
        ValueError: the codes are no table of numbers with at least two rows.
        NoValue: a code is not finite or beyond `LARGEST`, or there are too few latents.
    """
    codes = np.ascontiguousarray(codes)
    if codes.dtype.kind == "c":
        raise ValueError("codes are complex numbers, and must be real")
    if codes.ndim != 2 or len(codes) < 2:
        raise ValueError(f"codes must be (N,D) with N >= 2, not {codes.shape}")
    codes = codes if codes.dtype == np.float32 else codes.astype(np.float64)
    broken = len(codes) - (np.abs(codes) <= LARGEST).all(axis=1).sum()
    if broken:
        raise NoValue(f"{broken} of {len(codes)} codes are not finite or beyond {LARGEST:g}")
    if codes.shape[1] < latents:
        raise NoValue(f"needs at least {latents} latents and there are {codes.shape[1]}")
    return codes


def check_std(std: Any, shape: tuple[int, ...]) -> np.ndarray:
    """Standard deviations as a float array of the codes' shape (N,D); they may be not finite.

    Raises:
        ValueError: they have another shape, or cannot be standard deviations: some are negative, as
            of logarithms, or all are 0.
    """
    std = np.asarray(std)
    if std.shape != shape:
        raise ValueError(f"std must be {shape} as the codes, not {std.shape}")
    if std.dtype.kind == "c":
        raise ValueError("std are complex numbers, and must be real")
    std = std.astype(np.float64)
    if (std < 0).any():
        raise ValueError(
            f"std has negative numbers, down to {std[std < 0].min():.4g}, and so no standard"
            " deviations: if they are log variances, give exp(log variance / 2)"
        )
    if std.size and not std.any():
        raise ValueError("std is 0 everywhere: leave it out if the encoder is deterministic")
    return std


def check_rows_left(codes_test: Any) -> None:
    """Refuse to test on fewer than two rows.

    Raises:
        NoValue: there are fewer.
    """
    rows = len(codes_test)
    if rows < 2:
        raise NoValue(f"needs at least 2 test rows and there {'is' if rows == 1 else 'are'} {rows}")


def classes_of(factors: Any, rows: int, least: int = 1, like: Classes | None = None) -> Classes:
    """Factors as class indices; constant factors hold no information and are left out.

    Args:
        factors: (N,K) array or data frame of class labels: whole numbers, which need be neither
            consecutive nor positive.
        rows: N of the codes they belong to.
        least: the fewest varying factors that the score is defined for.
        like: the classes of the training rows, whose indices these rows take over.

    Raises:
        ValueError: the factors are no table of `rows` rows, or lack columns of `like`.
        NoValue: the labels of a factor are no whole numbers, or too few factors vary.
    """
    factors = np.asarray(factors)
    if factors.ndim != 2 or len(factors) != rows:
        raise ValueError(f"factors must be (N,K) with N = {rows} as the codes, not {factors.shape}")
    if like is not None:
        if factors.shape[1] <= max(like.columns):
            raise ValueError(f"test factors have only {factors.shape[1]} columns")
        indices = [
            _positions(values, _labels(factors[:, column], column))
            for values, column in zip(like.values, like.columns, strict=True)
        ]
        return like._replace(indices=np.stack(indices, axis=1))
    found = [_labelled(_labels(column, k)) for k, column in enumerate(factors.T)]
    columns = tuple(k for k, (values, _) in enumerate(found) if len(values) > 1)
    if len(columns) < least:
        raise NoValue(f"needs at least {least} factors that vary and there are {len(columns)}")
    return Classes(
        indices=np.stack([found[k][1] for k in columns], axis=1),
        sizes=tuple(len(found[k][0]) for k in columns),
        values=tuple(found[k][0] for k in columns),
        columns=columns,
    )


def held_out(
    codes: np.ndarray, classes: Classes, codes_test: Any, factors_test: Any
) -> tuple[np.ndarray, Classes]:
    """The rows that a fitted score is tested on: the test rows, or the training rows if None.

    Raises:
        ValueError: the test rows have other latents or factors than the training rows.
        NoValue: a code is not finite, or there are fewer than two test rows.
    """
    if codes_test is None:
        return codes, classes
    check_rows_left(codes_test)
    codes_test = check_codes(codes_test)
    if codes_test.shape[1] != codes.shape[1]:
        raise ValueError(f"test codes have {codes_test.shape[1]} latents, not {codes.shape[1]}")
    return codes_test, classes_of(factors_test, len(codes_test), like=classes)


def _labels(column: np.ndarray, k: int) -> np.ndarray:
    """Labels (N,) int64 of factor k.

    Raises:
        NoValue: they are not finite, not whole, no numbers, or beyond 64 bits.
    """
    if column.dtype.kind == "O":
        column = np.array(column.tolist())
    if column.dtype.kind not in "biuf":
        raise NoValue(f"the labels of factor {k} are no numbers")
    broken = len(column) - np.isfinite(column).sum()
    if broken:
        raise NoValue(f"{broken} of {len(column)} labels of factor {k} are not finite")
    if column.dtype.kind == "f" and (column != np.round(column)).any():
        raise NoValue(f"factor {k} is continuous and the score is defined for classes")
    if int(column.min()) < -(2**63) or int(column.max()) >= 2**63:
        raise NoValue(f"the labels of factor {k} are beyond 64 bits")
    return column.astype(np.int64)


def _labelled(labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Sorted distinct values, and which of them each label is."""
    least = labels.min()
    if int(labels.max()) - int(least) > _MOST_COUNTED:
        return np.unique(labels, return_inverse=True)
    offset = labels - least
    present = np.bincount(offset) > 0
    return np.flatnonzero(present) + least, (np.cumsum(present) - 1)[offset]


def _positions(values: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Where each label stands in the sorted `values`; -1 where it does not."""
    positions = np.minimum(np.searchsorted(values, labels), len(values) - 1)
    return np.where(values[positions] == labels, positions, -1)
