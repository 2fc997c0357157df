"""SVG as Graphviz writes it, made fit for a page: accessible, and free of ids.

Several drawings may stand in one HTML document, where an id may occur only once. Nothing in them
refers to an id, so they go without; every element keeps a class instead (`node leaf`, `edge` …).
"""

from collections.abc import Mapping
from xml.etree import ElementTree

NAMESPACE = "http://www.w3.org/2000/svg"

# Courier first, so that the text is what it was laid out for; all of these are equally wide.
FONTS = "Courier, 'Courier New', 'Liberation Mono', Menlo, 'DejaVu Sans Mono', monospace"


def polished(svg: str, title: str, titles: Mapping[str, str]) -> str:
    """The drawing for use inline or as a file, with a title and one for each box by its key."""
    ElementTree.register_namespace("", NAMESPACE)
    root = ElementTree.fromstring(svg)
    for parent in list(root.iter()):
        parent.attrib.pop("id", None)
        if "font-family" in parent.attrib:
            parent.set("font-family", FONTS)
        for child in parent.findall(f"{{{NAMESPACE}}}title"):
            if child.text and child.text in titles:
                child.text = titles[child.text]
            else:  # the name of an edge or of the graph, which means nothing to a reader
                parent.remove(child)
    heading = ElementTree.Element(f"{{{NAMESPACE}}}title")
    heading.text = title
    root.insert(0, heading)
    root.set("role", "img")
    return ElementTree.tostring(root, encoding="unicode")
