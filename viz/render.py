"""From a tensor to a picture: `draw`, and the `Drawing` that it returns."""

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import get_args

from tinygrad_course.errors import DrawingError
from tinygrad_course.tensor import Tensor

from . import dot, executable, svg
from .view import LIMIT, View, view

SUFFIXES = (".svg", ".png", ".pdf", ".dot")

PATIENCE = 120
"""Seconds after which a `dot` that has not finished is stopped; a summarised graph takes one."""


def draw(
    x: Tensor | Sequence[Tensor],
    path: str | os.PathLike[str] | None = None,
    *,
    direction: dot.Direction = "LR",
    limit: int = LIMIT,
) -> "Drawing":
    """Draw the graph that leads to a tensor, or to several; save it if a path is given.

    `direction` is that of the data: "LR" from left to right, "TB" from top to bottom. A graph of more
    than `limit` nodes is summarised. It can be drawn before, between and after backward passes.

    Raises: DrawingError if x is no tensor, if the path's suffix is none of .svg .png .pdf .dot, and,
    unless it is .dot, if there is no `dot` or it fails.
    """
    if direction not in get_args(dot.Direction):
        raise DrawingError(
            f"direction={direction!r} is none of {', '.join(get_args(dot.Direction))}"
        )
    if path is not None:
        _suffix(Path(path))  # a wrong one is found before the work is done
    shown = view(x, limit=limit)
    drawing = Drawing(shown, dot.source(shown, direction))
    if path is not None:
        drawing.save(path)
    return drawing


@dataclass(frozen=True)
class Drawing:
    """A drawn graph: as DOT source in `dot`, as SVG in `svg()`, as a file by `save(path)`."""

    view: View
    dot: str

    def __repr__(self) -> str:
        return f"<Drawing: {self.view.title}; see .svg(), .save(path), .dot>"

    def svg(self) -> str:
        """An <svg> element, for a file or inline in HTML, any number of times on one page.

        Raises: DrawingError if there is no `dot` or it fails.
        """
        return self._svg

    @cached_property
    def _svg(self) -> str:
        titles = {box.key: box.title for box in self.view.boxes}
        return svg.polished(_rendered(self.dot, "svg").decode(), self.view.title, titles)

    _repr_svg_ = svg

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the drawing to a file, in the format of its suffix: .svg, .png, .pdf or .dot.

        Raises: DrawingError, and then the file is as it was before.
        """
        path = Path(path)
        suffix = _suffix(path)
        if suffix == ".dot":
            content = self.dot.encode()
        elif suffix == ".svg":
            content = self.svg().encode()
        else:
            content = _rendered(self.dot, suffix[1:])
        _write(path, content)


def _suffix(path: Path) -> str:
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
            command, input=source.encode(), capture_output=True, timeout=PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        raise DrawingError(
            f"{program} had not finished after {PATIENCE} s: draw less of the graph "
            f"(limit=…), or save it as .dot"
        ) from None
    except OSError as error:
        raise DrawingError(f"{program} can't be run: {error}") from error
    # What it says when it succeeds is about fonts that it measured by another's width.
    if done.returncode:
        reason = done.stderr.decode(errors="replace").strip() or "it does not say why"
        raise DrawingError(
            f"{program} could not draw to {format} (exit code {done.returncode}): {reason}"
        )
    return done.stdout


def _write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    if not path.parent.is_dir():
        raise DrawingError(f"can't draw to {path}: there is no folder {path.parent}")
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        partial.write_bytes(content)
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)
