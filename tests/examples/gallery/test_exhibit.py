"""What the page says of a function is read from its source, and the lines on the page do what they say."""

import ast
import inspect
import re
from pathlib import Path
from types import ModuleType

import pytest

import viz
from examples.gallery import exhibit as module
from examples.gallery.exhibit import exhibit, section
from examples.gallery.models import RECIPES
from examples.gallery.sections import SECTIONS

EXHIBITS = [one for section in SECTIONS for one in section.exhibits]

PAGE = (Path(module.__file__).parent / "page.html").read_text("utf-8")


def two_lines(flower, digits):
    """A heading

    Words that
    go on.

    More of them.

    Seen: what is
    on it.
    """
    # A comment on the first line.
    x = flower

    def inner(y):
        return y

    return inner(
        x + digits,
    )


def test_the_docstring_has_heading_words_and_what_is_seen():
    one = exhibit(two_lines)
    assert one.key == "two-lines"
    assert one.heading == "A heading"
    assert one.words == ("Words that go on.", "More of them.")
    assert one.alternative == "what is on it."


def test_the_lines_are_those_behind_the_docstring_and_the_last_is_what_is_shown():
    assert exhibit(two_lines).code == (
        "# A comment on the first line.\n"
        "x = flower\n\n"
        "def inner(y):\n    return y\n\n"
        "inner(\n    x + digits,\n)"
    )


def test_the_parameters_are_the_models_that_it_is_given():
    one = exhibit(two_lines)
    assert one.needs == ("flower", "digits")
    assert one.made({"flower": 1, "digits": 2, "cats": 3}) == 3


def test_a_section_has_the_public_functions_of_its_module_in_their_order():
    made = ModuleType("somewhere.of_interest", "A section\n\nWords.")
    source = (
        "from pathlib import Path\nfrom textwrap import dedent\n"
        "def _helper(): ...\nclass C: ...\nconstant = 1\n"
    )
    exec(source, vars(made))
    for name in ("second", "first"):
        function = type(two_lines)(two_lines.__code__, {}, name)
        function.__module__, function.__doc__ = made.__name__, "Heading"
        setattr(made, name, function)
    found = section(made)
    assert (found.key, found.heading, found.words) == ("of-interest", "A section", ("Words.",))
    assert [one.key for one in found.exhibits] == ["second", "first"]


def test_no_two_exhibits_share_an_anchor():
    keys = [one.key for one in EXHIBITS] + [section.key for section in SECTIONS]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("one", EXHIBITS, ids=lambda one: one.key)
def test_each_exhibit_has_words_and_asks_for_models_that_there_are(one):
    assert one.heading
    assert one.words
    assert set(one.needs) <= set(RECIPES)
    assert not set(one.needs) - set(re.findall(r"<code>(\w+)</code>", PAGE))


@pytest.mark.parametrize("one", EXHIBITS, ids=lambda one: one.key)
def test_the_lines_on_the_page_make_the_drawing(one, models):
    """With the imports that the page begins with, and the models that it tells of."""
    (imports,) = re.findall(r"<pre[^>]*><code>(.*?)</code>", PAGE, re.DOTALL)
    names = {name: models[name] for name in one.needs}
    exec(imports, names)
    *lines, last = ast.parse(one.code).body
    assert isinstance(last, ast.Expr)
    exec(compile(ast.Module(lines, []), one.key, "exec"), names)
    shown = eval(compile(ast.Expression(last.value), one.key, "eval"), names)
    assert isinstance(shown, one.make.__annotations__["return"])


@pytest.mark.parametrize(
    "name", [name for name in viz.__all__ if name[0].islower() and name != "view"]
)
def test_everything_that_viz_draws_is_in_the_gallery(name):
    assert any(f"viz.{name}(" in one.code for one in EXHIBITS)


def test_every_option_of_a_drawing_is_in_the_gallery():
    for function in (viz.draw, viz.network):
        calls = [one.code for one in EXHIBITS if f"viz.{function.__name__}(" in one.code]
        options = [*inspect.signature(function).parameters][2:]
        for option in set(options) - {"limit"}:  # where a graph folds by itself
            assert any(f"{option}=" in code for code in calls), (function.__name__, option)
