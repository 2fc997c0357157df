"""Makes the generated parts of the documentation: the table of operations and the drawings.

python3 run.py docs
"""

import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import viz
from docs.code_blocks import README, away_in, run, sessions
from docs.on_dask import DASK, ON_DASK, Limits
from tinygrad_course import ops
from tinygrad_course.composition import composed
from tinygrad_course.onnx.counterparts import WITHOUT
from tinygrad_course.onnx.graph import IN_SINGLE
from tinygrad_course.primitive import Primitive, of_numpy, registry
from tinygrad_course.tensor.numpy_surface import CARRYING, PLAIN, REFUSED, dispatched, full_name

DOCS = Path(__file__).parent

_HEAD = """\
# Operations

Made by `python3 run.py docs` from the rules themselves. z is the output, x̄ the cotangent of x, z̄ that of
the output. Each operation also runs under the NumPy functions named beside it, when one of their arguments
is a Tensor. A composition has no rule of its own: it is written in terms of other functions.

At the end come the limits [on Dask arrays](#on-dask-arrays), what has no counterpart
[in ONNX files](#in-onnx-files), and a list of [all of NumPy's functions](#all-of-numpy), with what each one
does with a Tensor.
"""

_ON_DASK = """\
## On Dask arrays

A Tensor may hold a Dask array. Operations and `backward()` then extend Dask's graph, and nothing is
computed until `.item()`, `.numpy()` or an optimizer's step needs a result. All operations of this page run on
Dask arrays, with the same values and gradients as on NumPy's, except those in this table. The suite tests
each one with Dask {version}, in small uneven chunks, alone and beside NumPy's arrays; it does not test empty
arrays, nor 0-d ones along an axis. If Dask has no such function, it computes the array at once, with a
`FutureWarning`. Targets of losses that are computed later are not checked.
"""

_IN_ONNX = """\
## In ONNX files

[`tg.export_onnx`](deploy.md) writes all operations of this page and all compositions, except those in this
table and what is composed of them. The suite compares each with onnxruntime, in single and in double
precision. Of these nodes onnxruntime has none in double precision, so that they are computed in single:
{single}.
"""

_ALL = """\
## All of NumPy

Every public function of NumPy that dispatches on its arguments (NEP 13, NEP 18). *Plain* functions run on
the values and return plain arrays: their results don't depend on the values, or only in steps. *Refused*
functions raise an error that says why. `out=`, `where=` and `dtype=` are refused everywhere. Ufuncs have
`reduce`, `accumulate` and `outer` where these mean an operation of this page (`np.add.reduce` is `np.sum`);
the others are refused.

| NumPy | with a Tensor | what it is |
|---|---|---|"""


def operations_page() -> str:
    """Every primitive and composition, by topic, with its formula; and every function of NumPy."""
    parts = [_HEAD]
    for topic in ops.__all__:
        module = getattr(ops, topic)
        parts.append(f"## {topic.capitalize()}\n\n{_first_paragraph(module.__doc__)}\n")
        members = [p for p in registry.values() if p.__module__ == module.__name__]
        written = [f for f in dict.fromkeys(composed.values()) if f.__module__ == module.__name__]
        if members:
            parts.append(
                _table("operation | symbol | NumPy | formula and rules", map(_row, members))
            )
        if written:
            parts.append(_table("composition | NumPy | formula", map(_composition_row, written)))
        parts.extend(filter(None, map(_notes, [*members, *written])))
    parts += [
        _ON_DASK.format(version=DASK),
        _table("operation | values | gradients | why", _dask_rows()),
        _IN_ONNX.format(single=", ".join(f"`{kind}`" for kind in IN_SINGLE)),
        _table("operation | why it has no counterpart", _onnx_rows()),
    ]
    parts.append(
        _ALL + "".join(f"\n{_surface_row(*entry)}" for entry in dispatched().items()) + "\n"
    )
    return "\n".join(parts)


def _first_paragraph(text: str | None) -> str:
    return " ".join((text or "").split("\n\n")[0].split())


def _table(heads: str, rows: Iterable[str]) -> str:
    line = "|".join("---" for _ in heads.split("|"))
    return "\n".join([f"| {heads} |", f"|{line}|", *rows, ""])


def _cells(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _row(primitive: Primitive[..., object]) -> str:
    functions = ", ".join(f"`{_short(f)}`" for f in primitive.numpy_functions)
    formula = _first_paragraph(primitive.__doc__)
    return _cells(f"`{primitive.name}`", primitive.symbol, functions, formula)


def _composition_row(function: Callable[..., object]) -> str:
    functions = ", ".join(f"`{_short(f)}`" for f, made in composed.items() if made is function)
    return _cells(f"`{function.__name__}`", functions, _first_paragraph(function.__doc__))


def _surface_row(name: str, function: Callable[..., object]) -> str:
    """What one of NumPy's functions does with a Tensor."""
    shown = f"`{_short(function)}`"
    if function in of_numpy:
        return _cells(shown, "primitive", f"`{of_numpy[function].name}`")
    if function in composed:
        return _cells(shown, "composition", f"`{composed[function].__name__}`")
    if function in PLAIN:
        tracked = ", ".join(f"`{name}`" for name in CARRYING.get(function, ()))
        return _cells(shown, "plain", f"refused with a tracked {tracked}" if tracked else "")
    return _cells(shown, "refused", REFUSED.get(name, "no rule yet"))


def _dask_rows() -> Iterator[str]:
    """What runs on Dask arrays in part, or not at all; operations with the same limits share a row."""
    alike: dict[Limits, list[str]] = {}
    for name, limits in ON_DASK.items():
        made = registry.get(name)
        functions = (
            made.numpy_functions
            if made is not None
            else [f for f, written in composed.items() if written.__name__ == name]
        )
        alike.setdefault(limits, []).extend(map(_short, functions or [name]))
    for limits, names in alike.items():
        reasons = "; ".join(reason.words for reason in limits.reasons)
        shown = ", ".join(f"`{name}`" for name in names)
        yield _cells(shown, limits.values, limits.gradients, reasons)


def _onnx_rows() -> Iterator[str]:
    """What has no counterpart in ONNX; operations with the same reason share a row."""
    alike: dict[str, list[str]] = {}
    for name, reason in WITHOUT.items():
        alike.setdefault(reason, []).append(f"`{name}`")
    for reason, names in alike.items():
        yield _cells(", ".join(names), reason)


def _short(function: object) -> str:
    if isinstance(function, str):
        return function
    return full_name(function).replace("numpy.", "np.", 1)


def _notes(operation: object) -> str:
    """What the docstring says beyond the formula."""
    paragraphs = (operation.__doc__ or "").split("\n\n")[1:]
    if not paragraphs:
        return ""
    name = getattr(operation, "__name__", "")
    return f"**{name}.** " + " ".join(" ".join(p.split()) for p in paragraphs) + "\n"


def first_drawing() -> str:
    """The SVG that the README's first example draws."""
    names: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder, away_in(folder):
        run(sessions(README)[0][0], names, README.name)
        drawing: str = viz.draw(names["loss"]).svg()
        return drawing


def drawings() -> dict[str, str]:
    """The SVGs that docs/drawing.md shows, by file name, as its code draws them."""
    page = DOCS / "drawing.md"
    names: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder, away_in(folder):
        for block in sessions(page)[0]:
            run(block, names, page.name)
        shown = re.findall(r"\]\(images/(.*?\.svg)\)", page.read_text("utf-8"))
        return {name: Path(name).read_text("utf-8") for name in shown}


def main() -> None:
    """Write all of them."""
    (DOCS / "operations.md").write_text(operations_page(), "utf-8")
    images = DOCS / "images"
    images.mkdir(exist_ok=True)
    for name, svg in {"first_graph.svg": first_drawing(), **drawings()}.items():
        (images / name).write_text(svg, "utf-8")
    print("docs/operations.md and the drawings in docs/images are up to date")


if __name__ == "__main__":
    main()
