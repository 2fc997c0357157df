"""Draw a model as neurons and layers: `network`, and the drawing that it returns."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tinygrad_course.errors import DrawingError
from tinygrad_course.nn import Module

from ..formats import page
from ..graph.names import Notation
from ..options import check
from ..render import write
from ..themes import Theme
from . import svg
from .layers import read
from .wording import Wording

SUFFIXES = (".svg", ".html")


def network(
    model: Module,
    path: str | os.PathLike[str] | None = None,
    *,
    input_names: Sequence[str] | None = None,
    output_names: Sequence[str] | None = None,
    weights: bool = True,
    notation: Notation = "plain",
    theme: Theme = "auto",
) -> "NetworkDrawing":
    """Draw a model as neurons and layers; save it if a path is given.

        viz.network(model, "model.svg")
        viz.network(model, input_names=["width", "height"], output_names=["cat", "dog"])

    model           made of Linear, activations, Sequential, MLP and LogisticRegression
    input_names     the text beside each input, and `output_names` beside each output
    weights         True draws larger weights as wider lines, and the biases; False draws connections only
    notation        "course" writes x₁, a₁⁽¹⁾, ŷ as the course does
    theme           "light", "dark", "print" in black on white, or "auto", which follows the reader's system

    A unit shows its activation as a curve. Of a layer with more than a dozen units only some are drawn,
    with the weights between them. The drawing shows the present weights.

    Raises: DrawingError for a model with other parts, if there is not one name per unit, and for an
    unknown option or suffix.
    """
    check("theme", theme, Theme)
    check("notation", notation, Notation)
    if path is not None:
        _suffix(path)  # before the work, so that a wrong one fails at once
    net = read(model)
    wording = Wording(
        net,
        notation,
        _checked_names("input_names", input_names, net.layers[0].inputs),
        _checked_names("output_names", output_names, net.layers[-1].units),
    )
    drawing = NetworkDrawing(wording, theme, weights)
    if path is not None:
        drawing.save(path)
    return drawing


@dataclass(frozen=True)
class NetworkDrawing:
    """A drawn net. It displays itself in a notebook; `svg()` returns SVG, `save(path)` writes a file.

    `wording` is the net in words and numbers; `theme` and `weights` are the options of `network`.
    """

    wording: Wording
    theme: Theme = "auto"
    weights: bool = True

    def __repr__(self) -> str:
        return f"<NetworkDrawing: {self.caption}; see .svg(), .save(path)>"

    @property
    def caption(self) -> str:
        """The text below the drawing: "2-layer net (the input layer is not counted)"."""
        return self.wording.caption

    def svg(self) -> str:
        """An <svg> element, for a file or inline in HTML, any number of times on one page."""
        return self._svg

    @cached_property
    def _svg(self) -> str:
        return svg.draw(self.wording, self.theme, weights=self.weights)

    _repr_svg_ = svg

    def html(self) -> str:
        """A web page with the SVG."""
        title = f"{self.wording.last}-layer net: neurons and layers"
        return page.source(self.svg(), title, self.theme)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the drawing to a file, in the format of its suffix: .svg or .html.

        Raises: DrawingError, without changing the file.
        """
        content = self.svg() if _suffix(path) == ".svg" else self.html()
        write(Path(path), content.encode())


def _suffix(path: str | os.PathLike[str]) -> str:
    suffix = Path(path).suffix.lower() if isinstance(path, (str, os.PathLike)) else None
    if suffix not in SUFFIXES:
        name = type(path).__name__ if suffix is None else repr(Path(path).name)
        raise DrawingError(
            f"can't draw a net to {name}: expected the name of a file that ends in .svg or .html. "
            f"Browsers open both and print them to PDF; many programs turn an SVG into a PNG"
        )
    return suffix


def _checked_names(option: str, names: Sequence[str] | None, n: int) -> tuple[str, ...]:
    if names is None:
        return ()
    if isinstance(names, str) or len(names) != n:
        found = repr(names) if isinstance(names, str) else f"{len(names)} names"
        raise DrawingError(f"{option}: expected a list of {n} names, one per unit, found {found}")
    return tuple(map(str, names))
