"""What is in a drawing, for tests: elements by class, their titles and their text."""

from xml.etree import ElementTree

import viz

SVG = "{http://www.w3.org/2000/svg}"


def network(model, **options):
    return ElementTree.fromstring(viz.network(model, **options).svg())


def of_class(root, *wanted):
    return [x for x in root.iter() if set(wanted) <= set(x.get("class", "").split())]


def title(element):
    return element.findtext(f"{SVG}title", "")


def texts(root):
    return [x.text or "" for x in root.iter(f"{SVG}text")]


def unit(root, layer, number):
    (found,) = (
        x
        for x in of_class(root, "unit")
        if (x.get("data-layer"), x.get("data-unit")) == (str(layer), str(number))
    )
    return found


def weight(root, layer, unit, source):
    wanted = (str(layer), str(unit), str(source))
    (found,) = (
        x
        for x in of_class(root, "weight")
        if (x.get("data-layer"), x.get("data-unit"), x.get("data-from")) == wanted
    )
    return found
