"""From a tensor, a model or a function to a picture: `draw`, and the `Drawing` that it returns."""

import os
import subprocess
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from tinygrad_course.errors import DrawingError
from tinygrad_course.nn import Module
from tinygrad_course.tensor import Tensor

from .formats import dot, executable, mermaid, page, svg, tree
from .graph.boxes import View
from .graph.names import Notation
from .graph.view import LIMIT, Detail, view
from .options import check
from .subject import outputs_of
from .themes import Theme

SUFFIXES = (".svg", ".png", ".pdf", ".dot", ".mmd", ".html", ".txt")

TIMEOUT = 120
"""Seconds after which a `dot` that has not finished is stopped; a folded graph takes a few."""

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
    detail      "shapes"; "values" and gradients too; "everything", also bytes kept and FLOPs; "auto"
    depth       how deep modules and `tg.scope` blocks are open: 0 draws each model as one box
    collapse    what is folded at any depth: paths of modules or names of their classes, names of blocks
    direction   that of the data: "LR" from left to right, "TB" from top to bottom
    names       what to call tensors, by tensor or by the name that they have
    notation    "course" writes a net as the course does: z⁽¹⁾ = W⁽¹⁾x + b⁽¹⁾, a⁽¹⁾ = g(z⁽¹⁾), ℒ(ŷ, y)
    theme       "light", "dark", "print" in black on white, or "auto", which follows the reader's system
    limit       a graph of more boxes than this folds by itself, and says so

    It can be drawn before, between and after backward passes. Large arrays show their statistics
    where they are known: those of parameters always, those of results within `viz.watch()`. What
    `names` and `collapse` speak of and the graph has not is passed over.

    Raises: DrawingError if x can't be drawn, for an option or a suffix that does not exist, and, for
    .svg .png .pdf and .html, if there is no `dot` or it fails.
    """
    check("direction", direction, dot.Direction)
    check("theme", theme, Theme)
    if path is not None:
        _suffix(path)  # a wrong one is found before the work is done
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
    """A drawn graph, which shows itself in a notebook: in every format, or as a file by `save(path)`."""

    view: View
    direction: dot.Direction = "LR"
    theme: Theme = "auto"

    def __repr__(self) -> str:
        return f"<Drawing: {self.view.title}; see .svg(), .text(), .save(path)>"

    @cached_property
    def dot(self) -> str:
        """The DOT source, which needs no Graphviz."""
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
        """For a notebook: the picture, or the text tree and why there is no picture."""
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
        """A page of its own around the SVG.

        Raises: DrawingError if there is no `dot` or it fails.
        """
        return page.source(self.svg(), self.view.title, self.theme)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the drawing to a file, in the format of its suffix; see `SUFFIXES`.

        Raises: DrawingError, and then the file is as it was before.
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
            f"can't draw to a {type(path).__name__}: the second argument is the file's name, and what a "
            f"model or a function runs on is given as inputs=…"
        )
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise DrawingError(
            f"can't draw to {path.name!r}: its suffix should say the format and be one of "
            f"{', '.join(SUFFIXES)} (.pdf needs a Graphviz that can write it)"
        )
    return suffix


def _rendered(source: str, format: str) -> bytes:
    """What `dot` makes of the source."""
    program = executable.find()
    # -Kdot, because Graphviz takes the layout from the program's name, which may be another.
    command = [program, "-Kdot", f"-T{format}", *(["-Gdpi=192"] if format == "png" else [])]
    try:
        done = subprocess.run(
            command, input=source.encode(), capture_output=True, timeout=TIMEOUT, check=False
        )
    except subprocess.TimeoutExpired:
        raise DrawingError(
            f"{program} had not finished after {TIMEOUT} s: draw less of the graph "
            f"(depth=…, limit=…), or save it as .dot"
        ) from None
    except OSError as error:
        raise DrawingError(f"{program} can't be run: {error}") from error
    # What it says when it succeeds is about fonts that it measured by another's width.
    if done.returncode:
        reason = done.stderr.decode(errors="replace").strip() or "it does not say why"
        raise DrawingError(
            f"{program} could not draw to {format} (exit code {done.returncode}): {reason}"
            f"{_WITHOUT_PDF * (format == 'pdf')}"
        )
    return done.stdout


def write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    if not path.parent.is_dir():
        raise DrawingError(f"can't draw to {path}: there is no folder {path.parent}")
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        partial.write_bytes(content)
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)
