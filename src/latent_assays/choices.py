"""Choices: of some runs, the one with the least or the largest of a number."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from latent_assays.errors import UserError
from latent_assays.places import Run

__all__ = ["Candidate", "Choice", "choose"]


class Candidate(NamedTuple):
    """A run to choose from.

    Attributes:
        run: which.
        numbers: by name; None where the run has none.
    """

    run: Run
    numbers: Mapping[str, float | None]


class Choice(NamedTuple):
    """The run that was chosen, its number, and why, in words."""

    run: Run
    value: float
    reason: str


def choose(
    candidates: Sequence[Candidate],
    number: str,
    take: str,
    at_least: Mapping[str, float] | None = None,
) -> Choice:
    """Choose a run; of equal ones the first.

    Args:
        candidates: the runs.
        number: the number that decides.
        take: `least` or `largest`.
        at_least: a run is not chosen if one of these numbers is smaller or missing.

    Raises:
        UserError: no run qualifies.
    """
    bounds = at_least or {}
    usable = [
        (candidate.numbers[number], candidate.run)
        for candidate in candidates
        if candidate.numbers.get(number) is not None
        and all(
            (value := candidate.numbers.get(key)) is not None and value >= least
            for key, least in bounds.items()
        )
    ]
    condition = " and ".join(f"{key} of at least {least:g}" for key, least in bounds.items())
    among = f"{len(usable)} of {len(candidates)} runs with a value of {number}" + (
        f" and {condition}" if condition else ""
    )
    if not usable:
        raise UserError(
            f"none of the {len(candidates)} runs to choose from has a value of {number}"
            + (f" and {condition}" if condition else "")
            + ": give the choice more seeds or other models, or train them longer"
        )
    pick = min if take == "least" else max
    value, run = pick(usable, key=lambda pair: pair[0])
    return Choice(run, value, f"the {take} {number}, {value:.4g}, among {among}")
