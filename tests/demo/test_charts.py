import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from tinygrad_course.demo.charts import WIDTH, Series, error_strip, line_chart, signed_bars


def points(line):
    return [tuple(map(float, p.split(","))) for p in line.attrib["points"].split()]


def is_inside(svg):
    _, _, width, height = map(float, svg.attrib["viewBox"].split())
    xs = [float(v) for e in svg.iter() for k, v in e.attrib.items() if k in ("x", "cx", "x1", "x2")]
    ys = [float(v) for e in svg.iter() for k, v in e.attrib.items() if k in ("y", "cy", "y1", "y2")]
    return width == WIDTH and 0 <= min(xs) <= max(xs) <= width and 0 <= min(ys) <= max(ys) <= height


@pytest.mark.parametrize(
    "values", [[0.7, 0.5, 0.2], [1e-9, 2e-9], [0.0, 0.0], [5.0], [1.0] * 300, [3.0, float("nan")]]
)
@pytest.mark.parametrize("as_percent", [False, True])
def test_line_chart_keeps_order_and_stays_inside(values, as_percent):
    series = [Series("one", values, "a"), Series("two", values[::-1], "b", dashed=True)]
    if as_percent:
        series = [s._replace(values=[min(v, 1.0) for v in s.values]) for s in series]
    svg = ElementTree.fromstring(
        line_chart("k", "Title", series, y_label="cost", as_percent=as_percent)
    )
    assert is_inside(svg)
    first, second = svg.iter("polyline")
    assert first.attrib["class"] != second.attrib["class"]
    assert "dashed" in second.attrib["class"]
    for line, given in ((first, series[0].values), (second, series[1].values)):
        finite = [v for v in given if v == v]
        found = points(line)
        assert [x for x, _ in found] == sorted(x for x, _ in found)
        for (a, b), (v, w) in zip(pairwise(found), pairwise(finite)):
            assert (b[1] < a[1]) == (w > v) or abs(b[1] - a[1]) <= 0.11  # higher is upwards


def test_line_chart_says_in_words_what_it_shows():
    made = line_chart("k", "Cost", [Series("training", [0.75, 0.25], "a")], y_label="cost")
    svg = ElementTree.fromstring(made)
    assert svg.attrib["aria-labelledby"] == "k-title k-desc"
    assert svg.findtext("title") == "Cost"
    assert "training: from 0.750 to 0.250" in (svg.findtext("desc") or "")


@pytest.mark.parametrize("error", [0.0, 1e-30, 3e-11, 1e-6, 1e9])
def test_errors_are_on_the_right_side_of_the_limit(error):
    svg = ElementTree.fromstring(error_strip("k", [("model", error)], 1e-6))
    assert is_inside(svg)
    (limit,) = [float(e.attrib["x1"]) for e in svg.iter("line") if e.attrib["class"] == "limit"]
    (circle,) = svg.iter("circle")
    assert (float(circle.attrib["cx"]) <= limit) == (error <= 1e-6)


def test_bars_go_to_the_side_of_their_sign_with_a_length_of_their_size():
    bars = [("up", 2.0), ("down", -1.0)]
    svg = ElementTree.fromstring(signed_bars("k", "Weights", bars, ("no", "yes")))
    assert is_inside(svg)
    up, down = svg.iter("rect")
    axis = float(up.attrib["x"])
    assert float(up.attrib["width"]) == pytest.approx(2 * float(down.attrib["width"]), abs=0.02)
    assert float(down.attrib["x"]) + float(down.attrib["width"]) == pytest.approx(axis, abs=0.02)
    assert re.findall(r"[+−]\d\.\d\d", "".join(t.text or "" for t in svg.iter("text")))
