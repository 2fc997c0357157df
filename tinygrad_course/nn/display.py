"""How a Module shows itself in a notebook: its parts in a table, one a row, under their paths."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..markup import Markup, element
from .parameter import Parameter

if TYPE_CHECKING:
    from .module import Module

FEW = 20
"""A table of more rows than this is closed at first: a click opens it."""

LEFT = "text-align: left"
"""For words; numbers stand on the right, as notebooks have it."""


def html(module: "Module") -> Markup:
    """The line and the table."""
    head = _row("col", "path", "module", "parameters", "numbers")
    rows = list(_rows(module))
    table = element("table", head, *rows)
    return element("details", element("summary", *_about(module)), table, open=len(rows) <= FEW)


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
            continue  # its name stands in the line above
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
    """The row of a module, or, where its scope is "col", the heads above all of them."""
    tag, column = ("th", "col") if scope == "col" else ("td", None)
    return element(
        "tr",
        element("th", path, scope=scope, style=LEFT),
        element(tag, kind, scope=column, style=LEFT),
        element(tag, parameters, scope=column, style=LEFT),
        element(tag, numbers, scope=column),
    )
