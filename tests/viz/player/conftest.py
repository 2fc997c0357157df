import pytest

from tests.viz.player.pages import Pages


@pytest.fixture
def pages(browser, tmp_path):
    opened = Pages(browser, tmp_path)
    yield opened
    opened.close()
