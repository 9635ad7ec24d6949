"""One browser for all tests of the explorer."""

import headless
import pytest

from latent_assays.explorer.page import compute_script


@pytest.fixture(scope="module")
def browser():
    """A headless browser with one page."""
    if not headless.BROWSER:
        pytest.skip(headless.NO_BROWSER)
    found = headless.Browser()
    yield found
    found.close()


@pytest.fixture(scope="module")
def javascript(request):
    """The value of a JavaScript expression after the explorer's computing scripts."""
    if headless.BROWSER:
        page = request.getfixturevalue("browser")
        return lambda expression: page.value(
            f"(() => {{ {compute_script()}\nreturn ({expression}); }})()"
        )
    if headless.NODE:
        return lambda expression: headless.values_in_node(compute_script(), expression)
    pytest.skip(headless.NO_SCRIPTS)
