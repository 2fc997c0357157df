"""The colours and lines of a net's drawing, as CSS inside the SVG.

Positive and negative weights differ in dashes, and in colour as well: blue and vermillion of the palette
of Okabe and Ito, lighter on dark pages. All rules begin with the classes of the drawing, so that they do
not affect the page around it.
"""

from collections.abc import Mapping
from typing import Literal

from ..themes import COLOURS, DARK, Theme, variable

CLASS = "viz-network"

FONTS = "system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', 'DejaVu Sans', Arial, sans-serif"

ON_LIGHT, ON_DARK, IN_PRINT = ("#0072b2", "#d55e00"), ("#56b4e9", "#f5924a"), ("#000000", "#000000")
SIGNS: Mapping[str, tuple[str, str]] = {
    "auto": ON_LIGHT,
    "light": ON_LIGHT,
    "dark": ON_DARK,
    "print": IN_PRINT,
}
"""The colours of positive and of negative weights."""


IN_PAGE = {role: f"var({variable(role)})" for role in COLOURS["auto"]}


def css(theme: Theme | Literal["page"]) -> str:
    """The rules of a theme. "auto" follows the reader's settings on screen, and is light in print.

    "page" uses the colours of the page around it, as CSS variables: --ink, --positive …
    """
    root = f".{CLASS}.{theme}"
    if theme == "page":
        return _rules(root, IN_PAGE, "var(--positive)", "var(--negative)")
    rules = _rules(root, COLOURS[theme], *SIGNS[theme])
    if theme != "auto":
        return rules
    dark = _rules(root, DARK, *ON_DARK)
    return f"{rules}\n@media screen and (prefers-color-scheme: dark) {{\n{dark}\n}}"


def _rules(root: str, colours: Mapping[str, str], positive: str, negative: str) -> str:
    page, ink, grey = colours["page"], colours["ink"], colours["grey"]
    rules = {
        "text": f"font-family: {FONTS}; fill: {ink}",
        "text.quiet": f"fill: {grey}",
        ".caption": "font-weight: 600",
        ".heading": "font-weight: 600",
        ".paper": f"fill: {page}",
        ".unit circle": f"fill: {page}; stroke: {ink}; stroke-width: 1.4",
        ".unit.input circle": f"fill: {colours['constant fill']}; stroke: {grey}",
        ".unit.output circle": "stroke-width: 2.6",
        ".ellipsis": f"fill: {grey}",
        ".axis": f"stroke: {grey}; stroke-width: 0.7",
        ".curve": f"fill: none; stroke: {ink}; stroke-width: 1.8; stroke-linejoin: round",
        ".arrow": f"fill: none; stroke: {ink}; stroke-width: 1.4",
        ".sample": "stroke-width: 2.5",
        ".plain": f"stroke: {grey}; stroke-width: 0.9",
        ".positive": f"stroke: {positive}",
        ".negative": f"stroke: {negative}; stroke-dasharray: 7 3.5",
        ".zero": f"stroke: {grey}; stroke-width: 0.9; stroke-dasharray: 2 4",
        ".undefined": f"stroke: {ink}; stroke-dasharray: 1 6; stroke-linecap: round",
    }
    return "\n".join(f"{root} {part} {{ {style} }}" for part, style in rules.items())
