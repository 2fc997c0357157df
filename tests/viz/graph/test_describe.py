import numpy as np
from hypothesis import given
from hypothesis.extra import numpy as arrays

import tinygrad_course as tg
from tests.viz.graphs import Block, long_chain, parameter
from tinygrad_course import nn
from tinygrad_course.ops.affine import linear
from viz import view
from viz.graph import describe
from viz.graph.boxes import FoldBox
from viz.graph.summary import NOT_YET, NOTHING

shapes = arrays.mutually_broadcastable_shapes(num_shapes=2, max_dims=3, max_side=3, min_side=0)


@given(shapes)
def test_the_stretched_axes_are_those_that_the_backward_pass_sums_over(both):
    shapes, out = both
    a, b = (parameter(np.ones(shape)) for shape in shapes)
    node = (a + b).node
    for x, parent in zip((a, b), node.parents):
        axes = describe.stretched(node, parent)
        summed = np.ones(out).sum(axis=axes, keepdims=True)
        assert summed.shape == (1,) * (len(out) - x.ndim) + x.shape
        assert all(out[i] != 1 for i in axes)


def test_constants_are_stretched_too_but_numbers_are_not_said_to_be():
    a = parameter(np.ones((2, 3)))
    node = (a + np.ones(3)).node
    assert describe.stretched(node, node.constants[1]) == (0,)
    node = (a + 1.0).node
    assert describe.stretched(node, node.constants[1]) == ()


def test_operations_without_a_signature_stretch_only_what_they_broadcast():
    matrix, row = parameter(np.ones((2, 3))), parameter(np.ones(3))
    for y, operand in (
        (np.where(np.ones((2, 3)) > 0, matrix, row), row),
        (np.clip(matrix, row, 3.0), row),
        (np.broadcast_to(row, (2, 3)), row),
    ):
        assert describe.stretched(y.node, operand.node) == (0,)
        assert describe.stretched(y.node, matrix.node) == ()
    square = parameter(np.eye(3))
    for y in (
        np.einsum("ij,jk->ik", square, np.ones((3, 2))),
        np.linalg.solve(square, np.ones((3, 2))),
    ):
        assert describe.stretched(y.node, square.node) == ()


def test_what_does_not_work_element_by_element_stretches_nothing():
    node = linear(
        parameter(np.ones((4, 2))), parameter(np.ones((3, 2))), parameter(np.ones(3))
    ).node
    assert [describe.stretched(node, parent) for parent in node.parents] == [()] * 3
    node = (parameter(np.ones((5, 2, 3))) @ parameter(np.ones((3, 2)))).node
    assert [describe.stretched(node, parent) for parent in node.parents] == [()] * 2


def test_a_title_names_what_was_drawn():
    def named(*names):
        return describe.title("Graph", [tg.Tensor(1.0, name=name) for name in names], [])

    assert named("loss") == "Graph of loss: a constant"
    assert named("loss", "accuracy") == "Graph of loss, accuracy: a constant"
    assert named("loss", None) == "Graph of loss and 1 other: a constant"
    assert named(None, None) == named(None) == "Graph: a constant"
    assert named(*"abcdefg") == "Graph of a, b, c, d, e and 2 others: a constant"


def test_contents_count_operations_and_leaves():
    y = parameter(1.0) * 2.0 + parameter(2.0)
    nodes = [y.node, *y.node.parents, y.node.parents[0].parents[0]]
    assert describe.count_nodes(nodes) == "2 operations and 2 leaves"
    assert describe.count_nodes(nodes[1:2]) == "1 operation"
    assert describe.count_nodes([]) == "a constant"


def test_a_parameters_numbers_are_those_it_has_now_however_many():
    block = Block(20)
    y = block(np.ones((2, 20), np.float32))
    node = block.linear.weight.node
    before = describe.value(node)
    block.linear.weight.data = np.zeros((20, 20), np.float32)
    assert before != describe.value(node)
    assert describe.value(node).lines[0] == "mean 0.0 ± 0.0"
    assert describe.gradient(node) == NOT_YET
    y.sum().backward()
    assert describe.gradient(node).heat


def test_of_large_results_nothing_is_known_unless_it_was_observed():
    node = (parameter(np.ones(100)) * 2.0).node
    assert describe.value(node) == describe.gradient(node) == NOTHING


# --- regions ---------------------------------------------------------------------------------------


X = np.ones((4, 3), np.float32)


def fold(y, **options):
    (found,) = (box for box in view(y, **options).boxes if isinstance(box, FoldBox))
    return found


def test_a_module_shows_what_it_is_its_formula_parameters_and_shapes():
    model = nn.Sequential(nn.Linear(3, 2))
    assert fold(model(X), depth=1).lines == (
        "0",
        "Linear(in_features=3, out_features=2, bias=True)",
        "z = x Wᵀ + b",
        "8 parameters",
        "1 operation",
        "(4, 3) → (4, 2)",
    )


def test_the_outermost_model_has_no_path_and_is_called_by_its_class():
    model = Block()
    assert fold(model(X), depth=0).lines[:2] == ("Block", "z = x + tanh(W x)")


def test_of_a_docstring_the_formula_is_shown_and_nothing_else():
    def shown(doc):
        model = type("Model", (Block,), {"__doc__": doc})()
        _, *others = fold(model(X), depth=0).lines
        return others[: others.index("12 parameters")]

    assert shown("z = 2x") == ["z = 2x"]
    assert shown("z =\n    2x\n\nMore about it.") == ["z = 2x"]
    assert shown("z = 2x,  with x a number: well said.") == ["z = 2x"]
    assert shown("A model that does this and that.") == []
    assert shown("z = " + "x" * 100) == []
    assert shown(None) == []


def test_of_a_block_the_row_of_its_operations_is_its_formula():
    w = parameter(np.eye(3), "w")
    with tg.scope("layer"):
        y = np.tanh(tg.Tensor(X) @ w + 1.0)
    assert fold(y, depth=0).lines == (
        "layer", "@ → + → tanh", "9 parameters", "3 operations", "(4, 3) → (4, 3)"
    )  # fmt: skip


def test_operations_that_are_no_row_are_only_counted():
    with tg.scope("sum"):
        a = parameter(1.0)
        y = np.exp(a) + np.sin(a)
    assert fold(y, depth=0).lines == ("sum", "1 parameter", "3 operations")
    kinds = fold(y, depth=0).description.split(", ")
    assert sorted(kinds) == ["1 × add", "1 × exp", "1 × sin"]


def test_what_repeats_is_told_once_and_counted_in_all():
    model = nn.Sequential(*(Block() for _ in range(4)))
    found = fold(model(X), depth=1)
    assert found.lines == (
        "0 … 3", "Block", "z = x + tanh(W x)", "48 parameters in all", "12 operations in all",
        "(4, 3) → (4, 3)",
    )  # fmt: skip
    assert found.title == ", ".join(("4 times", *found.lines))


def test_a_part_of_several_steps_is_told_in_their_order():
    model = nn.MLP([3] * 5, "tanh", rng=0)
    row = next(b for b in view(model(X), depth=1).boxes if isinstance(b, FoldBox) and b.times > 1)
    assert row.lines[:2] == ("layers.0 … layers.2", "Linear → Tanh")


def test_the_middle_says_what_is_left_out():
    found = fold(long_chain())
    assert (
        found.lines == tuple(found.title.split(", ")) == ("481 operations not drawn", "481 × add")
    )


def test_long_and_awkward_names_stay_on_one_short_line():
    model = type("A" * 100, (Block,), {"extra_repr": lambda self: "x" * 100, "__doc__": None})()
    with tg.scope("line\nbreak" + "x" * 100):
        y = model(X)
    assert all(len(line) <= 60 and line.isprintable() for line in fold(y, depth=0).lines)
    assert all(len(line) <= 60 and line.isprintable() for line in fold(y, depth=1).lines)


def test_a_repeat_of_what_has_no_name_is_drawn_as_well():
    block, y = Block(), X
    for _ in range(4):
        y = block(y)
    assert fold(y, depth=0).lines[0] == "Block"
    z = np.exp(parameter(1.0))
    for _ in range(4):
        with tg.scope(""):
            z = np.tanh(z)
    assert fold(z, depth=0).lines == ("4 operations in all",)
