"""That a view shows a graph as it is: nothing twice, nothing lost, nothing invented."""

import re
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tinygrad_course as tg
from tests.viz.graphs import GRAPHS, Block, Recurrent, parameter, programs, scopes
from tinygrad_course import nn
from tinygrad_course.inspect import Constant, nodes
from viz import view
from viz.graph.boxes import ArrayBox, FoldBox, OperationBox
from viz.graph.builder import MOST_GIVEN, Builder
from viz.graph.folding import fold

depths = st.none() | st.integers(0, 3)
limits = st.sampled_from((1, 20, 60, 10_000))


def built(outputs, **options):
    roots = [y.node for y in outputs if y.node is not None]
    order = nodes(*outputs)
    folding = fold(order, roots, **{"depth": None, "collapse": (), "limit": 10_000} | options)
    builder = Builder(roots, folding, {})
    for node in order:
        builder.add(node)
    return order, folding, builder


names = st.sets(st.sampled_from(("x", "Block", "linear")))


@given(programs(), depths, names, limits)
def test_every_node_is_in_exactly_one_box(outputs, depth, collapse, limit):
    order, folding, builder = built(outputs, depth=depth, collapse=collapse, limit=limit)
    boxes = {box.key: box for box in builder.boxes}
    assert len(boxes) == len(builder.boxes)
    nodes_of = Counter(builder.keys[node] for node in order)
    for node in order:
        box = boxes[builder.keys[node]]
        if folding.fold_around(folding.region_of[node]) is not None:
            assert isinstance(box, FoldBox)
        else:
            assert box.kind == ("leaf" if node.primitive is None else "result")
            assert nodes_of[box.key] == 1


@given(programs(), depths, names, limits)
def test_every_edge_of_the_graph_is_drawn_or_inside_of_a_fold_and_no_other_is_drawn(
    outputs, depth, collapse, limit
):
    order, _, builder = built(outputs, depth=depth, collapse=collapse, limit=limit)
    boxes = {box.key: box for box in builder.boxes}
    folds = {key for key, box in boxes.items() if isinstance(box, FoldBox)}
    makers = {e.head: e.tail for e in builder.edges if isinstance(boxes[e.tail], OperationBox)}
    expected = Counter((operation, result) for result, operation in makers.items())
    for node in order:
        head = builder.keys[node]
        for tail in (builder.keys[parent] for parent in node.parents if parent is not None):
            if head not in folds:
                expected[tail, makers[head]] += 1
            elif tail != head:
                expected[tail, head] = 1
    constants = {key for key, box in boxes.items() if box.title.startswith("constant")}
    drawn = Counter((e.tail, e.head) for e in builder.edges if e.tail not in constants)
    assert drawn == expected


@given(programs(), depths, limits)
def test_an_open_operation_has_all_its_constants(outputs, depth, limit):
    order, folding, builder = built(outputs, depth=depth, limit=limit)
    heads = Counter(edge.head for edge in builder.edges)
    operations = {edge.head: edge.tail for edge in builder.edges}
    results = [node for node in order if node.primitive is not None]
    for node in [node for node in results if folding.fold_around(folding.region_of[node]) is None]:
        assert heads[operations[builder.keys[node]]] == len(node.parents)


@given(programs(), depths, limits)
def test_what_is_folded_is_counted(outputs, depth, limit):
    order, _, builder = built(outputs, depth=depth, limit=limit)
    drawn = sum(isinstance(box, OperationBox) for box in builder.boxes)
    said = " ".join(line for box in builder.boxes if isinstance(box, FoldBox) for line in box.lines)
    folded = sum(int(n.replace(",", "")) for n in re.findall(r"([\d,]+) operations?\b", said))
    assert drawn + folded == sum(node.primitive is not None for node in order)


@given(programs(), depths)
def test_frames_stand_in_each_other_as_the_program_says(outputs, depth):
    shown = view(outputs, depth=depth)
    known = {""}
    for frame in shown.frames:
        assert frame.outer in known
        known.add(frame.key)
    assert {box.frame for box in shown.boxes} <= known
    outside_of_leaves = {frame.outer for frame in shown.frames}
    assert known - {""} <= {box.frame for box in shown.boxes} | outside_of_leaves


@pytest.mark.parametrize("name", GRAPHS)
@pytest.mark.parametrize("detail", ["shapes", "values", "everything"])
def test_every_kind_of_graph_has_boxes_whose_edges_lead_to_boxes(name, detail):
    shown = view(GRAPHS[name](), detail=detail)
    keys = {box.key for box in shown.boxes}
    assert keys
    assert {end for edge in shown.edges for end in (edge.tail, edge.head)} <= keys


def test_detail_decides_on_numbers_and_costs():
    def shown(detail):
        boxes = view(GRAPHS["net"](), detail=detail).boxes
        arrays = [box for box in boxes if isinstance(box, ArrayBox)]
        costs = [box.costs for box in boxes if isinstance(box, OperationBox)]
        return any(box.value.lines or box.gradient.lines for box in arrays), any(costs)

    assert shown("shapes") == (False, False)
    assert shown("values") == (True, False)
    assert shown("everything") == (True, True)


def test_auto_leaves_numbers_out_where_there_are_many_boxes():
    def has_numbers(n):
        y = parameter(1.0)
        for _ in range(n):
            y = -y
        return any(box.value.lines for box in view(y).boxes if isinstance(box, ArrayBox))

    assert has_numbers(49)
    assert not has_numbers(50)


def test_a_python_number_shows_even_where_no_numbers_do():
    (number,) = (
        b for b in view(parameter(2.0) * 3, detail="shapes").boxes if b.title == "constant"
    )
    assert number.value.lines == ("3",)


def test_a_box_stands_in_the_frame_of_the_block_that_recorded_it():
    shown = view(scopes())
    labels = {frame.key: frame.label for frame in shown.frames}
    outer = {frame.label: labels.get(frame.outer, "") for frame in shown.frames}
    assert outer == {"forward": "", "activation": "forward", "cost": ""}
    by_symbol = {b.symbol: labels[b.frame] for b in shown.boxes if isinstance(b, OperationBox)}
    assert by_symbol == {
        "@": "forward",
        "tanh": "activation",
        "−": "cost",
        "xʸ": "cost",
        "mean": "cost",
    }


def test_a_parameter_stands_in_its_module_and_the_input_outside():
    block = Block()
    shown = view(block(tg.Tensor(np.ones((2, 3), np.float32), name="x")))
    labels = {frame.key: frame.label for frame in shown.frames} | {"": ""}
    frames = {b.name: labels[b.frame] for b in shown.boxes if isinstance(b, ArrayBox) and b.name}
    assert frames == {"x": "", "linear.weight": "linear", "linear.bias": "linear"}


def test_a_folded_model_shows_what_it_is_given():
    model = nn.MLP([2, 3, 1], rng=0)
    x = tg.Tensor(np.ones((4, 2), np.float32), name="x")
    shown = view(model(x), depth=0)
    constant, fold = sorted(shown.boxes, key=lambda box: box.kind)
    assert (constant.name, fold.kind) == ("x", "module")
    assert [(edge.tail, edge.head) for edge in shown.edges] == [(constant.key, fold.key)]


def test_constants_that_a_model_makes_itself_are_not_what_it_is_given():
    class Masked(nn.Module):
        def __init__(self):
            self.linear = nn.Linear(3, 3, rng=0)

        def forward(self, x):
            return self.linear(x) * np.ones((2, 3), np.float32)

    model = Masked()
    shown = view(model(np.ones((2, 3), np.float32)), depth=0)
    assert sum(isinstance(box, ArrayBox) for box in shown.boxes) == 1


def test_of_many_inputs_of_a_fold_a_few_are_drawn_and_the_others_counted():
    model = Recurrent()
    rows = np.ones((30, 1, 2), np.float32)
    shown = view(model(rows), depth=0)
    constants = [box for box in shown.boxes if isinstance(box, ArrayBox)]
    (fold,) = (box for box in shown.boxes if isinstance(box, FoldBox))
    assert len(constants) == MOST_GIVEN
    # All rows, and the state that it begins with.
    assert fold.lines[-1] == f"given {30 + 1 - MOST_GIVEN} constants more"


def test_what_an_operation_is_said_to_compute_and_how_comes_from_its_rule():
    y = np.tanh(parameter(1.0))
    (operation,) = (box for box in view(y).boxes if isinstance(box, OperationBox))
    assert operation.title == "operation tanh"
    assert operation.formula == "z = tanh x"
    assert operation.vjp.startswith("x̄ = z̄")
    assert operation.formula in operation.description
    assert operation.vjp in operation.description


def test_every_constant_of_the_graph_is_a_box_once():
    outputs = scopes()
    order, _, builder = built([outputs])
    constants = [c for node in order for c in node.constants or () if c is not None]
    arrays = {id(c) for c in constants if isinstance(c, Constant)}
    numbers = sum(not isinstance(c, Constant) for c in constants)
    drawn = [b for b in builder.boxes if isinstance(b, ArrayBox) and b.kind == "constant"]
    assert len(drawn) == len(arrays) + numbers == 3
