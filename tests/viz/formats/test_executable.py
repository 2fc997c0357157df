import os
import sysconfig

import pytest

from tinygrad_course.errors import DrawingError
from viz.formats import executable

SUFFIX = ".exe" if os.name == "nt" else ""


@pytest.fixture
def program(tmp_path, monkeypatch):
    """Makes programs, on a machine that has no `dot`."""
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    monkeypatch.delenv("GRAPHVIZ_DOT", raising=False)
    monkeypatch.setattr(sysconfig, "get_path", lambda name: str(tmp_path / name))

    def make(place):
        made = tmp_path / (place + SUFFIX)
        made.parent.mkdir(exist_ok=True)
        made.touch(mode=0o755)
        return str(made)

    return make


def test_the_variable_comes_before_the_path_and_the_path_before_the_wheel(program, monkeypatch):
    wheel = program("scripts/graphviz-pure")
    assert executable.find() == wheel
    on_path = program("path/dot")
    assert executable.find() == on_path
    named = program("my dot")
    monkeypatch.setenv("GRAPHVIZ_DOT", named)
    assert executable.find() == named


def test_without_any_the_error_says_all_three_ways(program):
    with pytest.raises(DrawingError) as error:
        executable.find()
    for way in ("pip install graphviz-pure", "graphviz.org/download", "GRAPHVIZ_DOT"):
        assert way in str(error.value)


def test_a_variable_that_leads_nowhere_is_named(program, monkeypatch):
    monkeypatch.setenv("GRAPHVIZ_DOT", "/no/such/dot")
    with pytest.raises(DrawingError, match="/no/such/dot"):
        executable.find()
