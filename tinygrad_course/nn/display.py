"""The display of a Module in a notebook: a table with a row per module, under its path."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..markup import Markup, element
from .parameter import Parameter

if TYPE_CHECKING:
    from .module import Module

OPEN_ROWS = 20
"""A table with more rows than this is collapsed at first; a click opens it."""

LEFT = "text-align: left"
"""For text; numbers are aligned right, which is the default of notebooks."""


def html(module: "Module") -> Markup:
    """The line and the table."""
    head = _row("col", "path", "module", "parameters", "numbers")
    rows = list(_rows(module))
    table = element("table", head, *rows)
    return element(
        "details", element("summary", *_about(module)), table, open=len(rows) <= OPEN_ROWS
    )


def _about(module: "Module") -> Iterator[str]:
    yield element("b", type(module).__name__)
    parameters = list(module.parameters())
    count = sum(p.size for p in parameters)
    yield f": {count:,} parameter{'s' * (count != 1)}"
    yield from (f", {dtype}" for dtype in dict.fromkeys(p.dtype for p in parameters))
    frozen = sum(p.size for p in parameters if not p.requires_grad)
    if frozen:
        yield f", {frozen:,} of them frozen"


def _rows(module: "Module") -> Iterator[Markup]:
    paths = {parameter: path for path, parameter in module.named_parameters()}
    for path, part in module.named_modules():
        own = [(name, p) for name, p in part._parts() if isinstance(p, Parameter)]
        if not path and not own and any(part.children()):
            continue  # the summary line has its name
        words, numbers = [], 0
        for name, parameter in own:
            if paths[parameter] == ".".join(filter(None, (path, name))):
                words.append(f"{name} {parameter.shape}")
                numbers += parameter.size
            else:
                words.append(f"{name}: that of {paths[parameter]}")
        kind = f"{type(part).__name__}({part.extra_repr()})".removesuffix("()")
        count = f"{numbers:,}" if own else ""
        yield _row("row", path or "the model", kind, ", ".join(words), count)


def _row(scope: str, path: str, kind: str, parameters: str, numbers: str) -> Markup:
    """The row of a module, or with the scope "col" the head of the table."""
    tag, column = ("th", "col") if scope == "col" else ("td", None)
    return element(
        "tr",
        element("th", path, scope=scope, style=LEFT),
        element(tag, kind, scope=column, style=LEFT),
        element(tag, parameters, scope=column, style=LEFT),
        element(tag, numbers, scope=column),
    )
