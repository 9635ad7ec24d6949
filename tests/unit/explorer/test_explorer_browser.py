"""The page in a real browser: what a person does, and what the page then shows.

The run is linear, h(z) = A z, so that every answer is known.
"""

import numpy as np
import pytest
import small_run

from latent_assays.cli.card import run as card

pytestmark = pytest.mark.xdist_group("explorer")

ANSWERS = small_run.ANSWERS
ROOT = "document.querySelector('.latent-explorer')"
WIDTHS = {"desktop": (1280, 900), "phone": (390, 844)}
OPENED = 2000  # milliseconds
NAMELESS = """
[...document.querySelectorAll('input, button, select, canvas[role=img]')].filter((one) =>
  !one.getAttribute('aria-label') && !one.labels?.[0]?.textContent.trim() && !one.textContent.trim()
).map((one) => one.outerHTML)
"""
INK = (
    "(([r, g, b]) => 0.2126 * r + 0.7152 * g + 0.0722 * b)(getComputedStyle({}).{}.match(/\\d+/g))"
)


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """The explorer of the linear run."""
    given = small_run.write_run(tmp_path_factory.mktemp("linear"))
    card(**given, matrix=None, map=None)
    return given["output"]


@pytest.fixture
def opened(browser, page):
    browser.open(page)
    browser.wait(f"{ROOT}.dataset.answers >= 1")
    return browser


def move(browser, latent, value):
    """Move a slider, and wait for the answer."""
    before = browser.value(f"{ROOT}.dataset.answers")
    slider = f"document.querySelectorAll('.latents input')[{latent}]"
    browser.value(f"{slider}.value = {value}; {slider}.dispatchEvent(new Event('input'))")
    browser.wait(f"{ROOT}.dataset.answers > {before}")


def texts(browser, selector):
    return browser.value(f"[...document.querySelectorAll('{selector}')].map((o) => o.textContent)")


def numbers(browser, selector):
    return [float(text.replace("−", "-")) for text in texts(browser, selector)]


def pixels(browser, selector):
    return browser.value(
        f"(() => {{ const canvas = document.querySelector('{selector}');"
        "return [...canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data];"
        "})()"
    )


def choose_cell(browser, row, column, finest=17):
    browser.wait("document.querySelector('.responses').dataset.samples >= 2")
    cell = f"document.querySelectorAll('.matrix button')[{3 * row + column}]"
    browser.value(f"{cell}.click()")
    browser.wait(f"document.querySelector('.map').dataset.points >= {finest}")


def test_it_opens_at_once_and_asks_for_nothing(browser, tmp_path):
    """With a network as large as Model A of the paper."""
    settings = {"network": "pooled-conv", "objective": "beta-vae", "beta": 1, "latents": 24}
    given = small_run.write_run(tmp_path, settings, shape=(3, 64, 64))
    card(**given, matrix=None, map=None)
    assert given["output"].stat().st_size < 3e6
    browser.open(given["output"])
    assert browser.value("performance.getEntriesByType('navigation')[0].loadEventEnd") < OPENED
    browser.wait(f"{ROOT}.dataset.answers >= 1")
    assert {url.partition(":")[0] for url in browser.requests} <= {"file", "blob"}
    assert [url for url in browser.requests if url.startswith("file")] == [given["output"].as_uri()]
    assert not browser.errors


def test_a_latent_that_is_moved_changes_the_image_and_answers_as_the_network_does(opened):
    start = numbers(opened, ".latents output")
    image = pixels(opened, ".now")
    assert numbers(opened, ".by") == [0, 0, 0]
    move(opened, 0, 2.0)
    by = numbers(opened, ".latents output")[0] - start[0]
    np.testing.assert_allclose(numbers(opened, ".by"), by * ANSWERS[:, 0], atol=0.015)
    says = texts(opened, ".says")[0]
    assert says.startswith(f"Latent 0 moved by {'+' if by > 0 else '−'}{abs(by):.2f}")
    assert "latent 0 by" in says
    assert "latent 1 by" in says
    assert "latent 2" not in says
    assert pixels(opened, ".now") != image
    assert pixels(opened, ".before") == image
    assert texts(opened, ".matrix tr.moved th") == ["0"]


def test_the_next_latent_is_compared_with_what_was_before_it(opened):
    move(opened, 0, 2.0)
    between = pixels(opened, ".now")
    start = numbers(opened, ".latents output")[1]
    move(opened, 1, -1.5)
    by = numbers(opened, ".latents output")[1] - start
    np.testing.assert_allclose(numbers(opened, ".by"), by * ANSWERS[:, 1], atol=0.015)
    assert pixels(opened, ".before") == between
    assert texts(opened, ".matrix tr.moved th") == ["1"]


def test_another_image_and_back(opened):
    first = numbers(opened, ".latents output")
    given = pixels(opened, ".given")
    opened.value("document.querySelectorAll('.thumbnails input')[3].click()")
    opened.wait(f"{ROOT}.dataset.answers >= 2")
    assert pixels(opened, ".given") != given
    other = numbers(opened, ".latents output")
    assert other != first
    move(opened, 2, 2.5)
    assert numbers(opened, ".latents output") != other
    opened.value("document.querySelector('.reset').click()")
    opened.wait(f"{ROOT}.dataset.answers >= 4")
    assert numbers(opened, ".latents output") == other
    assert numbers(opened, ".by") == [0, 0, 0]


def test_the_matrix_is_that_of_a_linear_response(opened):
    """M_jk = |A_kj|, since z and its replacement are standard normal."""
    opened.wait("document.querySelector('.responses').dataset.samples >= 512")
    labels = opened.value(
        "[...document.querySelectorAll('.matrix button')].map((o) => o.getAttribute('aria-label'))"
    )
    found = np.array([float(label.split("answers by ")[1].split()[0]) for label in labels])
    errors = np.array([float(label.split("error ")[1].strip(")")) for label in labels])
    expected = np.abs(ANSWERS.T).ravel()
    assert (np.abs(found - expected) <= 4 * errors + 0.006).all()
    assert labels[1].startswith("Move latent 0: latent 1 answers by ")
    squares = "[...document.querySelectorAll('.matrix i')]"
    shares = opened.value(f"{squares}.map((o) => +o.style.getPropertyValue('--share'))")
    np.testing.assert_allclose(shares, found / found.max(), atol=0.01)


def test_a_cell_opens_the_map_of_its_pair_and_paths_between_two_points(opened):
    choose_cell(opened, 0, 1)
    assert texts(opened, ".axes") == ["Horizontal: latent 0. Vertical: latent 1."]
    assert "from −2.00 to 2.00" in texts(opened, ".where")[0]
    length, _, _ = numbers(opened, ".numbers tr:first-child td")
    assert length > 0
    opened.wait("document.querySelector('.map').dataset.walked >= 1")
    straight = pixels(opened, ".straight canvas")
    walked = opened.value("document.querySelector('.map').dataset.walked")
    share = "document.querySelector('.share')"
    opened.value(f"{share}.value = 100; {share}.dispatchEvent(new Event('input'))")
    opened.wait(f"document.querySelector('.map').dataset.walked > {walked}")
    assert pixels(opened, ".straight canvas") != straight
    # Both paths end at B, the curved one at the node nearest to it.
    apart = np.subtract(pixels(opened, ".straight canvas"), pixels(opened, ".curved canvas"))
    assert np.abs(apart).max() <= 0.125 * 0.25 * 255 + 1


def test_an_end_is_set_by_a_click_and_by_arrow_keys(opened):
    choose_cell(opened, 1, 0)
    ends = "[...document.querySelectorAll('.end')].map((o) => o.getAttribute('aria-label'))"
    box = opened.value(
        "(() => { const field = document.querySelector('.field'); field.scrollIntoView();"
        "const box = field.getBoundingClientRect(); return [box.left, box.top, box.width]; })()"
    )
    opened.click(box[0] + 0.75 * box[2], box[1] + 0.25 * box[2])
    placed = opened.value(ends)
    near = [label for label in placed if " at +1.0" in label or " at +0.99" in label]
    assert near, placed
    name = near[0][0]
    opened.value(f"document.querySelectorAll('.end')[{'AB'.index(name)}].focus()")
    before = numbers(opened, ".numbers tr:first-child td")
    opened.press("ArrowLeft")
    moved = opened.value(ends)["AB".index(name)]
    assert moved != near[0]
    assert " at +0.8" in moved
    assert numbers(opened, ".numbers tr:first-child td") != before


def test_a_diagonal_cell_takes_the_partner_that_it_is_most_coupled_with(opened):
    opened.wait("document.querySelector('.responses').dataset.samples >= 50")
    choose_cell(opened, 1, 1)
    assert texts(opened, ".axes") == ["Horizontal: latent 1. Vertical: latent 0."]


def test_all_of_it_by_keyboard(opened):
    opened.value("document.querySelectorAll('.latents input')[1].focus()")
    value = numbers(opened, ".latents output")[1]
    opened.press("ArrowRight")
    opened.press("ArrowRight")
    opened.wait("document.querySelectorAll('.by')[1].textContent !== '0.00'")
    assert numbers(opened, ".latents output")[1] > value
    opened.wait("document.querySelector('.responses').dataset.samples >= 2")
    opened.value("document.querySelector('.matrix button').focus()")
    opened.press("ArrowDown")
    opened.press("ArrowRight")
    opened.press("ArrowRight")
    reading = texts(opened, ".reading")[0]
    assert reading.startswith("Move latent 1: latent 2 answers by")
    opened.press("Enter")
    opened.wait("document.querySelector('.map').dataset.points >= 5")
    assert texts(opened, ".axes") == ["Horizontal: latent 1. Vertical: latent 2."]
    assert opened.value("document.querySelectorAll('.matrix button[tabindex=\"0\"]').length") == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_it_fits_and_everything_has_a_name(browser, page, tmp_path, width, scheme):
    browser.open(page, *WIDTHS[width], scheme)
    browser.wait(f"{ROOT}.dataset.answers >= 1")
    choose_cell(browser, 0, 1, finest=9)
    assert browser.value("document.documentElement.scrollWidth") <= WIDTHS[width][0]
    assert browser.value(NAMELESS) == []
    levels = browser.value("[...document.querySelectorAll('h1, h2, h3')].map((o) => +o.tagName[1])")
    assert levels == [1, 2, 3, 3, 3, 3]
    ink = browser.value(INK.format(ROOT, "color"))
    paper = browser.value(INK.format(ROOT, "backgroundColor"))
    assert (ink > paper + 150) if scheme == "dark" else (ink < paper - 150)
    browser.screenshot(tmp_path / f"{width}-{scheme}.png")
    assert not browser.errors


def test_a_network_that_cannot_be_computed_says_so(browser, page, tmp_path):
    broken = page.read_text(encoding="utf-8").replace('"layer": "linear"', '"layer": "other"')
    (tmp_path / "broken.html").write_text(broken, encoding="utf-8")
    browser.open(tmp_path / "broken.html")
    browser.wait("!document.querySelector('.trouble').hidden")
    assert "could not compute the network" in texts(browser, ".trouble")[0]
