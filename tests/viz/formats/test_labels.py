import re
from xml.etree import ElementTree

import pytest
from graphviz.quoting import quote
from hypothesis import example, given
from hypothesis import strategies as st

from viz import text, themes
from viz.formats.labels import flush_left, label, plain
from viz.graph.boxes import ArrayBox, FoldBox, OperationBox
from viz.graph.summary import NOT_YET, ArraySummary

lines = st.text().map(text.name).filter(bool)


def rows(made):
    """The texts of an HTML-like label, row by row."""
    assert made.startswith("<<table")
    assert made.endswith("</table>>")
    table = ElementTree.fromstring(made[1:-1])
    return ["|".join("".join(cell.itertext()) for cell in row) for row in table]


def array(**fields):
    given = {"key": "box1", "kind": "leaf", "name": "w", "spec": "(2,) float64"}
    return ArrayBox(**given | fields)


def test_an_array_has_its_name_its_outline_its_value_and_its_gradient():
    box = array(value=ArraySummary(("[1.0]", "[2.0]")), gradient=NOT_YET)
    assert rows(label(box, "light")) == ["w", "(2,) float64", "value |[1.0]", "|[2.0]", "grad |–"]


def test_what_is_not_known_takes_no_row():
    assert rows(label(array(name=""), "light")) == ["(2,) float64"]
    number = array(kind="constant", name="", spec="", value=ArraySummary(("2",)))
    assert rows(label(number, "light")) == ["2"]


def test_a_value_that_was_overwritten_is_said_to_be_that_of_now():
    assert "value now |1.0" in rows(
        label(array(value=ArraySummary(("1.0",)), is_changed=True), "light")
    )


def test_an_operation_has_its_symbol_its_parameters_and_its_costs():
    operation = OperationBox("box1", "sum", "Σ", ("axis=0",))
    assert label(operation, "light") == plain("Σ", "axis=0")
    costly = OperationBox("box1", "sum", "Σ", ("axis=0",), costs=("keeps nothing", "6 FLOPs"))
    assert rows(label(costly, "light")) == ["Σ", "axis=0", "keeps nothing", "6 FLOPs"]


def test_a_fold_says_how_often_if_more_than_once():
    assert rows(label(FoldBox("box1", "module", ("0", "Linear")), "light")) == ["0", "Linear"]
    assert rows(label(FoldBox("box1", "repeat", ("0 … 3",), 4), "light")) == ["× 4", "0 … 3"]


@pytest.mark.parametrize("theme", themes.COLOURS)
def test_a_heat_map_is_a_table_of_coloured_cells_and_crosses_for_nan(theme):
    box = array(value=ArraySummary(("mean 0.0 ± 1.0",), ((0, 128, 255), (None, 128, 128))))
    picture = label(box, theme).split("<table")[2]
    tints = themes.TINTS[theme]
    zero = tints[themes.STEPS]
    assert re.findall('bgcolor="(.*?)"', picture) == [tints[0], zero, tints[-1], zero, zero]
    assert picture.count("×") == 1


@given(lines, lines)
def test_any_text_is_in_an_html_like_label_as_it_is(name, value):
    box = array(name=name, value=ArraySummary((value,)))
    found = rows(label(box, "light").replace("\\\\", "\\"))
    assert (found[0], found[2]) == (name, f"value |{value}")


@given(lines)
@example("<b>bold</b>")
@example("<")
def test_any_text_is_in_a_plain_label_as_it_is_once_dot_has_read_it(line):
    made = plain(line)
    assert not quote(made).startswith("<")  # which would make it an HTML-like label
    read = re.sub(r"\\(.)", r"\1", made) if made != line else made
    assert read.replace("&amp;", "&") == line


@given(st.lists(lines, min_size=1, max_size=3))
def test_lines_that_begin_at_the_left_are_read_one_by_one(several):
    ended = re.findall(r"((?:[^\\]|\\\\)*)\\l", flush_left(*several))
    assert [x.replace("\\\\", "\\").replace("&amp;", "&") for x in ended] == several
