"""The reference: a page for each public module, with everything in its `__all__`."""

import importlib
import inspect
from collections.abc import Iterator, Sequence
from types import ModuleType
from typing import Any

from docs.site.docstrings import as_restructured_text
from tinygrad_course.primitive import Primitive

MODULES = {
    "tinygrad_course": "Tensors and derivatives",
    "tinygrad_course.nn": "Networks",
    "tinygrad_course.nn.functional": "Functions of networks",
    "tinygrad_course.nn.init": "Initial weights",
    "tinygrad_course.optim": "Optimizers and schedules",
    "tinygrad_course.training": "Training",
    "tinygrad_course.data": "Data",
    "tinygrad_course.testing": "Checks",
    "tinygrad_course.inspect": "Inspecting graphs",
    "tinygrad_course.errors": "Errors",
    "viz": "Drawings",
}
"""The modules, each with the heading of its page."""


def reference() -> dict[str, str]:
    """The pages by their names, in reStructuredText."""
    pages = {f"reference/{module}": _page(module, title) for module, title in MODULES.items()}
    names = "\n".join(f"   {module}" for module in MODULES)
    rows = "\n".join(f"- :doc:`{module}`: {_first_line(module)}" for module in MODULES)
    pages["reference/index"] = (
        f"{_heading('Reference', '=')}\nEverything public, from the docstrings.\n\n{rows}\n\n"
        f".. toctree::\n   :hidden:\n\n{names}\n"
    )
    return pages


def public(module: ModuleType) -> list[str]:
    """The names that a module offers, but for other modules."""
    names: Sequence[str] = getattr(module, "__all__", None) or [
        name
        for name, value in vars(module).items()
        if getattr(value, "__module__", None) == module.__name__ and not name.startswith("_")
    ]
    return [name for name in names if not isinstance(getattr(module, name), ModuleType)]


def _page(name: str, title: str) -> str:
    module = importlib.import_module(name)
    parts = [
        _heading(title, "="),
        as_restructured_text(module.__doc__ or ""),
        f".. py:module:: {name}",
        *(_entry(f"{name}.{member}", getattr(module, member)) for member in public(module)),
    ]
    return "\n\n".join(parts) + "\n"


def _entry(path: str, value: Any) -> str:
    return "\n".join(_directive(path, value))


def _directive(path: str, value: Any) -> Iterator[str]:
    if inspect.isclass(value):
        yield f".. autoclass:: {path}"
        yield "   :members:"
        if not issubclass(value, BaseException):
            yield "   :inherited-members: tuple"
    elif callable(value) or isinstance(value, Primitive):
        yield f".. autofunction:: {path}"
    else:
        yield f".. autodata:: {path}"


def _heading(title: str, line: str) -> str:
    return f"{title}\n{line * len(title)}\n"


def _first_line(name: str) -> str:
    words = (importlib.import_module(name).__doc__ or "").split("\n\n")[0]
    return as_restructured_text(words.partition(": ")[2] or words)
