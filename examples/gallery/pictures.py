"""What an exhibit made, as markup for the page and as files beside it.

Drawings stand in the page itself, so that browsers and screen readers find the title of every part;
plots and players are files. Plots are drawn twice, for light pages and for dark ones.
"""

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree

from matplotlib import rc_context
from matplotlib.figure import Figure

import viz
from tinygrad_course.markup import Markup, element

from .exhibit import ALTERNATIVE, Exhibit
from .models import Models

CARDS = {"light": "#ffffff", "dark": "#1b1f26"}
"""The background of plots, as in the page's style."""

INKS = {"light": "#20242a", "dark": "#e4e2dc"}

LARGEST, SMALLEST = 0.8, 0.55
"""The scale of drawings: smaller on a narrow page, and below the smallest scale they scroll."""


@dataclass(frozen=True)
class Picture:
    """Markup, and the files that it refers to."""

    markup: Markup
    files: Mapping[str, str] = field(default_factory=dict)


def picture(exhibit: Exhibit, models: Models) -> Picture:
    """Make an exhibit's drawing, and what the page needs of it.

    Raises: TypeError if it is of no kind that can be shown, ValueError for a plot without words for
    those who can't see it.
    """
    with _plots_in("light"):
        made = exhibit.made(models)
    if isinstance(made, viz.Drawing | viz.NetworkDrawing):
        return _drawing(exhibit, made)
    if isinstance(made, viz.Player):
        return _player(exhibit, made)
    if isinstance(made, Figure):
        with _plots_in("dark"):
            return _plot(exhibit, {"light": made, "dark": exhibit.made(models)})
    if isinstance(made, str):
        return Picture(_scrolling("text", exhibit.heading, element("pre", made)))
    raise TypeError(
        f"{exhibit.key} returned a {type(made).__name__}: expected a drawing, a player, a Figure or text"
    )


def _drawing(exhibit: Exhibit, drawing: viz.Drawing | viz.NetworkDrawing) -> Picture:
    svg = drawing.svg()
    file = f"{exhibit.key}.svg"
    width = _pixels(ElementTree.fromstring(svg).get("width", ""))
    sizes = f"width: {LARGEST * width:.0f}px; min-width: {SMALLEST * width:.0f}px"
    sized = element("div", Markup(svg), style=sizes)
    shown = _scrolling(f"drawing {drawing.theme}", exhibit.heading, sized)
    return Picture(_with_link(exhibit, shown, file, "the drawing as a file"), {file: svg})


def _pixels(length: str) -> float:
    """A length of SVG in pixels: "12pt" are 16, "12" are 12."""
    return float(length.removesuffix("pt")) * (4 / 3 if length.endswith("pt") else 1)


def _player(exhibit: Exhibit, player: viz.Player) -> Picture:
    file = f"{exhibit.key}.html"
    frame = element("iframe", src=file, title=player.title, loading="lazy", class_="player")
    shown = _with_link(exhibit, frame, file, "the player on a page of its own")
    return Picture(shown, {file: player.html()})


def _plot(exhibit: Exhibit, figures: Mapping[str, Figure]) -> Picture:
    if not exhibit.alternative:
        raise ValueError(
            f"{exhibit.key} makes a plot: say in its docstring what is on it, in a paragraph that begins "
            f"with {ALTERNATIVE!r}, for those who can't see it"
        )
    names = {theme: f"{exhibit.key}-{theme}.svg" for theme in figures}
    width, height = (round(96 * inches) for inches in figures["light"].get_size_inches())
    image = element(
        "picture",
        element("source", srcset=names["dark"], media="(prefers-color-scheme: dark)"),
        element("img", src=names["light"], alt=exhibit.alternative, width=width, height=height),
    )
    files = {names[theme]: _svg(figure) for theme, figure in figures.items()}
    return Picture(_with_link(exhibit, image, names["light"], "the plot as a file"), files)


def _plots_in(theme: str) -> Any:
    parts = ("text.color", "axes.labelcolor", "axes.edgecolor", "xtick.color", "ytick.color")
    settings: dict[Any, Any] = dict.fromkeys(parts, INKS[theme])
    settings |= dict.fromkeys(("figure.facecolor", "axes.facecolor"), CARDS[theme])
    settings["svg.hashsalt"] = "gallery"  # the same plot is the same file
    return rc_context(settings)


def _svg(figure: Figure) -> str:
    content = io.StringIO()
    figure.savefig(content, format="svg", metadata={"Date": None})
    return content.getvalue()


def _scrolling(kind: str, label: str, inside: Markup) -> Markup:
    """A part that may be wider than the page; it scrolls, and can be reached by keyboard."""
    return element("div", inside, class_=kind, tabindex=0, role="region", aria_label=label)


def _with_link(exhibit: Exhibit, shown: Markup, file: str, words: str) -> Markup:
    link = element("a", words, href=file, aria_label=f"{exhibit.heading}: {words}")
    return element("figure", shown, element("figcaption", link))
