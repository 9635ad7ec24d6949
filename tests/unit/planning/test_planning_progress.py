"""One line of progress, on jobs whose seconds are known."""

import pytest

from latent_assays.planning.progress import Task, progress_line, training_seconds

SCORE = Task(1, ("a",))
TRAINING = Task(9, ("a", "b"), is_training=True)


def test_the_share_is_that_of_the_work_and_the_time_left_follows_from_it():
    line = progress_line([TRAINING], [SCORE], [], elapsed=90)
    assert line == "90% done, about 10 s left | 1 of 2 jobs, 1 of 1 trainings | a 90%, b 100%"


def test_time_left_is_said_in_the_unit_that_a_reader_wants():
    def left(elapsed):
        return progress_line([SCORE], [SCORE], [], elapsed).partition(" left")[0]

    assert left(59) == "50% done, about 59 s"
    assert left(600) == "50% done, about 10 min"
    assert left(3600 * 5 + 61) == "50% done, about 5 h 1 min"


@pytest.mark.parametrize("done", [[], [Task(0.01)]])
def test_before_something_is_done_nothing_is_said_of_the_time(done):
    assert progress_line(done, [TRAINING], [], elapsed=5).startswith("0% done | ")


def test_at_the_end_all_is_done():
    assert progress_line([SCORE, SCORE], [], [], 7) == "100% done | 2 of 2 jobs"


def test_some_running_jobs_are_named_and_the_others_counted():
    line = progress_line([SCORE], [SCORE], ["Training x", "Scoring y", "z", "w"], 1)
    assert line.endswith(" | Training x; Scoring y and 2 more")
    assert progress_line([SCORE], [SCORE], ["Training x"], 1).endswith(" | Training x")


def test_a_single_paper_is_not_named():
    assert "a " not in progress_line([SCORE], [SCORE], [], 1).partition("|")[2]


def test_large_batches_of_large_images_take_longer():
    assert training_seconds(10, 64, 64) > 3 * training_seconds(10, 64, 32)
    assert training_seconds(20, 64, 64) == 2 * training_seconds(10, 64, 64)
