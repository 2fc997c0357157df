"""The gallery as a whole: all of its drawings, with models that were trained in a hurry."""

import re
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest

from examples.gallery.__main__ import main
from examples.gallery.exhibit import Section, exhibit
from examples.gallery.models import Models
from examples.gallery.program import run
from examples.gallery.sections import SECTIONS
from tests.pages import Page
from tinygrad_course.errors import DrawingError

EMPTY = '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"/>'


@pytest.fixture(scope="module")
def out(tmp_path_factory, models):
    """All of it, but that plots are empty files: to draw them takes longer than everything else."""
    folder = tmp_path_factory.mktemp("gallery")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("examples.gallery.pictures._svg", lambda figure: EMPTY)
        run(folder, models)
    return folder


@pytest.fixture(scope="module")
def page(out):
    return Page((out / "index.html").read_text("utf-8"))


def test_every_exhibit_is_on_the_page_with_the_lines_that_made_it(page):
    for section in SECTIONS:
        for one in section.exhibits:
            assert one.heading in page.text
            assert one.code in page.text
            assert one.key in page.values("id")


def test_every_file_that_the_page_names_is_there_and_no_other(page, out):
    named = [*page.values("src"), *page.values("srcset"), *page.values("href")]
    files = {name for name in named if not name.startswith("#")}
    assert files == {path.name for path in out.iterdir()} - {"index.html"}
    assert len(files) > 40


def test_pictures_are_well_formed(out):
    for path in out.glob("*.svg"):
        assert ElementTree.parse(path).getroot().tag.endswith("svg")


def test_nothing_is_loaded_from_elsewhere(out):
    loads = re.compile(r"""(?:src|srcset|href)=["']?https?:|url\(["']?http|@import""")
    for path in out.iterdir():
        assert not loads.search(path.read_text("utf-8")), path.name


def test_ids_are_unique_and_references_lead_somewhere(page):
    page.check_anchors()


def test_what_is_seen_is_also_said(page):
    assert all(image.get("alt") for image in page.all("img"))
    assert all(frame.get("title") for frame in page.all("iframe"))
    assert all(svg.get("role") in ("img", "group") for svg in page.all("svg"))
    assert len(page.all("title")) > len(page.all("svg"))
    assert all(
        region.get("aria-label") for region in page.all("div") if region.get("role") == "region"
    )


def test_what_scrolls_is_reached_by_keyboard(page):
    scrolling = [e for tag, e in page.elements if tag in ("div", "pre") and "class" in e]
    assert all(e.get("tabindex") == "0" for e in scrolling)


def test_headings_go_down_one_by_one(page):
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("dark", [False, True])
def test_it_can_be_read_on_a_telephone(browser, out, dark):
    page = browser.open(out / "index.html", width=400, dark=dark)
    assert page.evaluate("document.documentElement.scrollWidth") == 400
    images = "[...document.images].every(image => image.complete && image.naturalWidth > 0)"
    assert page.evaluate(images)
    theme = "dark" if dark else "light"
    sources = "[...document.images].every(image => image.currentSrc.endsWith('-%s.svg'))"
    assert page.evaluate(sources % theme)
    assert all(url.startswith("file:") for url in page.requests)
    assert not page.errors
    page.close()


def first():
    """Text"""
    return "text"


def interrupted():
    """Interrupted"""
    raise KeyboardInterrupt


def test_an_interrupted_run_leaves_the_folder_as_it_was(tmp_path):
    (tmp_path / "index.html").write_text("before")
    section = Section("part", "A part", (), (exhibit(first), exhibit(interrupted)))
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path, Models(), [section])
    assert [path.name for path in tmp_path.iterdir()] == ["index.html"]
    assert (tmp_path / "index.html").read_text() == "before"


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (None, 0, ""),
        (KeyboardInterrupt(), 130, "no file is half written"),
        (DrawingError("there is no dot"), 1, "gallery: there is no dot"),
        (OSError("the disk is full"), 1, "gallery: the disk is full"),
        (ModuleNotFoundError(name="matplotlib"), 1, 'pip install "tinygrad_course[plot]"'),
    ],
)
def test_the_exit_code_tells_how_it_went(error, code, said, monkeypatch, capsys):
    def fake(out):
        assert out == Path("elsewhere")
        if error is not None:
            raise error

    monkeypatch.setattr("examples.gallery.program.run", fake)
    assert main(["--out", "elsewhere"]) == code
    assert said in capsys.readouterr().err


def test_another_missing_module_is_not_mistaken_for_matplotlib(monkeypatch):
    def fake(out):
        raise ModuleNotFoundError(name="something")

    monkeypatch.setattr("examples.gallery.program.run", fake)
    with pytest.raises(ModuleNotFoundError):
        main([])
