"""This project's docstrings, which are plain text, as reStructuredText for Sphinx.

    `code`               code, and a link where it names something in the reference
    an indented block    code as well, of Python where it can be parsed
    a table like this    a list of definitions
    Raises: …            a paragraph that begins with a bold word; so do Shapes, Numerics and others

Formulas have one line per rule.
"""

import ast
import re
import textwrap
from collections.abc import Iterator

import tinygrad_course
import viz

_FIELD = re.compile(r"(Args|Shapes|Units|Raises|Numerics|Source|Returns)(?=[:,])")
_FUNCTIONS = [
    name
    for name in (*tinygrad_course.__all__, *viz.__all__)
    if not hasattr(tinygrad_course, name) or callable(getattr(tinygrad_course, name))
]
_LINKED = re.compile(r"[A-Z]\w*|[A-Za-z]\w*(?:\.\w+)+|" + "|".join(_FUNCTIONS))
"""What may link to the reference: classes, names with a dot, and functions of the packages. A word in
small letters is more often a parameter."""


def as_restructured_text(docstring: str) -> str:
    """The whole docstring."""
    return "\n\n".join(map(_shown, _parts(docstring)))


def _shown(part: str) -> str:
    if _is_code(part):
        return _code(part)
    if _is_formula(part):
        lines = re.split(r"[;,]\s{2,}|\n", part)
        return "\n".join(f"| {_prose(line)}" for line in lines)
    return _definitions(part) if _is_table(part) else _prose(part)


def _parts(docstring: str) -> Iterator[str]:
    """Paragraphs and blocks of code, which may have blank lines inside."""
    code: list[str] = []
    for part in re.split(r"\n\s*\n", docstring.strip("\n")):
        if _is_code(part):
            code.append(part)
            continue
        if code:
            yield "\n\n".join(code)
            code = []
        yield part
    if code:
        yield "\n\n".join(code)


def _is_code(part: str) -> bool:
    lines = filter(None, part.splitlines())
    return all(line.startswith("    ") for line in lines) or "├── " in part


def _code(part: str) -> str:
    code = textwrap.dedent(part)
    try:
        ast.parse(code)
        language = "python"
    except SyntaxError:
        language = "text"
    return f".. code-block:: {language}\n\n{textwrap.indent(code, '   ')}"


def _is_table(part: str) -> bool:
    """Whether every line is a name, a gap and words, or, far to the right, more words."""
    return all(re.match(r"[^\s;=](?:[^;=]*[^\s;=])? {2,}\S| {6,}\S", x) for x in part.splitlines())


def _is_formula(part: str) -> bool:
    """Whether it is a function, and its rules if any: z = x + y;   x̄ = z̄,   ȳ = z̄"""
    return re.match(r"(?:z|s\(t\))\S* = ", part) is not None


def _definitions(part: str) -> str:
    rows: list[list[str]] = []
    for line in part.splitlines():
        if line.startswith(" "):
            rows[-1][1] += f" {line.strip()}"
        else:
            rows.append(re.split(r" {2,}", line, maxsplit=1))
    return "\n".join(f"``{name.strip('`')}``\n   {_prose(words)}\n" for name, words in rows)


def _prose(part: str) -> str:
    """Text as text, what stands between backticks as code."""
    pieces = re.split(r"`+", part)
    shown = (_in_code(piece) if i % 2 else _plain(piece) for i, piece in enumerate(pieces))
    return _FIELD.sub(r"**\1**", "".join(shown), count=1) if _FIELD.match(part) else "".join(shown)


def _in_code(piece: str) -> str:
    code = " ".join(piece.split())
    if not _LINKED.fullmatch(code):
        return f"``{code}``"
    target = re.sub(r"^tg\b", "tinygrad_course", code)
    if target in tinygrad_course.__all__:
        target = f"tinygrad_course.{target}"
    return f":py:obj:`{code} <{target}>`"


def _plain(piece: str) -> str:
    escaped = re.sub(r"([*|_\\])", r"\\\1", piece)
    return re.sub(r"\b[A-Z]\w*(?:Error|Warning)\b", _exception, escaped)


def _exception(match: re.Match[str]) -> str:
    ours = hasattr(tinygrad_course.errors, match[0])
    return f":py:exc:`~tinygrad_course.errors.{match[0]}`" if ours else match[0]
