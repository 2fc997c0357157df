"""Inputs, outputs and gradients in containers, and the forms in which the course returns gradients."""

from collections import namedtuple

import numpy as np
import pytest

from tinygrad_course.errors import GradientCheckError
from tinygrad_course.ops import arithmetic
from tinygrad_course.tensor import Tensor
from tinygrad_course.testing import gradcheck

RNG = np.random.default_rng(0)
X, Y = RNG.standard_normal((3, 7)), (RNG.random((1, 7)) > 0.5) * 1
LAYERS = {
    "W1": RNG.standard_normal((4, 3)),
    "b1": RNG.standard_normal((4, 1)),
    "W2": RNG.standard_normal((1, 4)),
    "b2": RNG.standard_normal((1, 1)),
}
M = X.shape[1]


def cost(parameters):
    """A net of two layers, in the course's notation."""
    a1 = np.tanh(parameters["W1"] @ X + parameters["b1"])
    a2 = 1 / (1 + np.exp(-(parameters["W2"] @ a1 + parameters["b2"])))
    return -(Y * np.log(a2) + (1 - Y) * np.log(1 - a2)).sum() / M


def backward_propagation(parameters):
    """The course's: the gradients by their names, and those by the activations."""
    a1 = np.tanh(parameters["W1"] @ X + parameters["b1"])
    a2 = 1 / (1 + np.exp(-(parameters["W2"] @ a1 + parameters["b2"])))
    dz2 = a2 - Y
    dz1 = parameters["W2"].T @ dz2 * (1 - a1**2)
    return {
        "dA1": parameters["W2"].T @ dz2,
        "dW1": dz1 @ X.T / M,
        "db1": dz1.sum(axis=1, keepdims=True) / M,
        "dW2": dz2 @ a1.T / M,
        "db2": dz2.sum(axis=1, keepdims=True) / M,
    }


def without_d(parameters):
    grads = backward_propagation(parameters)
    return {name: grads["d" + name] for name in parameters}


FORMS = {
    "the course's dictionary": backward_propagation,
    "and the cost beside it": lambda p: (backward_propagation(p), cost(p)),
    "the cost first": lambda p: (cost(p), backward_propagation(p)),
    "a cost of shape ()": lambda p: (backward_propagation(p), np.array(cost(p))),
    "a dictionary like the argument": without_d,
    "in a tuple": lambda p: (without_d(p),),
    "the numbers": backward_propagation(LAYERS),
}


@pytest.mark.parametrize("form", FORMS)
def test_the_parameters_of_a_course(form):
    report = gradcheck(cost, LAYERS, gradient=FORMS[form])
    assert (report.checked, report.all_correct) == (21, True)
    assert {entry.by for entry in report.entries} > {
        "parameters['W1'][0, 2]",
        "parameters['b2'][0, 0]",
    }


@pytest.mark.parametrize("name", LAYERS)
def test_a_mistake_in_any_part_is_found_by_its_path(name):
    def wrong(parameters):
        grads = backward_propagation(parameters)
        grads["d" + name] = 2 * grads["d" + name]
        return grads, cost(parameters)

    with pytest.raises(GradientCheckError, match="2 times too large") as raised:
        gradcheck(cost, LAYERS, gradient=wrong)
    assert f"Likely cause, by parameters['{name}']" in str(raised.value)
    assert f"{LAYERS[name].size} wrong, {21 - LAYERS[name].size} correct" in str(raised.value)


def test_propagate_returns_gradients_and_cost():
    # Logistic regression of the course: propagate(w, b, X, Y) returns ({"dw": …, "db": …}, cost).
    def propagate(w, b, X, Y):
        a = 1 / (1 + np.exp(-(w.T @ X + b)))
        value = -(Y * np.log(a) + (1 - Y) * np.log(1 - a)).sum() / M
        return {"dw": X @ (a - Y).T / M, "db": (a - Y).sum() / M}, value

    def loss(w, b, X, Y):
        return propagate(w, b, X, Y)[1]

    w, b = RNG.standard_normal((3, 1)), 0.2
    report = gradcheck(loss, w, b, X, Y, gradient=lambda *a: propagate(*a))
    assert (report.checked, report.all_correct) == (4, True)
    two = gradcheck(
        lambda w, b: loss(w, b, X, Y), w, b, gradient=lambda w, b: propagate(w, b, X, Y)
    )
    assert (two.checked, two.all_correct) == (4, True)


def test_the_engine_differentiates_containers():
    report = gradcheck(cost, LAYERS, order=2)
    assert report.all_correct
    assert report.checked == 21 + 21 * 21


Layer = namedtuple("Layer", "weight bias activation")
NESTED = [
    {"w": np.array([1.0, 2.0]), "more": (np.array([[0.5]]), np.array(3.0))},
    Layer(np.array([0.3]), 1.5, "tanh"),
]


def nested(net, x):
    first, second = net
    assert isinstance(first["more"], tuple)
    assert second.activation == "tanh"
    w, (a, b) = first["w"], first["more"]
    return {"sum": (w * x).sum() + a[0, 0] * b, "squares": [second.weight**2, second.bias * b]}


def test_nested_containers_of_inputs_and_outputs_have_paths():
    report = gradcheck(nested, NESTED, np.array([2.0, -1.0]))
    assert report.all_correct
    assert {entry.by.partition("[0]['w']")[0] for entry in report.entries} >= {
        "net",
        "x[0]",
        "x[1]",
    }
    assert {entry.by for entry in report.entries} >= {
        "net[0]['w'][0]",
        "net[0]['more'][0][0, 0]",
        "net[0]['more'][1]",
        "net[1].weight[0]",
        "net[1].bias",
    }
    assert {entry.output for entry in report.entries} == {
        "output['sum']",
        "output['squares'][0][0]",
        "output['squares'][1]",
    }


def test_a_gradient_is_built_like_nested_inputs():
    def squares(net):
        return (net[0]["w"] ** 2).sum() + net[0]["more"][1] * net[1].weight[0]

    def gradient(net):
        more = (None, net[1].weight[0])
        return [
            {"w": 2 * net[0]["w"], "more": more},
            Layer(net[0]["more"][1] * np.ones(1), None, None),
        ]

    report = gradcheck(squares, NESTED, gradient=gradient)
    assert (report.checked, report.all_correct) == (4, True)


def test_a_container_beside_an_array():
    def f(p, x):
        return (p["a"] * x).sum() + p["b"]

    p, x = {"a": np.ones(3), "b": 2.0}, np.arange(3.0)
    full = gradcheck(f, p, x, gradient=lambda p, x: ({"a": x, "b": 1.0}, p["a"]))
    assert (full.checked, full.all_correct) == (7, True)
    by_name = gradcheck(f, p, x, gradient=lambda p, x: ({"da": x, "db": 1.0}, None))
    assert (by_name.checked, by_name.all_correct) == (4, True)
    together = gradcheck(f, p, x, gradient=lambda p, x: {"da": x, "db": 1.0, "dx": p["a"]})
    assert (together.checked, together.all_correct) == (7, True)


def test_f_and_gradient_get_containers_of_what_was_given():
    kinds = []

    def f(p):
        kinds.append((type(p), type(p["a"]), type(p["b"])))
        return (p["a"] * p["b"]).sum()

    def gradient(p):
        kinds.append((type(p), type(p["a"]), type(p["b"])))
        p["a"] *= 1  # its own copy
        return {"a": p["b"], "b": p["a"]}

    given = {"a": np.ones(2), "b": Tensor([1.0, 3.0])}
    assert gradcheck(f, given, gradient=gradient).all_correct
    assert set(kinds) == {(dict, np.ndarray, Tensor)}
    np.testing.assert_array_equal(given["a"], 1)


@pytest.mark.parametrize(
    ("gradient", "message"),
    [
        (
            {"dW1": LAYERS["W1"], "dW3": LAYERS["W2"]},
            r"called 'dW3'; the inputs are parameters\['W1'\]",
        ),
        (LAYERS["W1"], r"a gradient by parameters\['W1'\], .* must be built like its argument"),
        ([LAYERS["W1"], LAYERS["b1"]], r"built like its argument, and has \[0\], \[1\]"),
    ],
)
def test_a_gradient_that_is_built_in_another_way(gradient, message):
    with pytest.raises(ValueError, match=message):
        gradcheck(cost, LAYERS, gradient=gradient)


def test_a_container_without_numbers_to_differentiate_by():
    with pytest.raises(ValueError, match="at least one floating-point input"):
        gradcheck(lambda p: p["n"], {"n": np.array([1, 2]), "name": "x"})


@pytest.mark.parametrize(
    ("f", "names"),
    [
        (lambda a, /, b: a * b, ["a", "b"]),
        (lambda a, *others: a * others[0], ["a", "input 1"]),
        (lambda *operands, **parameters: operands[0] * operands[1], ["input 0", "input 1"]),
        (lambda a, *others, scale=1: scale * a * others[0], ["a", "input 1"]),
        (arithmetic.multiply, ["x", "y"]),
    ],
)
def test_inputs_are_called_as_the_function_calls_them(f, names):
    entries = gradcheck(f, 2.0, 3.0).entries
    assert sorted(e.by for e in entries) == names
