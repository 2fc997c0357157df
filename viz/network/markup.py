"""SVG elements and their attributes, and the width of text."""

from unicodedata import east_asian_width
from xml.etree.ElementTree import Element, SubElement

NORMAL, SMALL, TINY = 13.0, 11.5, 10.0
"""Font sizes, in pixels."""

RAISED_OR_LOWERED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾₀₁₂₃₄₅₆₇₈₉"
"""Characters that are narrower than others."""

LINE = 16.0
"""The distance between lines of text."""


def add(parent: Element, tag: str, content: str = "", **attributes: object) -> Element:
    """Add a child; data_layer=1 becomes data-layer="1", class_="unit" becomes class="unit"."""
    written = {
        name.strip("_").replace("_", "-"): f"{value:.5g}"
        if isinstance(value, float)
        else str(value)
        for name, value in attributes.items()
        if value is not None
    }
    child = SubElement(parent, tag, written)
    child.text = content or None
    return child


def coordinate(x: float) -> str:
    """A length, to a hundredth of a pixel."""
    nearest = round(x, 2) + 0.0  # not -0.0
    return f"{nearest:.2f}".rstrip("0").rstrip(".")


def write(
    parent: Element,
    content: str,
    x: float,
    y: float,
    size: float = NORMAL,
    *,
    anchor: str = "middle",
    **attributes: object,
) -> Element:
    """Add text that is vertically centred at y."""
    # Half of a capital letter lower, since not all programs support dominant-baseline.
    where = {"x": x, "y": y + 0.35 * size, "font_size": size, "text_anchor": anchor}
    return add(parent, "text", content, **where, **attributes)


def width(content: str, size: float = NORMAL) -> float:
    """An upper estimate of the width of a line of text, for any font."""
    return sum(map(_relative_width, content)) * size


def _relative_width(character: str) -> float:
    """The width of a character relative to the font size."""
    if character in RAISED_OR_LOWERED:
        return 0.4
    return 1.0 if east_asian_width(character) in "FW" else 0.6
