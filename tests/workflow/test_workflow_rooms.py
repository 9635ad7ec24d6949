"""A new paper is a new folder: it builds, no other file is edited, and no other paper notices."""

import csv
import shutil
from contextlib import contextmanager
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

TOY = Path(__file__).with_name("toy")
ROOM = "src/latent_assays/papers/toy"
RESULTS = ("figures/toy/fig1.pdf", "tables/toy/tab1.csv", "claims/toy.csv")


@contextmanager
def room_of_toy(project):
    """The toy's room is there as long as the context lasts; then it and all it made go."""
    before = project.files()
    shutil.copytree(TOY, project / ROOM, ignore=shutil.ignore_patterns("__pycache__"))
    try:
        yield
    finally:
        shutil.rmtree(project / ROOM)
        for path in project.files() - before:
            (project / path).unlink()


def test_a_new_room_builds_and_no_other_paper_notices(finished):
    """All that it shares with the finished project is one image set, which is taken as it is.

    Of what is about all papers, `claims.csv` alone has a file more to join.
    """
    others = [target for target in finished.targets if not target.endswith("/claims.csv")]
    others.append("results/mini/claims/responses.csv")
    before = finished.plan(*others)
    assert len(before) > 100
    with room_of_toy(finished):
        assert finished.plan(*others) == before
        assert not any(before.values())
        build_toy(finished)


def build_toy(project):
    targets = [f"results/mini/{path}" for path in RESULTS]
    plan = project.plan(*targets)
    assert plan.pop("results/mini/datasets/dsprites/original.h5") is False
    assert all(plan.values())
    assert all("toy" in path for path in plan)
    outcome = project.snakemake(*targets)
    assert outcome.status == 0, outcome.text
    assert (project / targets[0]).read_bytes().startswith(b"%PDF-")
    table, claims = (
        list(csv.DictReader((project / path).open(encoding="utf-8"))) for path in targets[1:]
    )
    assert [(row["model"], row["number"]) for row in table] == [("toy-ae", "spread")]
    assert float(table[0]["mean"]) > 0
    assert [(row["paper"], row["claim"]) for row in claims] == [("toy", "latents-vary")]
    assert claims[0]["verdict"] == "undecided", "one run gives no interval"
