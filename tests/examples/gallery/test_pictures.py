"""Each kind of drawing as markup and files; and what can't be shown is refused."""

from xml.etree import ElementTree

import matplotlib
import pytest
from matplotlib.figure import Figure

import tinygrad_course as tg
import viz
from examples.gallery.exhibit import exhibit
from examples.gallery.models import Models
from examples.gallery.pictures import CARDS, INKS, LARGEST, SMALLEST, picture
from tests.pages import Page


def shown(function):
    made = picture(exhibit(function), Models(hurry=True))
    return made, Page(made.markup)


def graph():
    """A graph & more"""
    return viz.draw(tg.Tensor(2.0, requires_grad=True, name="<w>") * 3.0, theme="print")


def plot():
    """A plot

    Seen: a curve & its slope.
    """
    return viz.activation("relu")


def test_a_drawing_stands_in_the_page_and_beside_it():
    made, page = shown(graph)
    assert list(made.files) == ["graph.svg"]
    assert made.files["graph.svg"] in made.markup
    assert page.all("a") == [
        {"href": "graph.svg", "aria-label": "A graph & more: the drawing as a file"}
    ]
    (region,) = [div for div in page.all("div") if div.get("role") == "region"]
    assert region == {
        "class": "drawing print",
        "tabindex": "0",
        "role": "region",
        "aria-label": "A graph & more",
    }


def test_a_drawing_shrinks_with_the_page_to_a_size_that_can_be_read():
    made, page = shown(graph)
    width = ElementTree.fromstring(made.files["graph.svg"]).get("width") or ""
    pixels = float(width.removesuffix("pt")) * 4 / 3
    (style,) = page.values("style")
    assert style == f"width: {LARGEST * pixels:.0f}px; min-width: {SMALLEST * pixels:.0f}px"


def test_a_net_is_measured_in_pixels():
    def net():
        """A net"""
        return viz.network(tg.nn.MLP([2, 2, 1], rng=0))

    made, page = shown(net)
    pixels = float(ElementTree.fromstring(made.files["net.svg"]).get("width") or "")
    assert page.values("style")[0].startswith(f"width: {LARGEST * pixels:.0f}px")


def test_a_plot_is_two_files_one_for_dark_pages():
    made, page = shown(plot)
    assert page.all("source") == [
        {"srcset": "plot-dark.svg", "media": "(prefers-color-scheme: dark)"}
    ]
    (image,) = page.all("img")
    assert image["src"] == "plot-light.svg"
    assert image["alt"] == "a curve & its slope."
    assert image["width"]
    for theme, file in {"light": "plot-light.svg", "dark": "plot-dark.svg"}.items():
        ElementTree.fromstring(made.files[file])
        svg = made.files[file].lower()
        assert f"fill: {CARDS[theme]}" in svg
        assert INKS[theme] in svg
    assert shown(plot)[0].files == made.files  # and the same whenever it is made


def test_a_plot_without_words_for_those_who_can_not_see_it_is_refused():
    def mute():
        """A plot"""
        return Figure()

    with pytest.raises(ValueError, match=r"mute makes a plot: say .* 'Seen: '"):
        shown(mute)


def test_the_settings_of_plots_are_as_before():
    def settings():
        return {**matplotlib.rcParams, "backend": None}  # which the first plot of all chooses

    before = settings()
    shown(plot)
    assert settings() == before


def test_a_player_is_a_page_in_a_frame():
    def played():
        """A player"""
        return viz.player(tg.Tensor(2.0, requires_grad=True) * 3.0)

    made, page = shown(played)
    (frame,) = page.all("iframe")
    assert frame["src"] == "played.html"
    assert frame["title"].startswith("Backpropagation")
    assert made.files["played.html"].startswith("<!doctype html>")
    assert page.values("href") == ["played.html"]


def test_text_is_text():
    def text():
        """Text"""
        return "a <b> & c"

    made, page = shown(text)
    assert page.text == "a <b> & c"
    assert not made.files


def test_what_can_not_be_shown_is_refused():
    def number():
        """A number"""
        return 3

    with pytest.raises(TypeError, match="number returned a int: expected a drawing"):
        shown(number)
