from xml.etree.ElementTree import Element

import pytest

from viz.network import legend, lines


def test_every_kind_of_line_has_its_words():
    assert tuple(legend.KINDS) == lines.KINDS


@pytest.mark.parametrize("kinds", [(), ("positive",), lines.KINDS])
def test_it_is_drawn_within_the_size_that_it_says(kinds):
    rows = ("one row", "another row")
    width, height = legend.size("A caption", kinds, rows)
    parent = Element("g")
    legend.draw(parent, "A caption", kinds, rows, 0.0, 0.0)
    (group,) = parent
    words = [x.text for x in group.iter("text")]
    assert words == ["A caption", *(legend.KINDS[kind] for kind in kinds), *rows]
    samples = list(group.iter("line"))
    assert [x.get("class") for x in samples] == [f"sample {kind}" for kind in kinds]
    assert all(abs(float(x.get(end))) <= width / 2 for x in samples for end in ("x1", "x2"))
    assert max(float(x.get("y")) for x in group.iter("text")) < height
