"""Draw the graph of a tensor, a model or a function: `draw`, and the `Drawing` that it returns."""

import os
import subprocess
import sys
import warnings
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from tinygrad_course import Tensor
from tinygrad_course.errors import DrawingError
from tinygrad_course.nn import Module

from .formats import dot, executable, mermaid, page, svg, tree
from .graph.boxes import View
from .graph.names import Notation
from .graph.view import LIMIT, Detail, view
from .options import check
from .subject import outputs_of
from .themes import Theme

SUFFIXES = (".svg", ".png", ".pdf", ".dot", ".mmd", ".html", ".txt")

TIMEOUT = 120
"""Seconds after which `dot` is stopped. A folded graph takes a few seconds."""

_AS_TEXT = (
    f"No Graphviz was found, so this page shows the graph as text. Install it for the picture: "
    f"pip install {executable.WHEEL}"
)

_WITHOUT_PDF = "\nGraphviz itself can write PDF, and so can a browser that prints the .html"


def draw(
    x: Tensor | Sequence[Tensor] | Module | Callable[..., Any],
    path: str | os.PathLike[str] | None = None,
    *,
    inputs: Any = None,
    detail: Detail = "auto",
    depth: int | None = None,
    direction: dot.Direction = "LR",
    names: Mapping[Any, str] | None = None,
    notation: Notation = "plain",
    theme: Theme = "auto",
    collapse: Collection[str] | str | None = None,
    limit: int = LIMIT,
) -> "Drawing":
    """Draw the graph that leads to a tensor, or to several; save it if a path is given.

        viz.draw(loss, "loss.svg")
        viz.draw(model, "model.svg", inputs=x, depth=1)
        viz.draw(lambda x, y: np.hypot(x, y), inputs=(3.0, 4.0))

    x           a Tensor, a list of them, or a Module or a function, which then runs on `inputs`
    detail      "shapes"; "values", which adds values and gradients; "everything", which adds bytes kept
                and FLOPs; "auto": values unless the graph is large
    depth       how many levels of modules and `tg.scope` blocks are open: 0 draws each model as one box
    collapse    what to fold at any depth: paths of modules, names of their classes, names of blocks
    direction   of the data: "LR" from left to right, "TB" from top to bottom
    names       new names for tensors, by tensor or by present name
    notation    "course" writes a net as the course does: z⁽¹⁾ = W⁽¹⁾x + b⁽¹⁾, a⁽¹⁾ = g(z⁽¹⁾), ℒ(ŷ, y)
    theme       "light", "dark", "print" in black on white, or "auto", which follows the reader's system
    limit       a graph of more boxes than this is folded automatically, with a note

    A graph can be drawn before, between and after backward passes. Large arrays show their statistics
    where these are known: for parameters always, for results that were recorded within `viz.watch()`.
    Entries of `names` and `collapse` that match nothing in the graph are ignored.

    Without a `dot`, a page (.html) shows the graph as text, with a warning.

    Raises: DrawingError if x can't be drawn, for an unknown option or suffix, if there is no `dot` for
    .svg, .png and .pdf, and if it fails.
    """
    check("direction", direction, dot.Direction)
    check("theme", theme, Theme)
    if path is not None:
        _suffix(path)  # before the work, so that a wrong one fails at once
    shown = view(
        outputs_of(x, inputs),
        detail=detail,
        depth=depth,
        collapse=collapse,
        names=names,
        notation=notation,
        limit=limit,
    )
    drawing = Drawing(shown, direction, theme)
    if path is not None:
        drawing.save(path)
    return drawing


@dataclass(frozen=True)
class Drawing:
    """A drawn graph, in every format. It displays itself in a notebook; `save(path)` writes a file.

    `view` is the graph as plain data; `direction` and `theme` are the options of `draw`.
    """

    view: View
    direction: dot.Direction = "LR"
    theme: Theme = "auto"

    def __repr__(self) -> str:
        return f"<Drawing: {self.view.title}; see .svg(), .text(), .save(path)>"

    @cached_property
    def dot(self) -> str:
        """The DOT source. Needs no Graphviz."""
        return dot.source(self.view, self.direction, self.theme)

    def svg(self) -> str:
        """An <svg> element, for a file or inline in HTML, any number of times on one page.

        Raises: DrawingError if there is no `dot` or it fails.
        """
        return self._svg

    @cached_property
    def _svg(self) -> str:
        return svg.polished(_rendered(self.dot, "svg").decode(), self.view, self.theme)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        """For a notebook: the picture, or the text tree and the reason why there is no picture."""
        try:
            return {"image/svg+xml": svg.modest(self.svg()), "text/plain": repr(self)}
        except DrawingError as error:
            return {"text/plain": f"{self.text()}\n{error}"}

    def mermaid(self) -> str:
        """A Mermaid flowchart, which GitHub draws in Markdown. Needs no Graphviz."""
        return mermaid.source(self.view, self.direction)

    def text(self) -> str:
        """A tree for a terminal. Needs no Graphviz."""
        return tree.source(self.view).rstrip("\n")

    def html(self) -> str:
        """A web page with the SVG. Where there is no `dot`, it shows the text tree, and a warning says so.

        Raises: DrawingError if `dot` fails.
        """
        if executable.installed() is None:
            _warn(_AS_TEXT)
            return page.source_of_text(self.text(), _AS_TEXT, self.view.title, self.theme)
        return page.source(self.svg(), self.view.title, self.theme)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the drawing to a file, in the format of its suffix; see `SUFFIXES`.

        Raises: DrawingError, without changing the file.
        """
        path = Path(path)
        suffix = _suffix(path)
        texts = {
            ".dot": lambda: self.dot,
            ".svg": self.svg,
            ".mmd": self.mermaid,
            ".txt": lambda: self.text() + "\n",
            ".html": self.html,
        }
        written = texts.get(suffix)
        write(path, written().encode() if written else _rendered(self.dot, suffix[1:]))


def _suffix(path: str | os.PathLike[str]) -> str:
    if not isinstance(path, (str, os.PathLike)):
        raise DrawingError(
            f"can't draw to a {type(path).__name__}: the second argument is the name of a file; give the "
            f"inputs of a model or a function as inputs=…"
        )
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise DrawingError(
            f"can't draw to {path.name!r}: its suffix must be one of "
            f"{', '.join(SUFFIXES)} (.pdf needs a Graphviz that can write it)"
        )
    return suffix


def _warn(message: str) -> None:
    """Warn at the line of the user's code that asked for the drawing, however many calls lie between."""
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename == __file__:
        frame = frame.f_back
    warnings.warn_explicit(message, UserWarning, frame.f_code.co_filename, frame.f_lineno)


def _rendered(source: str, format: str) -> bytes:
    """The output of `dot` for the source."""
    program = executable.find()
    # -Kdot, because Graphviz chooses the layout by the program's name, which may be another.
    command = [program, "-Kdot", f"-T{format}", *(["-Gdpi=192"] if format == "png" else [])]
    try:
        done = subprocess.run(
            command, input=source.encode(), capture_output=True, timeout=TIMEOUT, check=False
        )
    except subprocess.TimeoutExpired:
        raise DrawingError(
            f"{program} did not finish within {TIMEOUT} s: draw less of the graph "
            f"(depth=…, limit=…), or save it as .dot"
        ) from None
    except OSError as error:
        raise DrawingError(f"{program} can't be run: {error}") from error
    # Its warnings when it succeeds are about fonts whose widths it estimates.
    if done.returncode:
        reason = done.stderr.decode(errors="replace").strip() or "it gives no reason"
        raise DrawingError(
            f"{program} could not draw to {format} (exit code {done.returncode}): {reason}"
            f"{_WITHOUT_PDF * (format == 'pdf')}"
        )
    return done.stdout


def write(path: Path, content: bytes) -> None:
    """Write a file completely or not at all."""
    if not path.parent.is_dir():
        raise DrawingError(f"can't draw to {path}: there is no folder {path.parent}")
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        partial.write_bytes(content)
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)
