"""The page: contents, sections and exhibits, and that nothing in them is taken for markup."""

from examples.gallery.exhibit import Exhibit, Section
from examples.gallery.page import page
from examples.gallery.pictures import Picture
from tests.pages import Page
from tinygrad_course.markup import element


def made(heading="A heading", words=(), code="draw()"):
    function = dict
    one = Exhibit("one", heading, words, "", code, (), function)
    sections = [Section("part", "A part", ("Its words.",), (one,))]
    return Page(page(sections, {"one": Picture(element("p", "the picture"))}))


def test_the_contents_lead_to_each_section_and_each_exhibit():
    assert [href for href in made().values("href") if "one" in href or "part" in href] == [
        "#part",
        "#one",
        "#one",
    ]
    assert {"part", "one"} <= set(made().values("id"))


def test_everything_is_on_the_page_as_it_is():
    text = made("<b> & c", ("Words with <i>.",), "a < b & c").text
    for expected in ("<b> & c", "Words with <i>.", "a < b & c", "Its words.", "the picture"):
        assert expected in text


def test_what_stands_between_backticks_is_code():
    plain, marked = made(words=("Call f.",)), made(words=("Call `f(<x>)` and `g`.",))
    assert len(marked.all("code")) == len(plain.all("code")) + 2
    assert "Call f(<x>) and g." in marked.text


def test_every_gap_is_filled_and_the_exhibits_are_counted():
    assert "$" not in made().text
    assert "1 drawings" in made().text
