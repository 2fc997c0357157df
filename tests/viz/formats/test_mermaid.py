"""Mermaid itself says whether it understands the sources: its package runs in a browser."""

import json
import re
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given

import tinygrad_course as tg
import viz
from tests.viz.graphs import AWKWARD_NAMES, GRAPHS, awkward, net, parameter, programs, scopes
from tinygrad_course import nn
from viz import text, view
from viz.formats import mermaid
from viz.graph.boxes import View


@pytest.fixture(scope="module")
def page(browser, tmp_path_factory):
    """A page that has Mermaid's own code on it, from the package mermaidx, which brings it along."""
    package = find_spec("mermaidx")
    if package is None:
        pytest.skip("mermaid is not there: pip install mermaidx")
    code = Path(package.submodule_search_locations[0], "assets", "mermaid.js")
    path = tmp_path_factory.mktemp("mermaid") / "page.html"
    path.write_text(
        f"<!doctype html><meta charset=utf-8><body><script src='{code.as_uri()}'></script>"
    )
    page = browser.open(path)
    yield page
    page.close()


def parsed(page, source):
    """What kind of diagram it is, or what Mermaid has against it."""
    return page.evaluate(
        f"mermaid.parse({json.dumps(source)}).then(r => r.diagramType, e => e.message)"
    )


def drawn(page, source):
    """What stands in each node of the diagram, by its key."""
    return page.evaluate(
        f"mermaid.render('drawing', {json.dumps(source)}).then(({{svg}}) => {{"
        "const root = document.createElement('div'); root.innerHTML = svg;"
        "root.querySelectorAll('br').forEach(line => line.replaceWith(' '));"
        "return Object.fromEntries([...root.querySelectorAll('.node')].map(node =>"
        "[node.id.match(/box[0-9]+/)[0], node.querySelector('.nodeLabel').textContent])) })"
    )


OPTIONS = ({}, {"depth": 0}, {"detail": "everything", "notation": "course"})


@pytest.mark.parametrize("name", GRAPHS)
@pytest.mark.parametrize("how", OPTIONS)
def test_mermaid_accepts_every_kind_of_graph(page, name, how):
    assert parsed(page, viz.draw(GRAPHS[name](), **how).mermaid()) == "flowchart-v2"


@pytest.mark.parametrize("direction", ["LR", "RL", "TB", "BT"])
def test_mermaid_knows_the_directions(page, direction):
    source = viz.draw(scopes(), direction=direction).mermaid()
    assert f"flowchart {direction}\n" in source
    assert parsed(page, source) == "flowchart-v2"


def test_mermaid_draws_every_name_as_it_is(page):
    shown = view(awkward(), detail="shapes")
    found = drawn(page, mermaid.source(shown))
    leaves = [box for box in shown.boxes if box.title.startswith("leaf")]
    assert len(leaves) == len(AWKWARD_NAMES)
    # Browsers draw a run of spaces as one.
    expected = {box.key: " ".join((box.name + " " + box.spec).split()) for box in leaves}
    said = {key: " ".join(found[key].replace("\u200b", "").split()) for key in expected}
    assert said == expected


def test_mermaid_draws_a_title_of_any_name(page):
    for name in AWKWARD_NAMES:
        y = parameter(1.0) * 2.0
        y.name = name
        assert parsed(page, viz.draw(y).mermaid()) == "flowchart-v2", name


def test_mermaid_draws_frames_of_any_name(page):
    y = parameter(1.0)
    for name in AWKWARD_NAMES:
        with tg.scope(name):
            y = np.tanh(y)
    assert parsed(page, viz.draw(y).mermaid()) == "flowchart-v2"


@given(programs())
def test_the_source_has_every_box_edge_and_frame_once(outputs):
    shown = view(outputs)
    lines = mermaid.source(shown).splitlines()
    nodes = [found[1] for line in lines if (found := re.match(r" *(box\d+)\W.*:::\w+$", line))]
    edges = [
        (found[1], found[2])
        for line in lines
        if (found := re.match(r" *(box\d+) -\S*->.* (box\d+)$", line))
    ]
    assert sorted(nodes) == sorted(box.key for box in shown.boxes)
    assert edges == [(edge.tail, edge.head) for edge in shown.edges]
    assert sum(line.strip().startswith("subgraph ") for line in lines) == len(shown.frames)
    assert sum(line.strip() == "end" for line in lines) == len(shown.frames)


def test_boxes_stand_in_their_frames():
    model = nn.MLP([2, 3, 1], rng=0)
    source = mermaid.source(view(model(np.ones((4, 2), np.float32))))
    inside = source.split('["layers.0', 1)[1].split("    end\n")[0]
    assert inside.count(":::leaf") == 2
    assert inside.count(":::operation") == inside.count(":::result") == 1


def test_the_kinds_differ_in_shape_and_only_kinds_that_are_there_are_styled():
    source = mermaid.source(view(net()[0]))
    shapes = {
        kind: re.sub(r'box\d+|".*"', "", line.split(":::")[0]).strip()
        for line in source.splitlines()
        if ":::" in line
        for kind in [line.split(":::")[1]]
    }
    assert set(shapes) == {"leaf", "constant", "operation", "result"}
    assert len(set(shapes.values())) == 4
    assert set(re.findall(r"classDef (\w+)", source)) == {*shapes, "frame"}


def test_stretched_edges_are_dotted_and_say_so():
    (edge,) = (x for x in mermaid.source(view(GRAPHS["broadcast"]())).splitlines() if "axis 0" in x)
    assert re.fullmatch(r'  box\d -\.->\|"stretched axis 0"\| box\d', edge)


def test_the_note_is_drawn():
    assert 'note["folded"]' in mermaid.source(View("", (), (), (), "folded"))


def test_names_are_printable_lines():
    source = mermaid.source(view(awkward()))
    assert all(c.isprintable() or c == "\n" for c in source)
    assert text.name("漢字") in source
