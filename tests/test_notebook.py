"""What shows itself in a notebook: the example notebook is run, and what its cells show is looked at."""

import json
import os
import re
from pathlib import Path
from xml.etree import ElementTree

import nbclient
import nbformat
import numpy as np
import pytest
from nbformat.v4 import new_code_cell

from tests.pages import Page

# On Windows, where it is harmless.
pytestmark = pytest.mark.filterwarnings("ignore:Proactor event loop:RuntimeWarning")

EXAMPLE = Path(__file__).parent.parent / "examples" / "see_it_think.ipynb"


FIRST = (
    "import warnings; warnings.filterwarnings('error', module='__main__|numpy|tinygrad_course|viz')"
)

LAST = """\
import os, sysconfig
os.environ |= {"PATH": "", "GRAPHVIZ_DOT": ""}
sysconfig.get_path = lambda name: ""  # where the wheel's dot is
viz.draw(loss)"""
"""Draws once more, where there is no `dot`."""


@pytest.fixture(scope="module")
def show(tmp_path_factory):
    """Run the notebook, and look at what each cell shows: one thing or nothing, and no output beside it."""
    notebook = nbformat.read(EXAMPLE, as_version=4)
    notebook.cells = [new_code_cell(FIRST), *notebook.cells, new_code_cell(LAST)]
    folder = str(tmp_path_factory.mktemp("notebook"))
    resources = {"metadata": {"path": folder}}
    client = nbclient.NotebookClient(notebook, timeout=120, resources=resources)
    client.execute(env=os.environ | {"IPYTHONDIR": folder})
    shown = {}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert [output.output_type for output in cell.outputs] in ([], ["execute_result"])
            line = cell.source.splitlines()[-1]
            shown.setdefault(line, []).extend(output.data for output in cell.outputs)
    return lambda line: shown[line]


def page(bundle):
    assert {*bundle} == {"text/html", "text/plain"}
    return Page(bundle["text/html"])


def svg(bundle):
    assert {*bundle} == {"image/svg+xml", "text/plain"}
    return ElementTree.fromstring(bundle["image/svg+xml"])


def test_the_notebook_is_valid_and_comes_without_outputs():
    notebook = nbformat.read(EXAMPLE, as_version=4)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert len(code) > 10
    assert all(not cell.outputs and cell.execution_count is None for cell in code)
    assert not any(cell.metadata for cell in notebook.cells)


def test_the_list_of_examples_has_it():
    assert f"]({EXAMPLE.name})" in (EXAMPLE.parent / "README.md").read_text("utf-8")


def test_a_tensor_shows_its_numbers_and_then_its_gradient(show):
    before, after = map(page, show("w"))
    w, x = np.array([[0.5, -0.3], [0.8, 0.1]]), np.array([1.0, 2.0])
    assert before.text.startswith("Tensor w of shape (2, 2), float64, requires a gradient")
    assert "none yet" in before.text
    numbers = [[float(cell) for cell in row[1:]] for row in after.rows if row[0]]
    assert numbers[:2] == w.tolist()
    by_hand = np.outer(1 - np.tanh(w @ x) ** 2, x)
    np.testing.assert_allclose(numbers[2:], by_hand, rtol=1e-3)


def test_a_graph_is_drawn_before_and_after_its_backward_pass(show):
    before, after, _ = show("viz.draw(loss)")
    assert before["text/plain"].startswith("<Drawing: ")
    assert svg(before).get("class") == svg(after).get("class") == "viz-graph"
    assert ["–" in "".join(svg(bundle).itertext()) for bundle in (before, after)] == [True, False]


def test_a_model_shows_its_parts(show):
    (shown,) = map(page, show("model"))
    assert shown.text.startswith("MLP: 17 parameters")
    assert [row[0] for row in shown.rows[1:]] == ["layers.0", "layers.1", "activation"]


def test_a_net_is_drawn_before_and_after_it_learnt(show):
    before, after = map(svg, show("viz.network(model)"))
    circles = [len(net.findall(".//{*}circle")) for net in (before, after)]
    assert circles[0] == circles[1] >= 2 + 4 + 1
    assert [*before.itertext()] != [*after.itertext()]


def test_a_history_shows_its_telling_epochs(show):
    (shown,) = map(page, show("history"))
    assert shown.text.startswith("60 epochs in ")
    assert shown.rows[0] == [
        *("epoch", "loss", "accuracy", "validation loss", "validation accuracy", "lr")
    ]
    assert shown.rows[-1][0].startswith("60, ")
    assert float(shown.rows[-1][4]) > 0.9  # the notebook says that the net separates the classes
    assert len(shown.all("svg")) == 1


def test_plots_are_pictures(show):
    boundary = (
        'viz.decision_boundary(model, X_test, Y_test, class_names=["different signs", "one sign"])'
    )
    for line in ("viz.learning_curve(history)", boundary):
        (bundle,) = show(line)
        assert {*bundle} == {"image/png", "text/plain"}


def test_a_player_is_a_page_in_a_frame(show):
    (shown,) = map(page, show('viz.player(step, steps=3, notation="course")'))
    (frame,) = shown.all("iframe")
    assert frame["title"].startswith("Backpropagation")
    data = re.search(
        r'<script type="application/json"[^>]*>(.*?)</script>', frame["srcdoc"], re.DOTALL
    )
    assert len(json.loads(data[1])["passes"]) == 3


def test_what_is_shown_of_numbers_is_modest(show):
    for line in ("w", "model", "history"):
        for bundle in show(line):
            assert len(bundle["text/html"]) < 4000


def test_without_a_dot_a_drawing_is_a_tree_that_says_how_to_get_the_picture(show):
    *_, bundle = show("viz.draw(loss)")
    assert {*bundle} == {"text/plain"}
    assert bundle["text/plain"].startswith("Computational graph of loss")
    assert "pip install graphviz-pure" in bundle["text/plain"]
