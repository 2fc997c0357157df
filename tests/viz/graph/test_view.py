from weakref import ref

import numpy as np
import pytest

import tinygrad_course as tg
from tinygrad_course.errors import DrawingError
from tinygrad_course.ops.affine import linear
from viz import view
from viz.graph.boxes import ArrayBox, FoldBox, OperationBox
from viz.graph.folding import AT_EACH_END


def parameter(data, name=None):
    return tg.Tensor(data, requires_grad=True, name=name)


def arrays(x, kind):
    return [box for box in view(x).boxes if isinstance(box, ArrayBox) and box.kind == kind]


def operations(x):
    return [box for box in view(x).boxes if isinstance(box, OperationBox)]


def labels(x):
    return [edge.label for edge in view(x).edges if edge.label]


def test_each_kind_is_told_apart_and_says_name_shape_dtype_and_value():
    w = parameter(np.array([1.0, -2.0], np.float32), "w")
    y = w * tg.Tensor(np.array([3.0, 4.0], np.float32), name="x")
    y.name = "y"
    (leaf,), (constant,), (result,) = (arrays(y, k) for k in ("leaf", "constant", "result"))
    assert (leaf.name, leaf.spec, leaf.value.lines) == ("w", "(2,) float32", ("[1.0  -2.0]",))
    assert (constant.name, constant.value.lines) == ("x", ("[3.0  4.0]",))
    assert (result.name, result.value.lines, result.is_output) == ("y", ("[3.0  -8.0]",), True)
    assert [operation.symbol for operation in operations(y)] == ["×"]


def test_the_gradient_is_a_dash_until_there_is_one():
    w = parameter(3.0, "w")
    y = w * w
    assert [box.gradient.lines for box in view(y).boxes if isinstance(box, ArrayBox)] == [
        ("–",)
    ] * 2
    y.backward()
    assert [box.gradient.lines for box in arrays(y, "leaf")] == [("6.0",)]
    assert [box.gradient.lines for box in arrays(y, "result")] == [("1.0",)]
    w.grad = None
    assert [box.gradient.lines for box in arrays(y, "leaf")] == [("–",)]


def test_a_second_pass_shows_the_accumulated_gradient():
    w = parameter(3.0)
    y = w * w
    y.backward(retain_graph=True)
    y.backward()
    assert arrays(y, "leaf")[0].gradient.lines == ("12.0",)


def test_gradients_with_a_graph_of_their_own_draw():
    w = parameter(3.0)
    y = w * w
    y.backward(create_graph=True)
    assert arrays(y, "leaf")[0].gradient.lines == ("6.0",)
    assert operations(w.grad)


def test_a_constant_has_no_gradient_and_is_one_box_however_often_it_is_used():
    w, x = parameter([1.0, 2.0]), tg.Tensor([3.0, 4.0], name="x")
    y = w * x + x
    (constant,) = arrays(y, "constant")
    assert constant.gradient.lines == ()
    assert sum(edge.tail == constant.key for edge in view(y).edges) == 2


def test_equal_arrays_that_are_not_the_same_are_two_boxes():
    w = parameter([1.0, 2.0])
    assert len(arrays(w * np.ones(2) + np.ones(2), "constant")) == 2


def test_a_python_number_is_shown_as_it_was_written():
    (constant,) = arrays(parameter(2.0) * 1.0001, "constant")
    assert (constant.name, constant.spec, constant.value.lines) == ("", "", ("1.0001",))


def test_a_shared_node_is_one_box_and_both_its_uses_are_edges():
    a = parameter(2.0, "a")
    b = a + a
    drawn = view(b * b)
    assert len(drawn.boxes) == 5
    assert [(edge.tail, edge.head) for edge in drawn.edges].count(
        (drawn.boxes[0].key, drawn.boxes[1].key)
    ) == 2


def test_operands_are_labelled_where_a_reader_could_mix_them_up():
    a, b = parameter([1.0], "a"), parameter([2.0], "b")
    assert labels(a + b) == labels(a * b) == labels(-a) == []
    assert labels(a - b) == labels(a / b) == labels(np.stack([a, b])) == ["1", "2"]
    assert labels(a**b) == ["x", "y"]
    assert labels(linear(a, parameter([[1.0]]))) == ["x", "weight"]


def test_only_parameters_that_differ_from_their_default_are_shown():
    a = parameter(np.ones((2, 3)))
    assert operations(a.sum())[0].parameters == ()
    assert operations(a.sum(axis=0, keepdims=True))[0].parameters == ("axis=0", "keepdims=True")
    assert operations(a[np.array([0, 1]), 1:])[0].symbol == "[(2,) int64 array, 1:]"


@pytest.mark.parametrize("data", [2.0, np.zeros((0, 3)), np.full((2, 2), np.nan), np.ones((9, 9))])
def test_any_array_draws_alone_and_in_a_graph(data):
    for x in (tg.Tensor(data), parameter(data), parameter(data) * 2.0, tg.Tensor(True)):
        assert view(x).boxes


def test_of_large_arrays_those_of_parameters_show_what_their_numbers_are_like():
    w = parameter(np.ones((10, 10)))
    y = (w * 2.0).sum()
    (leaf,) = arrays(y, "leaf")
    assert leaf.value.lines == ("mean 1.0 ± 0.0", "from 1.0 to 1.0")
    assert leaf.gradient.lines == ("–",)
    y.backward()
    (leaf,) = arrays(y, "leaf")
    assert leaf.gradient.lines == ("mean 2.0 ± 0.0", "from 2.0 to 2.0")
    result = arrays(y, "result")[0]
    assert result.value.lines == result.gradient.lines == ()


def test_a_value_overwritten_after_its_use_is_marked():
    w = parameter([1.0])
    y = w * 2.0
    w.data[...] = 5.0
    w.mark_changed()
    (leaf,) = arrays(y, "leaf")
    assert leaf.is_changed


def test_several_outputs_share_one_drawing():
    a = parameter(1.0, "a")
    outputs = [np.exp(a), np.sin(a), tg.Tensor(5.0, name="c")]
    drawn = view(outputs)
    assert sum(isinstance(box, ArrayBox) and box.is_output for box in drawn.boxes) == 2
    assert len(arrays(outputs, "leaf")) == len(arrays(outputs, "constant")) == 1


@pytest.mark.parametrize("length", [5_000, 100_000])
def test_a_long_chain_is_summarised(length):
    x = y = parameter(1.0, "x")
    for _ in range(length):
        y = y + 1.0
    drawn = view(y)
    (summary,) = (box for box in drawn.boxes if isinstance(box, FoldBox))
    left_out = length + 1 - 2 * AT_EACH_END
    assert summary.lines == (f"{left_out:,} operations not drawn", f"{left_out:,} × add")
    assert {edge.tail for edge in drawn.edges} >= {summary.key}
    assert {edge.head for edge in drawn.edges} >= {summary.key}
    assert drawn.boxes[0].title.startswith("leaf x")
    assert x.name == "x"


def test_outputs_are_never_summarised_away():
    y = parameter(1.0)
    for i in range(1000):
        y = y + 1.0
        if i == 500:
            middle = y
    assert sum(isinstance(box, ArrayBox) and box.is_output for box in view([middle, y]).boxes) == 2


def test_an_operation_of_very_many_operands_stays_readable():
    a = parameter(1.0)
    few = len(view(np.stack([a, *map(tg.Tensor, range(5))])).boxes)
    many = view(np.stack([a, *map(tg.Tensor, map(float, range(5_000)))]))
    assert few == 8
    assert len(many.boxes) < 20
    (operation,) = (box for box in many.boxes if isinstance(box, OperationBox))
    assert "and 4,988 constants more" in operation.parameters


def test_limit_says_how_much_is_drawn():
    y = parameter(1.0)
    for _ in range(400):
        y = -y
    assert any(isinstance(box, FoldBox) for box in view(y).boxes)
    assert not any(isinstance(box, FoldBox) for box in view(y, limit=801).boxes)


def test_the_same_graph_gives_the_same_view_which_does_not_keep_it_alive():
    a = parameter([1.0], "a")
    y = np.exp(a) * tg.Tensor([2.0]) - a
    drawn = view(y)
    assert drawn == view(y)
    alive = ref(a), ref(y)
    del a, y
    assert drawn.boxes
    assert [x() for x in alive] == [None, None]


@pytest.mark.parametrize("stranger", [np.ones(2), None, [], [tg.Tensor(1.0), 2.0], "loss"])
def test_anything_but_tensors_is_refused(stranger):
    with pytest.raises(DrawingError, match="give a Tensor"):
        view(stranger)
