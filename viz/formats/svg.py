"""Graphviz's SVG prepared for a page: accessible, themed, and without ids.

One HTML document may contain several drawings, but an id may occur only once. Nothing in a drawing
refers to ids, so they are removed. Every element has a class (`node leaf`, `edge` …), and `data-key`
says which box or frame of the view it shows.
"""

from collections.abc import Iterator
from xml.etree import ElementTree

from .. import themes
from ..graph.boxes import Edge, View

NAMESPACE = "http://www.w3.org/2000/svg"
CLASS = "viz-graph"

# Courier first, with which the text was laid out; all of these have equal widths.
FONTS = "Courier, 'Courier New', 'Liberation Mono', Menlo, 'DejaVu Sans Mono', monospace"

MODEST = 0.8
"""The scale of a drawing in a notebook."""


def polished(svg: str, view: View, theme: themes.Theme = "light") -> str:
    """The drawing, for use inline or as a file, with titles and descriptions of all its parts."""
    ElementTree.register_namespace("", NAMESPACE)
    root = ElementTree.fromstring(svg)
    said = _said(view)
    for parent in list(root.iter()):
        parent.attrib.pop("id", None)
        if "font-family" in parent.attrib:
            parent.set("font-family", FONTS)
        if {"operation", "fold"} & set(parent.get("class", "").split()):
            _centre(parent)
        for child in parent.findall(f"{{{NAMESPACE}}}title"):
            key = child.text or ""
            parent.remove(child)
            if key in said:
                parent.set("data-key", key.removeprefix("cluster_"))
                parent.set("role", "img")
                _describe(parent, *said[key])
    if theme == "auto":
        style = ElementTree.Element(f"{{{NAMESPACE}}}style")
        style.text = themes.dark_rules(f".{CLASS}")
        root.insert(0, style)
    _describe(root, view.title, view.note)
    # Not an image, of which screen readers would read no more than the title.
    root.set("role", "group")
    root.set("class", CLASS)
    return ElementTree.tostring(root, encoding="unicode")


def modest(svg: str) -> str:
    """A polished drawing for a notebook: letters as large as those around it, and no wider than the page."""
    root = ElementTree.fromstring(svg)
    for side in ("width", "height"):
        length = float(root.get(side, "").removesuffix("pt"))
        root.set(side, f"{MODEST * length:.0f}pt")
    root.set("style", "max-width: 100%; height: auto")
    return ElementTree.tostring(root, encoding="unicode")


def _centre(group: ElementTree.Element) -> None:
    """Centre the lines of text in their box, since Graphviz only estimates their widths."""
    shape = next(group.iter(f"{{{NAMESPACE}}}ellipse"), None)
    if shape is not None:
        middle = shape.get("cx", "")
    else:
        corners = next(group.iter(f"{{{NAMESPACE}}}polygon")).get("points", "").split()
        xs = [float(corner.split(",")[0]) for corner in corners]
        middle = f"{(min(xs) + max(xs)) / 2:.2f}"
    for line in group.iter(f"{{{NAMESPACE}}}text"):
        line.set("text-anchor", "middle")
        line.set("x", middle)


def _said(view: View) -> dict[str, tuple[str, str]]:
    """Title and description of everything, by its name in the DOT source."""
    said = {box.key: (box.title, box.description) for box in view.boxes}
    said |= {f"cluster_{frame.key}": (frame.title, "") for frame in view.frames}
    titles = {box.key: box.title for box in view.boxes}
    return said | dict(_edges(view.edges, titles))


def _edges(
    edges: tuple[Edge, ...], titles: dict[str, str]
) -> Iterator[tuple[str, tuple[str, str]]]:
    for edge in edges:
        label = f", as {edge.label}" if edge.label else ""
        title = f"from {titles[edge.tail]} to {titles[edge.head]}{label}"
        yield f"{edge.tail}->{edge.head}", (title, edge.description)


def _describe(element: ElementTree.Element, title: str, description: str) -> None:
    """Add <title> and <desc>, which screen readers read and browsers show, as first children."""
    for tag, words in (("desc", description), ("title", title)):
        if words:
            child = ElementTree.Element(f"{{{NAMESPACE}}}{tag}")
            child.text = words
            element.insert(0, child)
