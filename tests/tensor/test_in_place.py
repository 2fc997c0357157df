"""Augmented assignment: under no_grad it overwrites a leaf, and everywhere else it makes a new tensor."""

import operator

import numpy as np
import pytest

from tinygrad_course import Tensor, nn, no_grad
from tinygrad_course.errors import ChangedValueError, GradientWarning

OPERATIONS = {
    "+=": operator.iadd,
    "-=": operator.isub,
    "*=": operator.imul,
    "/=": operator.itruediv,
    "//=": operator.ifloordiv,
    "%=": operator.imod,
    "**=": operator.ipow,
}
X = np.array([4.0, 5.0, 6.0])


@pytest.mark.parametrize("operate", OPERATIONS.values(), ids=OPERATIONS)
@pytest.mark.parametrize("other", [2.0, np.array([1.0, 2.0, 3.0]), Tensor([1.0, 2.0, 3.0])])
@pytest.mark.parametrize("start", [X, 7.0], ids=["an array", "a number"])
def test_under_no_grad_a_leaf_stays_the_same_leaf(operate, other, start):
    if np.ndim(start) == 0:
        other = 2.0
    w = Tensor(start, requires_grad=True, name="w")
    numbers, graph = w._data, w * w
    expected = operate(np.array(start), getattr(other, "data", other))
    with no_grad():
        result = operate(w, other)
    assert result is w
    assert w.is_leaf
    assert w.requires_grad
    np.testing.assert_array_equal(w.data, expected)
    if np.ndim(start):
        assert w._data is numbers
        with pytest.raises(ChangedValueError, match="'w'"):
            graph.sum().backward()
    else:  # a number is replaced, and the graph keeps what it saw
        graph.sum().backward()
        assert w.grad.item() == 2 * start


def test_a_step_as_every_tutorial_writes_it():
    w = Tensor([1.0, 2.0], requires_grad=True)
    for _ in range(3):
        (w * w).sum().backward()
        with no_grad():
            w -= 0.1 * w.grad
        w.grad = None
    np.testing.assert_allclose(w.data, [0.8**3, 2 * 0.8**3])


def test_parameters_of_a_model_are_updated_in_place():
    layer = nn.Linear(3, 2, rng=0)
    weight = layer.weight
    with no_grad():
        layer.weight *= 0.0
    assert layer.weight is weight
    assert not weight.data.any()
    assert isinstance(weight, nn.Parameter)


@pytest.mark.parametrize("operate", OPERATIONS.values(), ids=OPERATIONS)
def test_everywhere_else_it_makes_a_new_tensor(operate):
    leaf, constant = Tensor(X, requires_grad=True), Tensor(X)
    computed = leaf * 1.0
    for x in (leaf, computed):
        result = operate(x, 2.0)
        assert result is not x
        assert not result.is_leaf
    with no_grad():
        for x in (constant, computed):
            assert operate(x, 2.0) is not x
    for x in (leaf, constant, computed):
        np.testing.assert_array_equal(x.data, X)


def test_numbers_of_another_dtype_keep_that_of_the_leaf():
    w = Tensor(np.ones(3, np.float32), requires_grad=True)
    with no_grad():
        w -= np.full(3, 0.5)
    assert w.dtype == np.float32
    with no_grad(), pytest.raises(TypeError):
        w -= np.array([1j, 0, 0])
    np.testing.assert_array_equal(w.data, 0.5)


def step(w):
    (w * w).sum().backward()
    return w - 0.1 * w.grad


@pytest.mark.parametrize(
    "made",
    [
        step,
        lambda w: w * 0.01,
        lambda w: w.astype(np.float32),
        lambda w: w.reshape(1, 2),
        lambda w: w.T,
    ],
)
def test_reading_the_gradient_of_what_was_computed_warns_and_says_what_to_write(made):
    w = made(Tensor([1.0, 2.0], requires_grad=True, name="w"))
    (w * w).sum().backward()
    with pytest.warns(
        GradientWarning, match=r"it was computed by .* w\.data -= lr \* w\.grad"
    ) as caught:
        assert w.grad is None
    assert caught[0].filename == __file__


def test_the_ways_out_that_the_warning_names_work():
    w = Tensor([1.0, 2.0], requires_grad=True)
    (w * w).sum().backward()
    w.data -= 0.1 * w.grad
    assert w.is_leaf
    leaf = Tensor(np.ones(2) * 0.01, requires_grad=True)
    y = leaf * 3.0
    y.retain_grad()
    assert y.grad is None  # which means: not yet
    y.sum().backward()
    assert (leaf.grad.tolist(), y.grad.tolist()) == ([3.0, 3.0], [1.0, 1.0])


def test_a_leaf_and_a_constant_do_not_warn():
    assert Tensor([1.0], requires_grad=True).grad is None
    assert Tensor([1.0]).grad is None
