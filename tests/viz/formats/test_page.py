from html.parser import HTMLParser

import pytest

import viz
from tests.viz.graphs import AWKWARD_NAMES, net
from viz import text
from viz.formats import page


class Parsed(HTMLParser):
    """Which elements a page has, and the first text in each of them."""

    def __init__(self, source):
        super().__init__()
        self.tags, self.texts = [], {}
        self.feed(source)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)

    def handle_data(self, data):
        if self.tags:
            self.texts.setdefault(self.tags[-1], data)


@pytest.fixture(scope="module")
def drawing():
    return viz.draw(net()[0])


def test_a_page_has_the_drawing_under_its_title(drawing):
    found = Parsed(drawing.html())
    assert found.texts["h1"] == found.texts["title"] == drawing.view.title
    assert drawing.svg() in drawing.html()
    assert found.tags.count("svg") == 1


@pytest.mark.parametrize("name", [text.name(name) for name in AWKWARD_NAMES if name])
def test_a_title_stays_text(name):
    found = Parsed(page.source("<svg></svg>", name, "light"))
    assert found.texts["h1"] == found.texts["title"] == name
    assert found.tags == Parsed(page.source("<svg></svg>", "plain", "light")).tags


@pytest.mark.parametrize(
    ("theme", "scheme"),
    [("auto", "light dark"), ("light", "light"), ("dark", "dark"), ("print", "light")],
)
def test_the_page_is_as_dark_as_the_drawing(theme, scheme):
    assert f"color-scheme: {scheme};" in page.source("", "", theme)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [1280, 400])
def test_a_page_asks_for_nothing_scrolls_no_further_than_its_drawing_and_is_accessible(
    browser, drawing, tmp_path, dark, width
):
    path = tmp_path / "graph.html"
    drawing.save(path)
    shown = browser.open(path, width=width, dark=dark)
    assert shown.evaluate("document.documentElement.scrollWidth") <= width
    assert shown.evaluate("document.querySelector('.drawing').scrollWidth") > 400
    assert shown.violations() == []
    assert shown.errors == []
    assert shown.requests == [path.as_uri()]
    shown.close()


@pytest.mark.parametrize(
    ("dark", "ink"), [(False, "rgb(26, 26, 26)"), (True, "rgb(240, 240, 240)")]
)
def test_a_drawing_follows_the_readers_system(browser, drawing, tmp_path, dark, ink):
    path = tmp_path / "graph.html"
    drawing.save(path)
    shown = browser.open(path, dark=dark)
    words = "document.querySelector('.leaf text')"
    assert shown.evaluate(f"getComputedStyle({words}).fill") == ink
    shown.close()
