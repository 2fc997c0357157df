from hypothesis import example, given
from hypothesis import strategies as st

import tinygrad_course as tg
from viz import text, view
from viz.formats import dot
from viz.graph.boxes import Edge, FoldBox, OperationBox, View

awkward = st.text() | st.text("<>&\"'\\{}|[];\n\r\t\x00#%-NGTL ")


def small_graph():
    x = tg.Tensor([1.0, 2.0], name="x")
    y = (tg.Tensor([3.0, 4.0], requires_grad=True, name="w") * x).sum(axis=0)
    y.name = "y"
    return y


def shapes(source):
    lines = [line for line in source.splitlines() if "class=" in line]
    attribute = {line.split("class=")[1].split()[0].rstrip("]"): line for line in lines}
    return {
        kind: (line.split("shape=")[1].split()[0].rstrip("]"), "rounded" in line)
        for kind, line in attribute.items()
    }


def test_the_kinds_differ_in_shape():
    found = shapes(dot.source(view(small_graph())))
    assert set(found) == {"leaf", "constant", "operation", "result"}
    assert len(set(found.values())) == 4


def test_the_source_says_what_the_view_does():
    source = dot.source(view(small_graph()))
    for part in ("<b>w</b>", "(2,) float64", "[3.0  4.0]", "grad", "–", "axis=0", "Σ", "11.0"):
        assert part in source
    assert source.count("->") == 5
    assert source.count("peripheries=2") == 1


def test_direction_is_that_of_the_data():
    assert "rankdir=TB" in dot.source(view(small_graph()), "TB")


def test_the_same_graph_gives_the_same_source():
    assert dot.source(view(small_graph())) == dot.source(view(small_graph()))


def test_operands_are_declared_in_the_order_in_which_they_are_read():
    a, b = (tg.Tensor([1.0], requires_grad=True, name=name) for name in "ab")
    source = dot.source(view(a - b))
    assert source.index("<b>a</b>") < source.index("<b>b</b>")


def test_every_box_is_drawn_even_if_an_output_is_used_again():
    y = tg.Tensor(1.0, requires_grad=True)
    for i in range(1000):
        y = y + 1.0
        if i == 500:
            middle = y
    for outputs in ([middle, y], [y, y]):
        shown = view(outputs)
        assert dot.source(shown).count("class=") == len(shown.boxes)


def test_boxes_that_lead_in_a_circle_through_the_summary_are_drawn():
    boxes = tuple(FoldBox(f"box{i}", "middle", ("…",)) for i in range(2))
    there, back = (Edge(a.key, b.key) for a, b in (boxes, boxes[::-1]))
    assert dot.source(View("", boxes, (there, back))).count("class=") == 2


@given(awkward)
@example('<b>&"')
@example("\\N \\n \\")
@example("&amp; &#38;")
@example("")
def test_no_name_breaks_out_of_its_label(name):
    w = tg.Tensor([1.0], requires_grad=True, name=name)
    source = dot.source(view(w * 2.0))
    assert all(c.isprintable() or c in "\n\t" for c in source)
    assert source.count("<b>") == bool(text.name(name))
    assert source.count("<table") == source.count("</table>") == 3


@given(awkward.filter(lambda symbol: text.name(symbol)))
@example("</table>")
@example("ends in \\")
def test_no_symbol_breaks_out_of_its_label(symbol):
    box = OperationBox("box1", "mine", text.name(symbol), ())
    source = dot.source(View("", (box,), ()))
    before, after = source.split("class=operation")
    label = before[before.rindex("[label=") + 7 :].strip()
    assert after.count("\n") == 2
    assert not label.startswith("<")
    if label.startswith('"'):
        body = label[1:-1].replace("\\\\", "")
        assert label.endswith('"')
        assert '"' not in body.replace('\\"', "")
        assert not body.endswith("\\")
