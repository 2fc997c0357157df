import re

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import tinygrad_course as tg
from tests.viz.graphs import GRAPHS, parameter
from tinygrad_course import nn
from viz import text, themes, view
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


def test_frames_are_clusters_in_each_other_around_their_boxes():
    shown = view(GRAPHS["scopes"]())
    source = dot.source(shown)
    inside, open_ = {}, []
    for line in source.splitlines():
        if found := re.match(r"\s*subgraph cluster_(\w+)", line):
            open_.append(found[1])
        elif line.strip() == "}" and open_:
            open_.pop()
        elif found := re.match(r"\s*(box\d+) \[", line):
            inside[found[1]] = tuple(open_)
    outer = {frame.key: frame.outer for frame in shown.frames}
    for box in shown.boxes:
        around, key = [], box.frame
        while key:
            around.append(key)
            key = outer[key]
        assert inside[box.key] == tuple(reversed(around))


def test_notes_and_the_meaning_of_colours_stand_below_where_there_is_need():
    model = nn.MLP([3] * 4, rng=0)
    y = model(np.ones((4, 3), np.float32))
    assert "folded to depth 1" in dot.source(view(y, depth=1))
    assert "labelloc=b" not in dot.source(view(y))
    w = parameter(np.ones((10, 10)))
    for theme, meaning in themes.MEANING.items():
        source = dot.source(view(w), theme=theme)
        assert f"heat maps: {meaning}" in source
        assert "NaN" not in source
    w.data[0] = np.nan
    assert "× is NaN" in dot.source(view(w))


def sizes(source):
    """Width and height of every operation, in points, by its key."""
    lines = [line.strip() for line in source.splitlines() if "class=operation" in line]
    width, height = (
        [72 * float(re.search(rf"\b{side}=([\d.]+)", line)[1]) for line in lines]
        for side in ("width", "height")
    )
    return dict(zip((line.split()[0] for line in lines), zip(width, height)))


@pytest.mark.parametrize("name", GRAPHS)
@pytest.mark.parametrize("how", [{}, {"notation": "course"}, {"detail": "everything"}])
def test_the_text_of_an_operation_fits_into_its_ellipse(name, how):
    shown = view(GRAPHS[name](), **how)
    operations = {box.key: box for box in shown.boxes if isinstance(box, OperationBox)}
    found = sizes(dot.source(shown))
    assert set(found) == set(operations)
    for key, (width, height) in found.items():
        box = operations[key]
        # Of the letters of Courier, each is 0.6 of its size wide.
        rows = [(14, line) for line in (box.symbol, *box.parameters)]
        rows += [(11, line) for line in box.costs]
        wide = max(0.6 * size * len(line) for size, line in rows)
        high = sum(size for size, _ in rows)
        assert (wide / width) ** 2 + (high / height) ** 2 <= 1


def test_a_short_operation_is_a_circle():
    found = sizes(dot.source(view(GRAPHS["tiny"]()))).values()
    assert len(found) == 3
    assert all(width == height for width, height in found)


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
