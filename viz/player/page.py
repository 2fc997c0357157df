"""One HTML file from the files in assets/: the page, the style, the scripts, and the data.

The scripts are ES modules. A single file has nothing to import from, so each module becomes a function
that runs once and returns its exports, after the modules that it imports.
"""

import json
import re
from collections.abc import Mapping
from functools import cache
from html import escape
from importlib.resources import files
from string import Template
from typing import Any

from .. import themes
from ..network import style

_IMPORT = re.compile(r'^import (\{[^}]*\}) from "\./(\w+)\.js";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:const|class|function) (\w+))", re.MULTILINE)


def source(title: str, data: Mapping[str, Any]) -> str:
    """The page."""
    return Template(_part("player.html")).substitute(
        title=escape(title),
        light=_variables(themes.LIGHT, style.ON_LIGHT),
        dark=_variables(themes.DARK, style.ON_DARK),
        style=_part("style.css"),
        script=_script(),
        data=_embedded(data),
    )


def _embedded(data: Mapping[str, Any]) -> str:
    """JSON without any character that could end the script element, such as "</script>" in a name."""
    written = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return written.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _variables(colours: Mapping[str, str], of_signs: tuple[str, str]) -> str:
    """The colours of a theme and of weights, as CSS variables."""
    named = {**colours, **dict(zip(("positive", "negative"), of_signs))}
    return " ".join(f"{themes.variable(role)}: {colour};" for role, colour in named.items())


@cache
def _script() -> str:
    """All scripts as one."""
    return "\n".join(map(_module, _ordered("main", [])))


def _ordered(name: str, done: list[str]) -> list[str]:
    """The names of the scripts, each after those that it imports."""
    for _, imported in _IMPORT.findall(_part(f"{name}.js")):
        _ordered(imported, done)
    if name not in done:
        done.append(name)
    return done


def _module(name: str) -> str:
    """A script as a function, so that its names stay local."""
    source = _part(f"{name}.js")
    exported = ", ".join(_EXPORT.findall(source))
    inside = _EXPORT.sub("", _IMPORT.sub(r"const \1 = \2$;\n", source))
    return f"const {name}$ = (() => {{\n{inside}\nreturn {{ {exported} }};\n}})();\n"


@cache
def _part(name: str) -> str:
    return files(__package__).joinpath("assets").joinpath(name).read_text(encoding="utf-8")
