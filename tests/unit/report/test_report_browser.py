"""The page in a real browser: by keyboard, without colour, on a phone, in the dark."""

import json
from pathlib import Path

import pytest

pytestmark = [pytest.mark.xdist_group("report"), pytest.mark.slow]

OPENED = 2000  # milliseconds
SIZES = [(1280, "light"), (1280, "dark"), (360, "light"), (320, "dark")]
VIOLATIONS = """
axe.run(document, {resultTypes: ['violations']}).then(({violations}) => violations.map((one) =>
  [one.id, one.nodes.length, one.nodes[0].html.slice(0, 200), one.nodes[0].failureSummary]))
"""
FIGURE = "document.querySelector('#responses-fig4').closest('section')"
TABLE = "document.querySelector('#responses-tab1').closest('section').querySelector('table')"


@pytest.fixture(scope="module")
def axe():
    package = pytest.importorskip("axe_core_python")
    return (Path(package.__file__).parent / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture
def opened(browser, made):
    browser.open(made.page)
    return browser


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_it_fits_and_nothing_bars_the_way(browser, made, axe, width, scheme):
    browser.open(made.page, width, 900, scheme)
    browser.value(
        "document.querySelectorAll('details:not(.opens)').forEach((o) => (o.open = true))"
    )
    assert browser.value("document.documentElement.scrollWidth") <= width
    browser.value(f"{axe};0")
    found = browser.value(VIOLATIONS)
    assert not found, json.dumps(found, indent=1)


def test_it_opens_at_once_and_asks_for_nothing(opened):
    took = opened.value(
        "(([{ loadEventEnd, startTime }]) => loadEventEnd - startTime)"
        "(performance.getEntriesByType('navigation'))"
    )
    assert 0 < took < OPENED
    assert {url.partition(":")[0] for url in opened.requests} <= {"file", "data", "blob"}
    assert len([url for url in opened.requests if url.startswith("file")]) == 1
    assert not opened.errors


def test_an_explorer_starts_when_it_is_opened(opened):
    explorer = "document.querySelector('#structure-explorers').closest('section')"
    assert opened.value(f"{explorer}.querySelector('.latent-explorer h4')") is None
    opened.value(f"{explorer}.querySelector('summary').click()")
    opened.value(f"{explorer}.scrollIntoView()")
    one = f"{explorer}.querySelector('.latent-explorer')"
    opened.wait(f"{one}.dataset.answers >= 1")
    assert opened.value(f"{one}.querySelector('h4').textContent") == "small on 3D-Shapes"
    assert opened.value("document.documentElement.scrollWidth") <= 1280
    assert not opened.errors


def test_an_explorer_fits_a_phone(browser, made):
    browser.open(made.page, 320, 800)
    explorer = "document.querySelector('#responses-explorers').closest('section')"
    browser.value(f"{explorer}.querySelector('summary').click()")
    browser.value(f"{explorer}.scrollIntoView()")
    browser.wait(f"{explorer}.querySelector('.latent-explorer').dataset.answers >= 1")
    assert browser.value("document.documentElement.scrollWidth") <= 320


def test_a_table_is_sorted_by_keyboard(opened):
    rows = f"[...{TABLE}.tBodies[0].rows].map((row) => row.cells[2].textContent)"
    assert opened.value(rows) == ["0.30 ± 0.14 (2)", "0.55 (1)", "−0.10 (1)"]
    heads = f"{TABLE}.tHead.rows[1].cells"
    opened.value(f"{heads}[2].querySelector('button').focus()")
    opened.press("Enter")
    assert opened.value(rows) == ["−0.10 (1)", "0.30 ± 0.14 (2)", "0.55 (1)"]
    opened.press("Enter")
    assert opened.value(rows) == ["0.55 (1)", "0.30 ± 0.14 (2)", "−0.10 (1)"]
    sorts = f"[...{heads}].map((head) => head.getAttribute('aria-sort'))"
    assert opened.value(sorts) == ["none", "none", "descending", "none", "none"]


def test_what_has_no_value_is_sorted_last_either_way(opened):
    rows = f"[...{TABLE}.tBodies[0].rows].map((row) => row.cells[4].textContent)"
    head = f"{TABLE}.tHead.rows[1].cells[4].querySelector('button')"
    opened.value(f"{head}.click()")
    assert opened.value(rows) == ["0.10 (1)", "0.2", "–"]
    opened.value(f"{head}.click()")
    assert opened.value(rows) == ["0.2", "0.10 (1)", "–"]


def test_a_figure_is_shown_large_by_keyboard_and_focus_comes_back(opened):
    opened.value(f"{FIGURE}.querySelector('.enlarge').focus()")
    opened.press("Enter")
    large = "document.getElementById('large')"
    assert opened.value(f"{large}.open")
    assert opened.value(f"{large}.querySelector('img').alt").startswith("Fig. 4 of Exploring")
    assert opened.value("document.activeElement.className") == "close"
    opened.press("Enter")
    assert not opened.value(f"{large}.open")
    assert opened.value("document.activeElement.className") == "enlarge"


def test_contents_are_open_where_there_is_room(browser, made):
    contents = "document.querySelector('.contents details').open"
    browser.open(made.page, 1280)
    assert browser.value(contents)
    browser.open(made.page, 360)
    assert not browser.value(contents)


def test_figures_keep_a_white_ground_in_the_dark(browser, made):
    browser.open(made.page, 1280, 900, "dark")
    ground = f"getComputedStyle({FIGURE}.querySelector('img')).backgroundColor"
    assert browser.value(ground) == "rgb(255, 255, 255)"


def test_pages_on_paper_have_no_contents_and_no_explorers(opened):
    opened.send("Emulation.setEmulatedMedia", media="print")
    hidden = "getComputedStyle(document.querySelector('{}')).display === 'none'"
    assert opened.value(hidden.format(".contents"))
    assert opened.value(hidden.format(".opens"))
    assert not opened.value(hidden.format("figure"))
    opened.send("Emulation.setEmulatedMedia", media="")
