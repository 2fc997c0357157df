"""The documentation says what the code does."""

import re
import subprocess
import sys
from xml.etree import ElementTree

import pytest

from docs import build
from docs.code_blocks import PAGES, ROOT
from tinygrad_course.primitive import registry


def test_the_operations_page_is_fresh():
    """If this fails: python3 run.py docs."""
    assert (build.DOCS / "operations.md").read_text("utf-8") == build.operations_page()


def test_the_operations_page_is_made_without_dask():
    made = "import sys; sys.modules['dask'] = None; from docs import build; build.operations_page()"
    subprocess.run([sys.executable, "-c", made], cwd=ROOT, check=True)


def test_the_operations_page_lists_every_built_in_primitive():
    page = build.operations_page()
    built_in = [x.name for x in registry.values() if x.__module__.startswith("tinygrad_course.")]
    assert [name for name in built_in if f"| `{name}` |" not in page] == []


def test_the_drawing_of_the_readme_shows_its_own_example():
    shipped = ElementTree.parse(build.DOCS / "images" / "first_graph.svg").getroot()
    drawn = ElementTree.fromstring(build.first_drawing())
    assert sorted(shipped.itertext()) == sorted(drawn.itertext())


def test_the_drawings_of_the_page_on_drawings_are_those_of_its_code():
    """If this fails: python3 run.py docs."""
    drawn = build.drawings()
    assert len(drawn) == 3
    for name, svg in drawn.items():
        shipped = ElementTree.parse(build.DOCS / "images" / name).getroot()
        assert sorted(shipped.itertext()) == sorted(ElementTree.fromstring(svg).itertext()), name


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_relative_link_leads_to_a_file(page):
    targets = re.findall(r"\]\(([^)#\s]+)", page.read_text("utf-8"))
    relative = [target for target in targets if not re.match(r"\w+:", target)]
    assert [target for target in relative if not (page.parent / target).exists()] == []
