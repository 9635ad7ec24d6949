"""Costs: a set of jobs on two cores, small enough to count by hand."""

import pandas as pd
import pytest

from latent_assays.costs import (
    COLUMNS,
    idle_stretches,
    longest_chain,
    owners,
    sessions,
    summary,
    timeline,
    totals,
)

HOUR = 3600.0
READ = {"a": [], "b": ["a"], "c": [], "d": ["c"], "e": ["b"]}


def frame(*rows):
    """Jobs of (name, starts, ends, names of those read); its stage is its first letter."""
    given = pd.DataFrame(rows, columns=["job", "starts", "ends", "inputs"])
    given = given.assign(
        stage=given["job"].str[0],
        papers="shared",
        wall=given["ends"] - given["starts"],
        cpu=1.0,
        memory=100.0,
    )
    return given.assign(session=sessions(given))[list(COLUMNS)]


@pytest.fixture
def two_cores():
    """
    Second  0   1   2   3   4   5   6   7   8   9  10  11  12  13  14
            a---------------b-----------------------        e-------
            c-----------d-------
    """
    return frame(
        ("a", 0.0, 4.0, ()),
        ("b", 4.0, 10.0, ("a",)),
        ("c", 0.0, 3.0, ()),
        ("d", 3.0, 5.0, ("c",)),
        ("e", 12.0, 14.0, ("b",)),
    )


# --- times ---


def test_the_time_is_cut_wherever_a_job_starts_or_ends(two_cores):
    found = timeline(two_cores)
    expected = [
        (0.0, 3.0, {"a", "c"}),
        (3.0, 4.0, {"a", "d"}),
        (4.0, 5.0, {"b", "d"}),
        (5.0, 10.0, {"b"}),
        (10.0, 12.0, set()),
        (12.0, 14.0, {"e"}),
    ]
    cut = zip(found["starts"], found["ends"], map(set, found["running"]), strict=True)
    assert list(cut) == expected
    assert found["count"].tolist() == [2, 2, 2, 1, 0, 1]


def test_a_job_that_took_no_time_holds_no_core():
    found = timeline(frame(("a", 0.0, 2.0, ()), ("b", 1.0, 1.0, ())))
    assert found["count"].tolist() == [1]
    assert summary(frame(("b", 1.0, 1.0, ())))["span"].tolist() == [0.0]


@pytest.mark.parametrize(
    ("cores", "full", "partly", "empty", "idle"),
    [(1, 12, 0, 2, 2), (2, 5, 7, 2, 11), (3, 0, 12, 2, 25)],
)
def test_seconds_with_all_some_and_no_cores_at_work(two_cores, cores, full, partly, empty, idle):
    (row,) = summary(two_cores, cores).to_dict("records")
    assert (row["starts"], row["ends"], row["span"]) == (0, 14, 14)
    assert (row["full"], row["partly"], row["empty"], row["idle"]) == (full, partly, empty, idle)
    assert full + partly + empty == row["span"]


def test_there_were_as_many_cores_as_jobs_ever_ran_at_once(two_cores):
    """Not three, though at 4 s one starts as another ends, and a third runs."""
    assert summary(two_cores)["cores"].tolist() == [2]
    assert summary(two_cores[two_cores["job"].isin(["a", "b"])])["cores"].tolist() == [1]


def test_a_stretch_of_idle_cores_goes_from_full_to_full(two_cores):
    again = frame(
        *two_cores[["job", "starts", "ends", "inputs"]].itertuples(index=False),
        ("f", 14.0, 20.0, ()),
        ("g", 14.0, 16.0, ()),
        ("h", 18.0, 20.0, ()),
    )
    found = idle_stretches(again, 2)
    assert found[["starts", "ends", "seconds", "idle"]].values.tolist() == [
        [5, 14, 9, 11],
        [16, 18, 2, 2],
    ]
    assert found["running"].tolist() == [("b", "e"), ("f",)]
    assert found["idle"].sum() == summary(again, 2)["idle"].sum()


def test_no_stretch_where_every_core_has_a_job(two_cores):
    assert len(idle_stretches(two_cores[two_cores["job"].isin(["a", "b"])], 1)) == 0


# --- sessions ---


def test_more_than_an_hour_without_a_job_begins_a_session():
    jobs = frame(
        ("a", 0.0, 2 * HOUR, ()),
        ("b", 10.0, 20.0, ()),
        ("c", 3 * HOUR, 3 * HOUR + 1, ()),  # an hour after a, three after b
        ("d", 5 * HOUR, 5 * HOUR + 4, ("c",)),
    )
    backwards = jobs.iloc[::-1]
    assert sessions(jobs).tolist() == [1, 1, 1, 2]
    assert sessions(backwards).tolist() == [2, 1, 1, 1]
    found = summary(jobs)
    assert found["jobs"].tolist() == [3, 1]
    assert found["span"].tolist() == [3 * HOUR + 1, 4]
    assert found["cores"].tolist() == [2, 2]
    assert found["full"].tolist() == [10, 0]
    assert found["empty"].tolist() == [HOUR, 0]


# --- chains ---


def test_the_longest_chain_is_that_of_the_most_seconds(two_cores):
    assert longest_chain(two_cores) == ["a", "b", "e"]


def test_of_two_that_a_job_reads_the_longer_chain_counts():
    jobs = frame(
        ("a", 0.0, 1.0, ()),
        ("b", 1.0, 2.0, ("a",)),
        ("c", 0.0, 3.0, ()),
        ("d", 3.0, 4.0, ("b", "c")),
    )
    assert longest_chain(jobs) == ["c", "d"]


def test_to_begin_when_another_ends_is_not_to_wait_for_it():
    jobs = frame(("a", 0.0, 4.0, ()), ("b", 4.0, 10.0, ()))
    assert longest_chain(jobs) == ["b"]


@pytest.mark.parametrize(("starts", "ends"), [(20.0, 24.0), (6.0, 11.0), (3.0, 5.0)])
def test_a_job_did_not_wait_for_what_was_made_anew_later(starts, ends):
    jobs = frame(("a", starts, ends, ()), ("b", 4.0, 10.0, ("a",)))
    assert longest_chain(jobs) == ["b"]


# --- sums and owners ---


def test_totals_sum_seconds_take_the_peak_and_have_the_longest_first(two_cores):
    jobs = two_cores.assign(
        stage=["x", "y", "x", "x", "y"],
        cpu=[1.0, 2.0, float("nan"), 4.0, 8.0],
        memory=[300.0, 10.0, float("nan"), 200.0, 20.0],
    )
    assert totals(jobs, "stage").values.tolist() == [
        ["x", 3, 5.0, 9.0, 300.0],
        ["y", 2, 10.0, 8.0, 20.0],
    ]


def test_a_paper_owns_what_it_asks_for_and_all_that_this_reads():
    found = owners(READ, {"one": ["e"], "two": ["d"]})
    assert found == {"a": "one", "b": "one", "c": "two", "d": "two", "e": "one"}


def test_what_two_papers_ask_for_is_both_papers():
    found = owners(READ, {"one": ["e"], "two": ["b"]})
    assert found == {"a": "one + two", "b": "one + two", "c": "shared", "d": "shared", "e": "one"}


def test_common_jobs_are_shared_and_what_they_read_is_the_papers():
    found = owners(READ, {"one": ["e"]}, common=["b"])
    assert found["b"] == "shared"
    assert found["a"] == found["e"] == "one"


def test_a_paper_may_ask_for_what_has_not_been_made():
    assert set(owners(READ, {"one": ["z"]}).values()) == {"shared"}
