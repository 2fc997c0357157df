"""``index.html``: the sections of the gallery with all their pictures.

The page's words are in ``page.html``, and its style in ``page.css``, on top of the style of the demo's
report. This file fills in the rest.
"""

from collections.abc import Mapping, Sequence
from importlib.resources import files
from string import Template

from tinygrad_course import demo
from tinygrad_course.markup import Markup, element, join

from .exhibit import Exhibit, Section
from .pictures import Picture


def page(sections: Sequence[Section], pictures: Mapping[str, Picture]) -> str:
    """The page, as one HTML document that loads nothing but the files beside it."""
    own = files(__package__)
    style = files(demo).joinpath("page.css").read_text("utf-8") + own.joinpath(
        "page.css"
    ).read_text("utf-8")
    return Template(own.joinpath("page.html").read_text("utf-8")).substitute(
        style=style.strip(),
        count=sum(len(section.exhibits) for section in sections),
        contents=_contents(sections),
        sections=join(*(_section(section, pictures) for section in sections)),
    )


def _contents(sections: Sequence[Section]) -> Markup:
    """A list of all sections and of what is in them."""
    return element("ul", *(_contents_of(section) for section in sections))


def _contents_of(section: Section) -> Markup:
    links = (element("li", _link(exhibit)) for exhibit in section.exhibits)
    return element("li", _link(section), element("ul", *links))


def _link(target: Section | Exhibit) -> Markup:
    return element("a", target.heading, href=f"#{target.key}")


def _section(section: Section, pictures: Mapping[str, Picture]) -> Markup:
    heading = f"{section.key}-heading"
    return element(
        "section",
        element("h2", section.heading, id=heading),
        *map(_paragraph, section.words),
        *(_exhibit(exhibit, pictures[exhibit.key]) for exhibit in section.exhibits),
        id=section.key,
        aria_labelledby=heading,
    )


def _exhibit(exhibit: Exhibit, picture: Picture) -> Markup:
    heading = f"{exhibit.key}-heading"
    return element(
        "article",
        element("h3", element("a", exhibit.heading, href=f"#{exhibit.key}"), id=heading),
        *map(_paragraph, exhibit.words),
        picture.markup,
        element("pre", element("code", exhibit.code), class_="code", tabindex=0),
        id=exhibit.key,
        aria_labelledby=heading,
    )


def _paragraph(words: str) -> Markup:
    """A paragraph in which `code` stands between backticks."""
    parts = words.split("`")
    return element("p", *(element("code", part) if i % 2 else part for i, part in enumerate(parts)))
