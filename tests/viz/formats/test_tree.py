import re

import numpy as np
import pytest
from hypothesis import given

import tinygrad_course as tg
import viz
from tests.viz.graphs import (
    AWKWARD_NAMES,
    GRAPHS,
    Recurrent,
    net,
    parameter,
    programs,
    scopes,
    tiny,
)
from tinygrad_course import nn
from viz import view
from viz.formats import tree
from viz.graph.boxes import ArrayBox, FoldBox, View


def lines(y, **options):
    """Without the title and what may stand at the end."""
    return tree.source(view(y, **options)).split("\n\n")[1].splitlines()


def test_an_expression_reads_from_its_result_down():
    assert tree.source(view(tiny())) == (
        "Computational graph of J: 3 operations and 3 leaves\n"
        "\n"
        "J = ×  () float64  value 33.0  grad –\n"
        "├─ constant  3\n"
        "└─ +  () float64  value 11.0  grad –\n"
        "   ├─ leaf a  () float64  value 5.0  grad –\n"
        "   └─ ×  () float64  value 6.0  grad –\n"
        "      ├─ leaf b  () float64  value 3.0  grad –\n"
        "      └─ leaf c  () float64  value 2.0  grad –\n"
    )


def test_a_chain_stays_at_the_left_however_long():
    y = parameter(1.0, "x")
    for _ in range(2000):
        y = -y
    found = lines(y, limit=10_000, detail="shapes")
    assert len(found) == 2001
    assert set(found[1:-1]) == {"of −x  () float64"}
    assert found[-1] == "of leaf x  () float64"


def test_a_matrix_stands_below_with_its_gradient_behind_the_branch():
    w = parameter([[1.0, 2.0], [3.0, 4.0]], "w")
    found = lines(w * 2.0)
    assert found == [
        "×  (2, 2) float64",
        "│  value [2.0  4.0]",
        "│        [6.0  8.0]",
        "│  grad  –",
        "├─ leaf w  (2, 2) float64",
        "│     value [1.0  2.0]",
        "│           [3.0  4.0]",
        "│     grad  –",
        "└─ constant  2.0",
    ]


def test_statistics_take_one_line():
    w = parameter(np.ones(100), "w")
    (leaf,) = (line for line in lines(w * 2.0) if "leaf" in line)
    assert leaf == "├─ leaf w  (100,) float64  value mean 1.0 ± 0.0, from 1.0 to 1.0  grad –"


def test_what_is_used_again_is_pointed_back_to():
    a = parameter(2.0, "a")
    b = a + a
    b.name = "b"
    assert lines(b * b, detail="shapes") == [
        "×  () float64",
        "├─ (1) b = +  () float64",
        "│  ├─ (2) leaf a  () float64",
        "│  └─ ↑ (2) leaf a",
        "└─ ↑ (1) b = +",
    ]


def test_a_used_output_is_said_to_be_one():
    e = np.exp(parameter(1.0, "a"))
    found = lines([e, e * 2.0], detail="shapes")
    assert [line for line in found if "output" in line] == ["├─ exp  () float64  output"]


def test_where_an_operation_was_recorded_is_said_where_it_changes():
    found = lines(scopes(), detail="shapes")
    assert [re.findall(r"in (\w+)$", line) for line in found if " = " not in line][:4] == [
        ["cost"], [], [], ["activation"]
    ]  # fmt: skip


def test_stretched_operands_and_costs_are_named():
    y = parameter(np.ones((2, 3)), "x") * parameter(np.ones(3), "b")
    first, *others = lines(y, detail="everything")
    assert first.endswith("keeps x, y: 72 B  6 FLOPs")
    assert others[-1].startswith("└─ leaf b")
    assert others[-1].endswith("stretched axis 0")


def test_a_fold_says_what_it_holds():
    model = nn.MLP([2] * 5, rng=0)
    x = tg.Tensor(np.ones((3, 2), np.float32), name="x")
    found = lines(model(x), depth=1, detail="shapes")
    assert found == [
        "▣ layers.3  Linear(in_features=2, out_features=2, bias=True)  z = x Wᵀ + b  6 parameters  "
        "1 operation  (3, 2) → (3, 2)  in MLP",
        "of ▣ × 3 layers.0 … layers.2  Linear → ReLU  18 parameters in all  6 operations in all  "
        "(3, 2) → (3, 2)",
        "of constant x  (3, 2) float32",
    ]


def test_a_value_that_was_overwritten_is_said_to_be_that_of_now():
    w = parameter([1.0], "w")
    y = w * 2.0
    w.data[...] = 5.0
    assert "leaf w  (1,) float64  value now [5.0]  grad –" in lines(y)[1]


def test_course_notation_reads_as_equations():
    found = "\n".join(lines(net()[0], notation="course"))
    for equation in (
        "z⁽¹⁾ = W⁽¹⁾x + b⁽¹⁾",
        "a⁽¹⁾ = g(z⁽¹⁾), g = tanh",
        "J = 1/m Σ ℒ(ŷ, y), ŷ = σ(z⁽²⁾)",
    ):
        assert equation in found


@given(programs())
def test_every_box_is_in_the_tree_and_its_details_once(outputs):
    shown = view(outputs, detail="shapes")
    written = lines(outputs, detail="shapes")
    detailed = [line for line in written if "↑" not in line]
    arrays = [box for box in shown.boxes if isinstance(box, ArrayBox)]
    folds = [box for box in shown.boxes if isinstance(box, FoldBox)]
    assert len(detailed) == len(arrays) + len(folds)
    makers = {edge.head for edge in shown.edges} - {box.key for box in arrays + folds}
    uses = sum(edge.head in makers for edge in shown.edges)
    assert len(written) == uses + sum(not any(e.tail == b.key for e in shown.edges) for b in arrays)


@pytest.mark.parametrize("name", GRAPHS)
@pytest.mark.parametrize("depth", [None, 0])
def test_every_kind_of_graph_has_a_tree_of_printable_lines(name, depth):
    shown = view(GRAPHS[name](), depth=depth, detail="everything")
    written = tree.source(shown).splitlines()
    assert len(written) > 2
    assert all(line.isprintable() for line in written)


@pytest.mark.parametrize("name", AWKWARD_NAMES)
def test_a_name_stands_there_as_it_is(name):
    w = parameter([1.0], name)
    (leaf,) = (line for line in lines(w * 2.0) if "leaf" in line)
    assert leaf.startswith(f"├─ leaf {viz.text.name(name)}".rstrip())


def test_a_circle_through_a_fold_is_written_and_ends():
    boxes = tuple(FoldBox(f"box{i}", "middle", (f"part {i}",)) for i in range(2))
    there, back = (viz.graph.boxes.Edge(a.key, b.key) for a, b in (boxes, boxes[::-1]))
    assert tree.source(View("", boxes, (there, back))).count("▣") == 3


def test_steps_of_a_recurrent_net_are_short():
    assert len(lines(Recurrent()(np.ones((100, 1, 2), np.float32)), depth=1, detail="shapes")) < 20
