import html
import os
import subprocess
import sys
import sysconfig
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import tinygrad_course as tg
import viz
from tests.sampling import few
from tinygrad_course import nn
from tinygrad_course.errors import DrawingError
from viz import render, text
from viz.formats import executable, svg


@pytest.fixture
def loss():
    w = tg.Tensor([1.0, -2.0], requires_grad=True, name="w")
    y = np.tanh(w * tg.Tensor([3.0, 4.0], name="x")).sum()
    y.name = "loss"
    return y


@pytest.fixture
def without_dot(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("GRAPHVIZ_DOT", raising=False)
    monkeypatch.setattr(sysconfig, "get_path", lambda name: str(tmp_path))


@pytest.fixture
def dot_that(monkeypatch):
    """Sets what the stand-in for `dot` does, a line of Python; it never sees a real one."""

    def set_up(does):
        code = f"import sys; source = sys.stdin.buffer.read(); {does}"
        run = subprocess.run
        monkeypatch.setattr(executable, "find", lambda: "stand-in")
        monkeypatch.setattr(
            subprocess, "run", lambda command, **how: run([sys.executable, "-c", code], **how)
        )

    return set_up


def parsed(drawing):
    return ElementTree.fromstring(drawing.svg())


def groups(root, kind):
    wanted = (g for g in root.iter(f"{{{svg.NAMESPACE}}}g") if kind in g.get("class", "").split())
    return list(wanted)


def texts(element):
    # Graphviz writes every second space of a run as one that does not break.
    found = (text.text or "" for text in element.iter(f"{{{svg.NAMESPACE}}}text"))
    return [text.replace("\xa0", " ") for text in found]


def test_the_svg_has_an_element_for_every_box_and_edge(loss):
    drawing = viz.draw(loss)
    root = parsed(drawing)
    counts = {kind: len(groups(root, kind)) for kind in ("leaf", "constant", "operation", "result")}
    assert counts == {"leaf": 1, "constant": 1, "operation": 3, "result": 3}
    assert len(groups(root, "edge")) == len(drawing.view.edges) == 7
    (leaf,) = groups(root, "leaf")
    assert texts(leaf) == ["w", "(2,) float64", "value ", "[1.0  -2.0]", "grad ", "–"]


def test_after_backward_the_svg_shows_the_gradient(loss):
    loss.backward()
    (leaf,) = groups(parsed(viz.draw(loss)), "leaf")
    assert "–" not in texts(leaf)


def test_a_notebook_shows_the_svg(loss):
    drawing = viz.draw(loss)
    assert drawing._repr_mimebundle_()["image/svg+xml"] == svg.modest(drawing.svg())
    assert parsed(drawing)[0].text == "Computational graph of loss: 3 operations and 1 leaf"


@pytest.mark.parametrize(
    ("suffix", "start"),
    [
        (".svg", b"<svg"),
        (".PNG", b"\x89PNG"),
        (".dot", b"digraph"),
        (".mmd", b"%%{init"),
        (".html", b"<!doctype html>"),
        (".txt", b"Computational graph of loss"),
    ],
)
def test_the_format_follows_the_suffix_and_nothing_else_is_left(loss, tmp_path, suffix, start):
    path = tmp_path / f"graph{suffix}"
    viz.draw(loss, path)
    assert path.read_bytes().startswith(start)
    assert os.listdir(tmp_path) == [path.name]


def test_an_unknown_suffix_or_direction_or_folder_is_refused(loss, tmp_path):
    for path in ("graph.jpeg", "graph", ".svg"):
        with pytest.raises(DrawingError, match=r"\.svg, \.png, \.pdf, \.dot"):
            viz.draw(loss, tmp_path / path)
    with pytest.raises(DrawingError, match="LR, RL, TB, BT"):
        viz.draw(loss, direction="sideways")
    with pytest.raises(DrawingError, match="no folder"):
        viz.draw(loss, tmp_path / "none" / "graph.dot")
    assert not os.listdir(tmp_path)


def test_without_a_dot_only_the_dot_source_is_there(loss, without_dot, tmp_path):
    drawing = viz.draw(loss, tmp_path / "graph.dot")
    assert (tmp_path / "graph.dot").read_text("utf-8") == drawing.dot
    for draw in (drawing.svg, lambda: drawing.save(tmp_path / "graph.png")):
        with pytest.raises(DrawingError, match="graphviz-pure"):
            draw()


def test_without_a_dot_a_page_shows_the_text_and_how_to_get_the_picture(
    loss, without_dot, tmp_path
):
    for save in (viz.draw(loss).save, lambda path: viz.draw(loss, path)):
        path = tmp_path / "graph.html"
        with pytest.warns(UserWarning, match=r"pip install graphviz-pure$") as warned:
            save(path)
        assert [one.filename for one in warned] == [__file__]
        page = html.unescape(path.read_text("utf-8"))
        assert viz.draw(loss).text() in page
        assert str(warned[0].message) in page
        path.unlink()


@pytest.mark.parametrize("suffix", ["html", "txt", "mmd", "dot"])
@pytest.mark.filterwarnings("ignore:No Graphviz")
def test_what_the_error_without_a_dot_advises_works(loss, without_dot, tmp_path, suffix):
    with pytest.raises(DrawingError, match=rf"Saved as .*\.{suffix}.*, the graph needs none"):
        viz.draw(loss, tmp_path / "graph.svg")
    viz.draw(loss, tmp_path / f"graph.{suffix}")
    assert os.listdir(tmp_path) == [f"graph.{suffix}"]


def test_a_page_of_a_dot_that_fails_is_no_text(loss, dot_that, tmp_path, monkeypatch):
    dot_that("sys.exit('no such font')")
    monkeypatch.setattr(executable, "installed", lambda: "stand-in")
    with pytest.raises(DrawingError, match="no such font"):
        viz.draw(loss, tmp_path / "graph.html")
    assert not os.listdir(tmp_path)


def test_without_a_dot_a_notebook_shows_the_text_and_says_how_to_get_the_picture(loss, without_dot):
    drawing = viz.draw(loss)
    (shown,) = drawing._repr_mimebundle_().items()
    assert shown[0] == "text/plain"
    assert shown[1].startswith(drawing.text())
    assert "pip install graphviz-pure" in shown[1]


def test_a_failing_dot_is_quoted_and_leaves_the_file_as_it_was(loss, dot_that, tmp_path):
    dot_that("sys.exit('no such font')")
    path = tmp_path / "graph.png"
    path.write_bytes(b"before")
    with pytest.raises(DrawingError, match="no such font"):
        viz.draw(loss, path)
    assert path.read_bytes() == b"before"
    assert os.listdir(tmp_path) == [path.name]


def test_where_dot_has_no_pdf_the_other_ways_are_named(loss, dot_that, tmp_path):
    dot_that("sys.exit('no such format')")
    with pytest.raises(
        DrawingError, match=r"no such format\nGraphviz itself can .* prints the \.html"
    ):
        viz.draw(loss, tmp_path / "graph.pdf")


def test_a_number_as_the_second_argument_is_said_to_be_no_file(loss):
    with pytest.raises(DrawingError, match="as inputs=…"):
        viz.draw(lambda x: x * 2.0, 3.0)


def test_a_model_and_a_function_are_drawn_by_what_they_run_on():
    model = nn.MLP([2, 3, 1], rng=0)
    drawing = viz.draw(model, inputs=np.ones((4, 2), np.float32), depth=0)
    assert "▣ MLP" in drawing.text()
    assert "leaf a" in viz.draw(lambda a: a * 2.0, inputs=3.0).text()


def test_what_dot_says_while_it_succeeds_is_ignored(loss, dot_that, tmp_path, capfd):
    dot_that("print('Warning', file=sys.stderr); sys.stdout.buffer.write(source)")
    drawing = viz.draw(loss, tmp_path / "graph.pdf")
    assert (tmp_path / "graph.pdf").read_bytes() == drawing.dot.encode()
    assert capfd.readouterr() == ("", "")


def test_a_dot_that_hangs_is_stopped(loss, dot_that, monkeypatch):
    monkeypatch.setattr(render, "TIMEOUT", 0.5)
    dot_that("import time; time.sleep(60)")
    with pytest.raises(DrawingError, match=r"did not finish within 0\.5 s"):
        viz.draw(loss).svg()


def test_a_write_that_breaks_off_leaves_the_file_as_it_was(loss, tmp_path, monkeypatch):
    def half(path, content):
        with path.open("wb") as file:
            file.write(content[: len(content) // 2])
        raise OSError("the disk is full")

    path = tmp_path / "graph.dot"
    path.write_bytes(b"before")
    monkeypatch.setattr(Path, "write_bytes", half)
    with pytest.raises(OSError, match="disk is full"):
        viz.draw(loss, path)
    assert path.read_bytes() == b"before"
    assert os.listdir(tmp_path) == [path.name]


def test_a_file_that_can_not_be_replaced_leaves_nothing_behind(loss, tmp_path):
    folder = tmp_path / "graph.dot"
    folder.mkdir()
    with pytest.raises(OSError, match=r"graph\.dot"):
        viz.draw(loss, folder)
    assert os.listdir(tmp_path) == ["graph.dot"]


@few(25)
@given(st.text(max_size=20) | st.text('<>&"\\{}|\n\x00]NGTL ', max_size=20))
@example('<b>&"')
@example("\\N \\G \\n \\\\ \\")
@example("&amp; &#38; &eacute;")
@example("  a  b ")
@example("]]> 漢字 \u202e\ud800")
def test_any_name_is_drawn_as_it_is(name):
    w = tg.Tensor([1.0], requires_grad=True, name=name)
    (leaf,) = groups(parsed(viz.draw(w * 2.0)), "leaf")
    shown = text.name(name)
    assert texts(leaf)[: bool(shown)] == [shown][: bool(shown)]
    assert "(1,) float64" in texts(leaf)


@pytest.mark.parametrize("symbol", ["<&>", "&amp;", "\\N", 'a "b" \\', "Σ x²"])
def test_any_symbol_is_drawn_as_it_is(symbol, monkeypatch):
    w = tg.Tensor([1.0], requires_grad=True)
    y = np.exp(w)
    monkeypatch.setattr(y.node.primitive, "symbol", symbol)
    (operation,) = groups(parsed(viz.draw(y)), "operation")
    assert texts(operation) == [symbol]


def test_a_drawing_introduces_itself_in_a_line():
    shown = repr(viz.draw(tg.Tensor([1.0, 2.0], requires_grad=True) * 2.0))
    assert "\n" not in shown
    assert ".save(path)" in shown
    assert len(shown) < 200
