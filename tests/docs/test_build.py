"""The documentation says what the code does."""

import os
import re
import subprocess
import sys
from xml.etree import ElementTree

import pytest

from docs import build
from docs.code_blocks import PAGES, README, ROOT, sessions
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


def test_the_first_example_of_the_readme_runs_without_graphviz(tmp_path):
    """It prints what it claims, says in one line how to get the picture, and writes its page."""
    first = sessions(README)[0][0]
    code = "import sysconfig; sysconfig.get_path = lambda name: ''\n" + first.code
    environment = {name: value for name, value in os.environ.items() if name != "GRAPHVIZ_DOT"}
    environment |= {"PATH": "", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == first.claimed
    assert done.stderr.count("\n") == 1
    assert "pip install graphviz-pure" in done.stderr
    (page,) = tmp_path.iterdir()
    assert "leaf w" in page.read_text("utf-8")


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
