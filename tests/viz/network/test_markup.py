from xml.etree.ElementTree import Element, tostring

import pytest

from viz.network.markup import NORMAL, add, coordinate, width, write


def test_attributes_are_written_as_svg_wants_them():
    parent = Element("g")
    add(parent, "line", x1=1.0, data_from=2, class_="a b", data_path=None, data_unit=0)
    assert tostring(parent) == b'<g><line x1="1" data-from="2" class="a b" data-unit="0" /></g>'


def test_lengths_are_short():
    lengths = [coordinate(x) for x in (1.0, 0.125, -0.001, 1e-9, 1234.5678, 100.0)]
    assert lengths == ["1", "0.12", "0", "0", "1234.57", "100"]


def test_text_stands_around_its_height():
    text = write(Element("g"), "a<b", 1.0, 10.0)
    assert text.text == "a<b"
    assert float(text.get("y")) == pytest.approx(10 + 0.35 * NORMAL)
    assert text.get("text-anchor") == "middle"


def test_wide_characters_need_more_room_and_indices_less():
    assert width("") == 0
    assert width("₁₂⁽¹⁾") < width("12(1)") < width("漢字漢字漢")
    assert width("ab", 20.0) == 2 * width("ab", 10.0)
