import pytest

from tests.viz.browser import Browser, find_browser


@pytest.fixture(scope="session")
def browser():
    """A headless Chromium for all tests that look at pages."""
    program = find_browser()
    if program is None:
        pytest.skip("no Chromium found: install Debian's chromium, or name one in $CHROME")
    with Browser(program) as running:
        yield running
