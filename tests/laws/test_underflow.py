"""np.errstate(all="raise") makes no error of an underflow that is meant: primitives, losses, fit."""

from itertools import product

import numpy as np
import pytest

from tests.tensors import leaf
from tinygrad_course import nn, optim
from tinygrad_course.nn import Parameter
from tinygrad_course.primitive import registry
from tinygrad_course.training import evaluate, fit

MAGNITUDES = [0.0, 1e-3, 0.5, 1.0, 2.0, 20.0, 100.0, 750.0, 1e4]
NUMBERS = [*MAGNITUDES, *(-x for x in MAGNITUDES)]
ELEMENTWISE = sorted(name for name, p in registry.items() if p.is_elementwise)


def raises(function, *arguments):
    try:
        with np.errstate(all="raise"):
            function(*arguments)
    except FloatingPointError as error:
        return str(error)
    return ""


def forward_and_backward(function, *arrays):
    leaves = [leaf(x, getattr(x, "dtype", None)) for x in arrays]
    y = function(*leaves)
    y.backward(np.ones(y.shape, y.dtype))
    return [y.data, *(x.grad.data for x in leaves if x.grad is not None)]


def is_finite(function, *arrays):
    with np.errstate(all="ignore"):
        return all(np.isfinite(x).all() for x in forward_and_backward(function, *arrays))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", ELEMENTWISE)
def test_finite_values_and_slopes_raise_nothing_that_numpy_does_not_raise(name, dtype):
    function = registry[name]
    points = [
        tuple(dtype(x) for x in point) for point in product(NUMBERS, repeat=len(function.operands))
    ]
    finite = [point for point in points if is_finite(function, *point)]
    assert finite
    for point in finite:
        if not any(raises(f, *point) for f in function.numpy_functions[:1]):
            assert not raises(forward_and_backward, function, *point), point


LOGITS = np.array([[1e4, -1e4, 0.0], [-750.0, 100.0, -100.0], [20.0, 20.0, -1e4]])
TARGETS = np.array([[1.0, 0.0, 0.5], [0.0, 1.0, 0.25], [1.0, 1.0, 0.0]])
CLASSES = np.array([0, 2, 1])
F = nn.functional
OWN = {
    "softmax": F.softmax,
    "log_softmax": F.log_softmax,
    "logsumexp": registry["logsumexp"],
    "cross_entropy": lambda x: F.cross_entropy(x, CLASSES),
    "binary_cross_entropy_with_logits": lambda x: F.binary_cross_entropy_with_logits(
        x, TARGETS.astype(x.dtype)
    ),
    "binary_cross_entropy": lambda x: F.binary_cross_entropy(F.sigmoid(x), TARGETS.astype(x.dtype)),
    "mse": lambda x: F.mse(F.softmax(x), TARGETS.astype(x.dtype)),
    "mse of a residual that is hardly there": lambda x: F.mse(x * 1e-35, 0 * x),
    "norm": lambda x: registry["norm"](x * 1e-30),
    "two saturated layers": lambda x: F.tanh(F.sigmoid(x) @ F.elu(x)),
}


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("f", OWN.values(), ids=OWN)
def test_large_logits_raise_nothing(f, dtype):
    logits = LOGITS.astype(dtype)
    assert is_finite(f, logits)
    assert raises(forward_and_backward, f, logits) == ""


def test_plain_arrays_raise_nothing_either():
    assert raises(F.softmax, LOGITS) == raises(F.sigmoid, LOGITS) == ""


def test_warnings_that_are_errors_are_not_raised_either():
    with np.errstate(all="warn"):  # pytest makes errors of warnings
        numbers = forward_and_backward(OWN["cross_entropy"], LOGITS)
    assert all(np.isfinite(x).all() for x in numbers)


def test_numpys_functions_raise_as_they_do_on_arrays():
    with np.errstate(all="raise"), pytest.raises(FloatingPointError, match="underflow"):
        np.exp(leaf([-1e4]))


def test_what_is_no_underflow_is_raised():
    with np.errstate(all="raise"), pytest.raises(FloatingPointError, match="overflow"):
        F.mse(leaf([1e200]), np.zeros(1))
    x = leaf([1e-200])
    with np.errstate(all="raise"):
        y = np.log(x)
        with pytest.raises(FloatingPointError, match="overflow"):
            y.backward(np.array([1e200]))


@pytest.mark.parametrize("optimizer", [optim.SGD, optim.Adam])
def test_fit_evaluate_and_predict_raise_nothing(optimizer):
    x = np.array([[1e4, 0.0], [-1e4, 1e-3], [0.0, 750.0], [20.0, -100.0]], np.float32)
    y = np.array([0, 1, 0, 1])
    model = nn.MLP([2, 3, 2], activation=nn.Sigmoid, rng=0)
    loss = nn.CrossEntropyLoss()
    with np.errstate(all="raise"):
        sgd = optimizer(model, lr=1e-3)
        fit(model, loss, sgd, x, y, epochs=3, batch_size=2, validation=(x, y))
        loss_and_accuracy = evaluate(model, x, y)
        classes = model.predict(x)
    assert np.isfinite([*loss_and_accuracy.values()]).all()
    assert set(classes) <= {0, 1}


@pytest.mark.parametrize("optimizer", [optim.SGD, optim.Adam])
def test_steps_with_tiny_gradients_raise_nothing(optimizer):
    w = Parameter(np.ones(3, np.float32))
    chosen = optimizer([w], lr=1e-3)
    with np.errstate(all="raise"):
        for _ in range(3):
            w.grad = np.full(3, 1e-30, np.float32)
            chosen.step()
    assert np.isfinite(w.data).all()
