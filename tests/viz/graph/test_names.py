import numpy as np
import pytest

import tinygrad_course as tg
from tests.viz.graphs import AWKWARD_NAMES, net, parameter
from tinygrad_course import nn
from tinygrad_course.errors import DrawingError
from tinygrad_course.nn import functional
from viz import text, view
from viz.graph.boxes import ArrayBox, OperationBox
from viz.graph.names import of_layer


def shown(x, **options):
    return {box.name for box in view(x, **options).boxes if isinstance(box, ArrayBox) and box.name}


def test_tensors_of_every_kind_are_called_what_one_likes_by_themselves_or_by_their_names():
    w, x, alone = parameter([1.0], "w"), tg.Tensor([2.0], name="x"), tg.Tensor([3.0], name="c")
    y = w * x
    y.name = "y"
    assert shown([y, alone]) == {"w", "x", "y", "c"}
    assert shown([y, alone], names={w: "A", x: "B", y: "C", alone: "D"}) == set("ABCD")
    assert shown([y, alone], names={"w": "A", "x": "B", "y": "C", "c": "D"}) == set("ABCD")


def test_large_constants_are_found_as_well():
    x = tg.Tensor(np.ones((20, 20)), name="x")
    y = parameter([1.0]) * x
    assert shown(y, names={x: "pixels"}) == shown(y, names={"x": "pixels"}) == {"pixels"}


def test_a_tensor_comes_before_a_name_that_fits_it():
    w = parameter([1.0], "w")
    assert shown(w * 2.0, names={"w": "by name", w: "by tensor"}) == {"by tensor"}


def test_names_beside_the_courses_win():
    assert shown(parameter([1.0], "w") * 1.0, names={"w": "θ"}, notation="course") == {"θ"}


def test_what_the_graph_has_not_is_passed_over():
    y = parameter([1.0], "w") * 2.0
    assert shown(y, names={"v": "A", tg.Tensor([1.0]): "B", parameter([1.0]): "C"}) == {"w"}


def test_other_keys_are_refused():
    with pytest.raises(DrawingError, match="3 is neither a tensor nor a name: give"):
        view(parameter([1.0]) * 2.0, names={3: "w"})


@pytest.mark.parametrize("name", AWKWARD_NAMES)
def test_a_given_name_is_made_printable_as_a_tensors_own_is(name):
    w = parameter([1.0], "w")
    assert (
        shown(w * 2.0, names={w: name})
        == shown(parameter([1.0], name) * 2.0)
        == {text.name(name)} - {""}
    )


# --- the course's names ----------------------------------------------------------------------------


X = np.ones((4, 2), np.float32)
Y = np.array([1, 0, 1, 0])


def course(y, **options):
    boxes = view(y, notation="course", **options).boxes
    arrays = {box.name for box in boxes if isinstance(box, ArrayBox) and box.name}
    operations = [(b.symbol, *b.parameters) for b in boxes if isinstance(b, OperationBox)]
    return arrays, operations


def test_layers_are_numbered_above():
    assert of_layer("z", 12) == "z⁽¹²⁾"


def test_a_net_is_written_as_in_the_course():
    loss, _ = net()
    arrays, operations = course(loss)
    assert arrays == {"x", "W⁽¹⁾", "b⁽¹⁾", "z⁽¹⁾", "a⁽¹⁾", "W⁽²⁾", "b⁽²⁾", "z⁽²⁾", "y", "J"}
    assert operations == [
        ("W⁽¹⁾x + b⁽¹⁾",),
        ("g(z⁽¹⁾)", "g = tanh"),
        ("W⁽²⁾a⁽¹⁾ + b⁽²⁾",),
        ("squeeze", "axis=-1"),
        ("1/m Σ ℒ(ŷ, y)", "ŷ = σ(z⁽²⁾)", "ℒ = cross-entropy"),
    ]


def test_the_last_activation_is_the_prediction():
    model = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1), nn.Sigmoid())
    prediction = model(X)
    arrays, operations = course(prediction)
    assert {"a⁽¹⁾", "ŷ"} <= arrays
    assert operations[-1] == ("g(z⁽²⁾)", "g = σ")
    loss = functional.binary_cross_entropy(prediction, np.ones((4, 1)))
    assert course(loss)[1][-1] == ("1/m Σ ℒ(ŷ, y)", "ℒ = cross-entropy")


@pytest.mark.parametrize(
    ("reduction", "name", "written"),
    [("mean", "J", "1/m Σ ℒ(ŷ, y)"), ("sum", "J", "Σ ℒ(ŷ, y)"), ("none", "ℒ", "ℒ(ŷ, y)")],
)
def test_a_cost_is_told_from_the_losses_of_the_samples(reduction, name, written):
    loss = functional.cross_entropy(nn.Linear(2, 3)(X), Y, reduction=reduction)
    arrays, operations = course(loss)
    assert name in arrays
    assert operations[-1][:3] == (written, "ŷ = softmax(z⁽¹⁾)", "ℒ = cross-entropy")


def test_a_mean_over_more_than_the_samples_is_not_said_to_be_one_over_m():
    logits = nn.Linear(2, 3)(X)
    assert course(functional.mse(logits, np.ones((4, 3))))[1][-1][0] == "mean ℒ(ŷ, y)"
    assert course(functional.mse(logits[:, :1], np.ones((4, 1))))[1][-1][0] == "1/m Σ ℒ(ŷ, y)"


def test_a_layer_without_bias_has_none():
    assert course(nn.Linear(2, 3, bias=False)(X))[1] == [("W⁽¹⁾x",)]


def test_what_stands_between_layers_does_not_begin_a_new_net():
    model = nn.Sequential(nn.Linear(2, 3), nn.ReLU())
    a = model(X) * np.full((4, 3), 0.5, np.float32)  # dropout
    arrays, operations = course(nn.Linear(3, 1)(a))
    assert {"W⁽¹⁾", "W⁽²⁾"} <= arrays
    assert operations[-1] == ("W⁽²⁾· + b⁽²⁾",)


def test_names_of_ones_own_stand_in_the_formulas():
    model = nn.Linear(2, 3)
    arrays, operations = course(model(X), names={"weight": "Θ", "x": "input"})
    assert "Θ" in arrays
    assert operations == [("Θ x + b⁽¹⁾",)]


def test_what_is_no_net_keeps_its_names():
    w = parameter(X, "w")
    y = np.tanh(w * 2.0)
    arrays, operations = course(y)
    assert (arrays, operations) == ({"w"}, [("×",), ("tanh",)])


def test_operands_are_labelled_by_the_formula_alone():
    loss, _ = net()
    assert {edge.label for edge in view(loss, notation="course").edges} == {""}
    assert {"x", "weight", "bias"} < {edge.label for edge in view(loss).edges}


def test_an_input_that_requires_a_gradient_is_x_as_well():
    x = tg.Tensor(X, requires_grad=True)
    assert "x" in course(nn.Linear(2, 3)(x))[0]
