"""Choices: the run with the least or the largest of a number, among those that qualify."""

import pytest

from latent_assays.choices import Candidate, choose
from latent_assays.errors import UserError
from latent_assays.places import Run


def candidates(**numbers):
    """One candidate a seed; each number has a value for every seed."""
    names, values = list(numbers), zip(*numbers.values(), strict=True)
    return [
        Candidate(Run("a", "original", "m", seed), dict(zip(names, row, strict=True)))
        for seed, row in enumerate(values)
    ]


@pytest.mark.parametrize(("take", "seed", "value"), [("least", 1, 0.1), ("largest", 2, 0.5)])
def test_the_least_and_the_largest(take, seed, value):
    chosen = choose(candidates(mig=[0.3, 0.1, 0.5]), "mig", take)
    assert chosen.run == Run("a", "original", "m", seed)
    assert chosen.value == value
    expected = f"the {take} mig, {value}, among 3 of 3 runs with a value of mig"
    assert chosen.reason == expected


@pytest.mark.parametrize("take", ["least", "largest"])
def test_of_equal_ones_the_first(take):
    assert choose(candidates(mig=[0.3, 0.3, 0.3]), "mig", take).run.seed == 0
    run = choose(candidates(mig=[0.2, 0.4, 0.2, 0.4]), "mig", take).run
    assert run.seed == {"least": 0, "largest": 1}[take]


def test_a_run_without_the_number_is_not_chosen():
    given = candidates(mig=[None, 0.4, 0.2])
    given.append(Candidate(Run("a", "original", "m", 3), {"dci": 0.1}))
    chosen = choose(given, "mig", "least")
    assert chosen.run.seed == 2
    assert "among 2 of 4 runs" in chosen.reason


def test_zero_is_a_value():
    assert choose(candidates(mig=[0.3, 0.0]), "mig", "least").run.seed == 1


def test_a_run_below_a_bound_or_without_its_number_is_not_chosen():
    given = candidates(mig=[0.1, 0.2, 0.3, 0.4], active_units=[0, None, 1, 5], dci=[1, 1, 0.5, 1])
    chosen = choose(given, "mig", "least", {"active_units": 1})
    assert chosen.run.seed == 2
    assert chosen.reason.endswith(
        "among 2 of 4 runs with a value of mig and active_units of at least 1"
    )
    both = choose(given, "mig", "least", {"active_units": 1, "dci": 0.6})
    assert both.run.seed == 3
    assert both.reason.endswith("active_units of at least 1 and dci of at least 0.6")


def test_a_bound_of_zero_or_less_asks_for_the_number_all_the_same():
    given = candidates(mig=[0.1, 0.2], dci=[None, 0.0])
    assert choose(given, "mig", "least", {"dci": 0}).run.seed == 1


@pytest.mark.parametrize(
    ("given", "bounds", "words"),
    [
        ([], {}, "none of the 0 runs to choose from has a value of mig: give the choice more"),
        (candidates(mig=[None, None]), {}, "none of the 2 runs to choose from has a value of mig:"),
        (
            candidates(mig=[0.1], active_units=[0]),
            {"active_units": 1},
            "none of the 1 runs to choose from has a value of mig and active_units of at least 1:",
        ),
    ],
)
def test_if_no_run_can_be_used_it_says_what_to_do(given, bounds, words):
    with pytest.raises(UserError) as caught:
        choose(given, "mig", "least", bounds)
    assert str(caught.value).startswith(words)
    assert str(caught.value).endswith(
        "give the choice more seeds or other models, or train them longer"
    )
