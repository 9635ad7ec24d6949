"""`report`: the page of a scale from the command line's arguments."""

import json

import pytest

from latent_assays.cli.report import run
from latent_assays.errors import UserError

BARE = {"scale": "mini", "papers": {}, "sheets": {}, "about_sheets": "Nothing."}


@pytest.fixture(autouse=True)
def _in_folder(tmp_path, monkeypatch):
    (tmp_path / "results/mini").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)


def test_it_writes_one_page(tmp_path):
    output = tmp_path / "results/mini/report/index.html"
    run(json.dumps(BARE), output)
    assert output.read_text(encoding="utf-8").startswith('<!doctype html>\n<html lang="en">')
    assert [path.name for path in output.parent.iterdir()] == ["index.html"]


def test_what_is_shown_and_missing_is_named(tmp_path):
    asked = {**BARE, "sheets": {"a-original": ["a", "original"]}}
    with pytest.raises(UserError, match=r"results/mini/figures/datasets/a-original\.png does not"):
        run(json.dumps(asked), tmp_path / "index.html")
    assert not (tmp_path / "index.html").exists()


def test_contents_that_are_no_json_are_refused(tmp_path):
    with pytest.raises(UserError, match="not JSON"):
        run("{", tmp_path / "index.html")
