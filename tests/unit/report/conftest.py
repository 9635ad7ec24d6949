"""A results folder of made-up figures, tables, claims and runs, and the report of it."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "explorer"))  # headless.py, small_run.py

import headless
import made_results

from latent_assays.report.page import report


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    """What `made_results.write` left: `contents`, `results` and `page`."""
    folder = tmp_path_factory.mktemp("report")
    contents = made_results.write(folder)
    results = folder / "results/mini"
    page = results / "report/index.html"
    page.parent.mkdir(parents=True)
    page.write_text(report(contents, results, made_results.ROOT), encoding="utf-8")
    return made_results.Made(contents, results, page)


@pytest.fixture(scope="module")
def browser():
    """A headless browser with one page."""
    if not headless.BROWSER:
        pytest.skip(headless.NO_BROWSER)
    found = headless.Browser()
    yield found
    found.close()
