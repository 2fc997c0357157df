from xml.etree import ElementTree

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
        "stretched along axis 0; on the way back the gradient is summed over axis 0",
    ]
    assert root[0].text == "A <graph>"
    assert root.get("role") == "img"


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


def test_text_has_fonts_of_one_width_to_fall_back_on():
    root = ElementTree.fromstring(svg.polished(AS_WRITTEN, view("")))
    (text,) = root.iter(f"{{{svg.NAMESPACE}}}text")
    assert text.text == "é"
    assert text.get("font-family", "").endswith("monospace")
