"""One HTML file out of the parts in assets/: the frame, the style, the scripts, and the data.

The scripts are ES modules, each with one topic. In a single file there is nothing to import from, so
they are joined: in the order that their imports ask for, without the imports and the word `export`.
"""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from html import escape
from importlib.resources import files
from string import Template
from typing import Any

from .. import themes

_IMPORT = re.compile(r'^import \{[^}]*\} from "\./(\w+)\.js";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export ", re.MULTILINE)


def source(title: str, data: Mapping[str, Any]) -> str:
    """The page."""
    return Template(_part("player.html")).substitute(
        title=escape(title),
        light=_variables(themes.LIGHT),
        dark=_variables(themes.DARK),
        style=_part("style.css"),
        script=_script(),
        data=_embedded(data),
    )


def _embedded(data: Mapping[str, Any]) -> str:
    """JSON that no browser takes for markup, whatever names are in it: "</script>" is the danger."""
    written = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return written.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _variables(colours: Mapping[str, str]) -> str:
    """A theme as CSS variables: "leaf fill" is --leaf-fill."""
    return " ".join(f"--{role.replace(' ', '-')}: {colour};" for role, colour in colours.items())


@cache
def _script() -> str:
    """All scripts as one, each behind those that it imports."""
    return "\n".join(_EXPORT.sub("", _IMPORT.sub("", _part(f"{name}.js"))) for name in _ordered())


def _ordered() -> list[str]:
    done: list[str] = []

    def add(name: str) -> None:
        for imported in _imports(name):
            add(imported)
        if name not in done:
            done.append(name)

    add("main")
    return done


def _imports(name: str) -> Iterator[str]:
    return (found.group(1) for found in _IMPORT.finditer(_part(f"{name}.js")))


@cache
def _part(name: str) -> str:
    return files(__package__).joinpath("assets", name).read_text(encoding="utf-8")
