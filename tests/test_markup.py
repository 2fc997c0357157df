from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from tinygrad_course.markup import Markup, element, join


@given(st.text(), st.text())
def test_text_and_attributes_come_back_as_they_were(text, attribute):
    found = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag, attrs):
            found.append((tag, attrs))

        def handle_data(self, data):
            found.append(data)

    reader = Reader()
    reader.feed(element("p", text, title=attribute))
    reader.close()
    assert found[0] == ("p", [("title", attribute)])
    assert "".join(map(str, found[1:])) == text


def test_names_of_attributes_and_values_that_leave_them_out():
    made = element("td", class_="n", aria_label="x", id=None, hidden=False, open=True)
    assert made == '<td class="n" aria-label="x" open></td>'


def test_coordinates_are_short():
    assert element("circle", r=1 / 3, x=2.0) == '<circle r="0.33" x="2"></circle>'


def test_void_elements_are_not_closed():
    assert element("img", alt="") == '<img alt="">'


def test_markup_is_not_escaped_twice_and_none_is_left_out():
    assert join("<", Markup("<br>"), None) == "&lt;<br>"
