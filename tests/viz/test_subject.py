from functools import partial

import numpy as np
import pytest

import tinygrad_course as tg
import viz
from tests.viz.graphs import Block, net, parameter
from tinygrad_course import nn
from tinygrad_course.errors import DrawingError
from viz.graph.boxes import ArrayBox
from viz.subject import outputs_of

X = np.ones((4, 2), np.float32)


def names(y, kind):
    boxes = viz.view(y).boxes
    return [box.name for box in boxes if isinstance(box, ArrayBox) and box.kind == kind]


def test_tensors_are_what_they_are():
    y = parameter(1.0) * 2.0
    assert outputs_of(y, None) is y
    assert outputs_of([y, y], None) == [y, y]


def test_a_model_runs_on_its_input_which_stays_a_constant_with_a_name():
    model = nn.MLP([2, 3, 1], rng=0)
    (y,) = outputs_of(model, X)
    assert np.array_equal(y.data, model(X).data)
    assert names(y, "constant") == ["x"]
    assert len(names(y, "leaf")) == 4


def test_a_function_runs_on_leaves_that_are_called_as_its_parameters():
    (y,) = outputs_of(lambda a, b: a * b, (3.0, np.array([1.0, 2.0])))
    assert sorted(names(y, "leaf")) == ["a", "b"]


class Scaled:
    def by(self, factor):
        return factor * 2.0

    def __call__(self, given):
        return given * 3.0


@pytest.mark.parametrize(
    ("function", "inputs", "leaves"),
    [
        (Scaled().by, 3.0, ["factor"]),
        (Scaled(), 3.0, ["given"]),
        (np.sum, np.ones(3), ["a"]),
        (partial(lambda a, b: a * b, 2.0), 3.0, ["b"]),
        (lambda *several: several[0] * several[1], (1.0, 2.0), ["", ""]),
        (lambda x, *, by=2.0: x * by, 1.0, ["x"]),
    ],
)
def test_functions_of_every_kind_run(function, inputs, leaves):
    (y,) = outputs_of(function, inputs)
    assert sorted(names(y, "leaf")) == leaves


def test_a_function_in_c_may_not_say_what_its_parameters_are_called():
    (y,) = outputs_of(np.hypot, (3.0, 4.0))
    assert len(names(y, "leaf")) == 2
    assert y.item() == 5.0


def test_what_is_no_floating_point_array_is_given_as_it_is():
    seen = []
    outputs_of(
        lambda x, n, labels, t: seen.extend((n, labels)) or x * n, (1.0, 2, [0, 1], tg.Tensor(1.0))
    )
    assert seen == [2, [0, 1]]


def test_several_outputs_are_several():
    assert len(outputs_of(lambda x: (x * 2.0, x * 3.0), 1.0)) == 2
    assert len(outputs_of(lambda x: {"a": x * 2.0, "b": x * 3.0}, 1.0)) == 2


def test_it_runs_recorded_and_watched_whatever_holds_outside():
    with tg.no_grad():
        (y,) = outputs_of(Block(20), np.ones((2, 20), np.float32))
    assert y.node.location
    assert viz.view(y).edges


def test_nothing_but_the_run_is_changed():
    _, model = net()
    before = model.state_dict()
    outputs_of(model, X)
    assert all((before[name] == now).all() for name, now in model.state_dict().items())
    assert all(p.grad is None for p in model.parameters())


@pytest.mark.parametrize(
    ("x", "inputs", "said"),
    [
        (parameter(1.0), 1.0, "a tensor already has its graph"),
        (net()[1], None, r"MLP has to run to be drawn: give it inputs, viz.draw\(MLP, inputs=x\)"),
        (np.hypot, None, r"viz.draw\(hypot, inputs=x\)"),
        (lambda x: 3.0, 1.0, "returned float and no Tensor"),
        (lambda x: None, 1.0, "returned NoneType and no Tensor"),
        (lambda x: [], 1.0, "returned list and no Tensor"),
        (lambda x: np.sin(x), 1, "nothing is recorded unless one of its inputs and parameters"),
    ],
)
def test_what_can_not_be_drawn_is_said_with_the_way_out(x, inputs, said):
    with pytest.raises(DrawingError, match=said):
        outputs_of(x, inputs)


def test_an_error_of_the_function_itself_passes_through():
    with pytest.raises(ZeroDivisionError):
        outputs_of(lambda x: 1 / 0, 1.0)
    with pytest.raises(TypeError, match="positional argument"):
        outputs_of(lambda x: x, (1.0, 2.0))


def test_arrays_in_containers_become_leaves_named_by_their_path():
    given = {"W": np.ones((2, 2)), "layers": [{"b": np.zeros(2)}]}
    (y,) = outputs_of(
        lambda x, parameters: x @ parameters["W"] + parameters["layers"][0]["b"], (X, given)
    )
    assert sorted(names(y, "leaf")) == ["parameters['W']", "parameters['layers'][0]['b']", "x"]


def test_a_list_of_numbers_is_one_array():
    (y,) = outputs_of(lambda a: a * 2.0, [[1.0, 2.0]])
    assert names(y, "leaf") == ["a"]
    assert y.shape == (1, 2)


def test_tensors_are_found_in_nested_results_beside_other_values():
    first, second = outputs_of(
        lambda x: {"loss": x * 2.0, "parts": (x + 1.0, None), "name": "n"}, 3.0
    )
    assert (first.item(), second.item()) == (6.0, 4.0)


def test_a_result_without_tensors_is_refused():
    with pytest.raises(DrawingError, match="returned list and no Tensor"):
        outputs_of(lambda x: [2.0, 3.0], 1.0)


def test_a_leaf_has_no_backward_pass_to_play():
    with pytest.raises(DrawingError, match="this tensor is a leaf"):
        viz.player(parameter(1.0))
