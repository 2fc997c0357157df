"""What is in a drawing, for tests: elements by class, their titles and their text."""

from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import viz

SVG = "{http://www.w3.org/2000/svg}"


def network(model, **options) -> Element:
    return ElementTree.fromstring(viz.network(model, **options).svg())


def of_class(root: Element, *wanted: str) -> list[Element]:
    return [x for x in root.iter() if set(wanted) <= set(x.get("class", "").split())]


def title(element: Element) -> str:
    return element.findtext(f"{SVG}title", "")


def texts(root: Element) -> list[str]:
    return [x.text or "" for x in root.iter(f"{SVG}text")]


def unit(root: Element, layer: int, number: int) -> Element:
    (found,) = (
        x
        for x in of_class(root, "unit")
        if (x.get("data-layer"), x.get("data-unit")) == (str(layer), str(number))
    )
    return found


def weight(root: Element, layer: int, unit: int, source: int) -> Element:
    wanted = (str(layer), str(unit), str(source))
    (found,) = (
        x
        for x in of_class(root, "weight")
        if (x.get("data-layer"), x.get("data-unit"), x.get("data-from")) == wanted
    )
    return found
