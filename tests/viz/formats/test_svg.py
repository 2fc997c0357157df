from xml.etree import ElementTree

import numpy as np
import pytest

import viz
from tests.viz.graphs import AWKWARD_NAMES, GRAPHS, net, parameter
from viz import text
from viz.formats import svg
from viz.graph.boxes import ArrayBox, Edge, View

AS_WRITTEN = """<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">
<!-- Generated -->
<svg width="8pt" height="9pt" viewBox="0 0 8 9" xmlns="http://www.w3.org/2000/svg"
 xmlns:xlink="http://www.w3.org/1999/xlink">
<g id="graph0" class="graph"><title>%3</title>
<g id="node1" class="node leaf"><title>box1</title>
<text font-family="Courier,monospace">é</text></g>
<g id="edge1" class="edge"><title>box1&#45;&gt;box2</title></g>
</g></svg>"""


def view(title="A <graph>"):
    boxes = tuple(ArrayBox(f"box{i}", "leaf", f"w{i}", "") for i in (1, 2))
    return View(title, boxes, (Edge("box1", "box2", "x", (0,)),), note="folded")


def drawn(y, **options):
    drawing = viz.draw(y, **options)
    return drawing.view, ElementTree.fromstring(drawing.svg())


def children(element, tag):
    return element.findall(f"{{{svg.NAMESPACE}}}{tag}")


def groups(root):
    """What is drawn: all groups but the one around everything."""
    return [
        g for g in root.iter(f"{{{svg.NAMESPACE}}}g") if "graph" not in g.get("class", "").split()
    ]


def test_it_can_stand_in_a_page_any_number_of_times():
    polished = svg.polished(AS_WRITTEN, view())
    assert polished.startswith("<svg")
    assert "ns0:" not in polished
    page = ElementTree.fromstring(f"<body>{polished}{polished}</body>")
    assert not [element for element in page.iter() if "id" in element.attrib]


def test_titles_say_what_a_reader_can_use_and_the_first_is_the_drawings():
    root = ElementTree.fromstring(svg.polished(AS_WRITTEN, view()))
    titles = [element.text for element in root.iter(f"{{{svg.NAMESPACE}}}title")]
    assert titles == ["A <graph>", "leaf w1", "from leaf w1 to leaf w2, as x"]
    descriptions = [element.text for element in root.iter(f"{{{svg.NAMESPACE}}}desc")]
    assert descriptions == [
        "folded",
        "stretched along axis 0; in the backward pass the gradient is summed over axis 0",
    ]
    assert root[0].text == "A <graph>"
    # What is in an image is not read out.
    assert root.get("role") == "group"


def test_text_has_fonts_of_one_width_to_fall_back_on():
    root = ElementTree.fromstring(svg.polished(AS_WRITTEN, view("")))
    (line,) = root.iter(f"{{{svg.NAMESPACE}}}text")
    assert line.text == "é"
    assert line.get("font-family", "").endswith("monospace")


def test_in_a_notebook_it_is_smaller_and_fits_the_page():
    whole = svg.polished(AS_WRITTEN.replace('"8pt"', '"80pt"').replace('"9pt"', '"90pt"'), view())
    root = ElementTree.fromstring(svg.modest(whole))
    assert (root.get("width"), root.get("height")) == ("64pt", "72pt")
    assert root.get("style") == "max-width: 100%; height: auto"
    for changed in ("width", "height", "style"):
        del root.attrib[changed]
    before = ElementTree.fromstring(whole)
    del before.attrib["width"], before.attrib["height"]
    assert ElementTree.tostring(root) == ElementTree.tostring(before)


@pytest.mark.parametrize("name", GRAPHS)
def test_every_box_edge_and_frame_is_an_element_that_says_what_it_is(name):
    shown, root = drawn(GRAPHS[name](), detail="everything")
    found = groups(root)
    assert len(found) == len(shown.boxes) + len(shown.edges) + len(shown.frames)
    for group in found:
        assert group[0].tag == f"{{{svg.NAMESPACE}}}title"
        assert group[0].text
        assert group.get("role") == "img"
    keys = [group.get("data-key") for group in found]
    assert {box.key for box in shown.boxes} | {frame.key for frame in shown.frames} <= set(keys)


def test_operations_carry_their_formula_and_their_rule():
    _, root = drawn(np.tanh(parameter(1.0)))
    (operation,) = (g for g in groups(root) if "operation" in g.get("class", ""))
    (description,) = children(operation, "desc")
    assert description.text.startswith("z = tanh x. x̄ = z̄")


def test_names_stand_in_titles_as_they_are():
    _, root = drawn(np.concatenate([parameter([1.0], name) for name in AWKWARD_NAMES]))
    titles = [g[0].text for g in groups(root) if "leaf" in g.get("class", "")]
    expected = [
        " ".join(filter(None, ("leaf", text.name(n), "(1,) float64"))) for n in AWKWARD_NAMES
    ]
    assert sorted(titles) == sorted(expected)


def test_lines_of_operations_and_folds_stand_in_the_middle():
    model = net()[1]
    for how in ({"detail": "everything"}, {"depth": 1}):
        _, root = drawn(model(np.ones((4, 2), np.float32)), **how)
        inner = [g for g in groups(root) if {"operation", "fold"} & {*g.get("class", "").split()}]
        assert inner
        for group in inner:
            places = {(t.get("x"), t.get("text-anchor")) for t in children(group, "text")}
            assert len(places) == 1
            assert places.pop()[1] == "middle"


def test_only_a_drawing_that_follows_the_reader_has_dark_rules():
    y = parameter(1.0) * 2.0
    assert "prefers-color-scheme" in viz.draw(y).svg()
    assert "prefers-color-scheme" not in viz.draw(y, theme="light").svg()
    assert "prefers-color-scheme" not in viz.draw(y, theme="dark").svg()


def test_a_screen_reader_is_told_every_box(browser, tmp_path):
    drawing = viz.draw(net()[0])
    path = tmp_path / "graph.html"
    drawing.save(path)
    page = browser.open(path)
    tree = page.ask("Accessibility.getFullAXTree")["nodes"]
    said = {node["name"]["value"] for node in tree if "name" in node and not node["ignored"]}
    assert {box.title for box in drawing.view.boxes} <= said
    assert {frame.title for frame in drawing.view.frames} <= said
    page.close()
