"""`pack`: what it is given wrongly, and the date that it writes."""

import json
import subprocess
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from latent_assays.cli import pack
from latent_assays.errors import UserError

STUDY = {
    "datasets": {"shapes3d": "shapes3d"},
    "variants": {"original": {}},
    "models": {"ae": {}},
    "seeds": 1,
    "on": [None],
    "measures": [],
    "image_measures": [],
}
PAPER = {"title": "On codes", "authors": "A. Author", "arxiv": "2001.00001"}
PAPER |= {"plan": {"table1": STUDY}, "tables": [], "claims": False}


@pytest.fixture(autouse=True)
def snakefile(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("Snakefile").write_text("rule all:\n", encoding="utf-8")


def packed(papers="{}", **more):
    pack.run(papers, "mini", Path("Snakefile"), Path("pack.zip"), **more)


def published():
    """The date in the metadata of the pack."""
    with zipfile.ZipFile("pack.zip") as zipped:
        graph = json.loads(zipped.read("ro-crate-metadata.json"))["@graph"]
    (root,) = (entity for entity in graph if entity["@id"] == "./")
    return root["datePublished"]


def test_papers_that_are_not_json_are_refused():
    with pytest.raises(UserError, match="not JSON"):
        packed("{")


def test_a_run_that_was_not_made_is_named_and_no_pack_is_written():
    with pytest.raises(UserError, match=r"seed0/run\.json does not exist"):
        packed(json.dumps({"one": PAPER}))
    assert [path.name for path in Path().iterdir()] == ["Snakefile"]


def test_the_date_is_that_of_the_commit_unless_one_is_given():
    packed()
    command = ["git", "log", "-1", "--format=%cs"]
    folder = Path(pack.__file__).parent
    answer = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    assert published() == answer.stdout.strip()
    packed(date="2026-01-02")
    assert published() == "2026-01-02"


def test_outside_of_a_checkout_the_date_is_todays(monkeypatch):
    def refuse(*_, **__):
        raise FileNotFoundError("git")

    monkeypatch.setattr(subprocess, "run", refuse)
    before = datetime.now(UTC).date().isoformat()
    packed()
    assert before <= published() <= datetime.now(UTC).date().isoformat()


def test_a_date_that_is_none_is_refused():
    with pytest.raises(UserError, match=r"--date tomorrow: give it as YYYY-MM-DD"):
        packed(date="tomorrow")
