import numpy as np

import tinygrad_course as tg
from tests.viz.graphs import Block, long_chain, parameter
from tinygrad_course import nn
from viz import view
from viz.graph.boxes import FoldBox

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
