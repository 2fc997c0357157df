"""An exhibit: a function that makes a drawing, and what the page says about it, read from its source."""

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from .models import Models

ALTERNATIVE = "Seen: "
"""The paragraph that describes a plot to readers who can't see it begins with this."""


@dataclass(frozen=True)
class Exhibit:
    """One drawing of the gallery."""

    key: str
    """Its anchor on the page, and the name of its files."""
    heading: str
    words: tuple[str, ...]
    """What the drawing shows, in paragraphs."""
    alternative: str
    """What a plot shows, for readers who can't see it; drawings describe themselves."""
    code: str
    """The lines that make it; the value of the last one is shown."""
    needs: tuple[str, ...]
    """The trained models that it asks for, by their names in `models`."""
    make: Callable[..., Any]

    def made(self, models: Models) -> Any:
        """Make the drawing."""
        return self.make(**{name: models[name] for name in self.needs})


@dataclass(frozen=True)
class Section:
    """Exhibits of one kind, with a heading and words of its own."""

    key: str
    heading: str
    words: tuple[str, ...]
    exhibits: tuple[Exhibit, ...]


def section(module: ModuleType) -> Section:
    """A module as a section: its docstring, and its public functions in their order."""
    heading, words, _ = _read(module)
    return Section(_key(module), heading, words, tuple(map(exhibit, _functions(module))))


def exhibit(function: Callable[..., Any]) -> Exhibit:
    """A function as an exhibit: docstring, lines, and its parameters, which are trained models."""
    heading, words, alternative = _read(function)
    needs = tuple(inspect.signature(function).parameters)
    code = _code(function)
    return Exhibit(_key(function), heading, words, alternative, code, needs, function)


def _functions(module: ModuleType) -> Iterator[Callable[..., Any]]:
    for name, value in vars(module).items():
        is_here = inspect.isfunction(value) and value.__module__ == module.__name__
        if is_here and not name.startswith("_"):
            yield value


def _key(named: Any) -> str:
    name: str = named.__name__.rpartition(".")[2]
    return name.replace("_", "-")


def _read(documented: Any) -> tuple[str, tuple[str, ...], str]:
    """The heading, the paragraphs, and the description of a plot."""
    heading, *paragraphs = (inspect.getdoc(documented) or "").split("\n\n")
    lines = [" ".join(paragraph.split()) for paragraph in paragraphs]
    words = tuple(line for line in lines if not line.startswith(ALTERNATIVE))
    alternative = " ".join(line.removeprefix(ALTERNATIVE) for line in lines if line not in words)
    return heading, words, alternative


def _code(function: Callable[..., Any]) -> str:
    """The lines between the docstring and the end, with what is returned as the last of them."""
    source = textwrap.dedent(inspect.getsource(function))
    (definition,) = ast.parse(source).body
    assert isinstance(definition, ast.FunctionDef)
    docstring, *_, last = definition.body
    lines = source.splitlines()[docstring.end_lineno :]
    lines[last.lineno - 1 - (docstring.end_lineno or 0)] = source.splitlines()[
        last.lineno - 1
    ].replace("return ", "", 1)
    return textwrap.dedent("\n".join(lines)).strip("\n")
