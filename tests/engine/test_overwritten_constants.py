"""Plain arrays that are overwritten between the forward and the backward pass.

A write into a plain array can't be noted. Of a small constant the graph has a copy, and of a large one a
sample of elements is compared: the gradient is right, or ChangedValueError is raised, unless no element of
the sample has changed.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tinygrad_course as tg
from tinygrad_course import Tensor, nn
from tinygrad_course.engine.graph import SMALL
from tinygrad_course.engine.saved import SAMPLE, sample_of
from tinygrad_course.errors import ChangedValueError

F = nn.functional

# Functions of a leaf in the shape (n, 4) and of a plain array of that shape.
USES = {
    "an operator": lambda w, x: w * x,
    "a reflected operator": lambda w, x: x / w,
    "a function": lambda w, x: np.hypot(w, x),
    "a product of matrices": lambda w, x: x.T @ w,
    "a condition": lambda w, x: np.where(x > 0, w, 0.0) * x,
    "an operation of many operands": lambda w, x: np.einsum("ij,ij,ij->ij", w, x, x),
    "a loss": lambda w, x: F.mse(w, x),
    "a layer": lambda w, x: F.linear(x, w),
    "a constant tensor": lambda w, x: w * Tensor(x),
    "a view": lambda w, x: w[::2] * x[::2],
}

WITHOUT_THE_ARRAY = (USES["a reflected operator"], USES["a function"])
"""Their rules use the output in its place, which is the graph's own."""

WRITES = {
    "all": lambda x: x.__imul__(5.0),
    "the first row": lambda x: x.__setitem__(0, 7.0),
    "a column": lambda x: x.__setitem__((slice(None), 2), 7.0),
    "with other numbers": lambda x: np.copyto(x, np.arange(x.size).reshape(x.shape) + 9.0),
}


@pytest.mark.parametrize("rows", [3, 100], ids=["small", "large"])
@pytest.mark.parametrize("layout", [np.ascontiguousarray, np.asfortranarray], ids=["C", "F"])
@pytest.mark.parametrize("use", USES.values(), ids=USES)
@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_the_gradient_is_right_or_an_error_says_so(use, write, rows, layout):
    def leaf_and_array():
        numbers = np.random.default_rng(0).uniform(1, 2, (2, rows, 4))
        return Tensor(numbers[0], requires_grad=True, name="w"), layout(numbers[1])

    w, x = leaf_and_array()
    use(w, x).sum().backward()
    expected = w.grad.data

    w, x = leaf_and_array()
    loss = use(w, x).sum()
    write(x)
    if rows * 4 > SMALL and use not in WITHOUT_THE_ARRAY:
        with pytest.raises(ChangedValueError, match=r"array of shape .* overwritten since.*copy"):
            loss.backward()
        assert w.grad is None
    else:
        loss.backward()
        np.testing.assert_array_equal(w.grad.data, expected)


def test_the_way_out_that_the_message_names_works():
    w, x = Tensor(np.ones(200), requires_grad=True), np.arange(200.0)
    loss = (w * x.copy()).sum()
    x[:] = 0.0
    loss.backward()
    np.testing.assert_array_equal(w.grad.data, np.arange(200.0))


def test_a_batch_buffer_may_be_used_again_after_the_backward_pass():
    model = nn.Linear(20, 1, rng=0)
    buffer = np.empty((50, 20), np.float32)
    for value in (1.0, 2.0, 3.0):
        buffer[:] = value
        model.weight.grad = None
        model(buffer).sum().backward()
        np.testing.assert_array_equal(model.weight.grad.data, np.full((1, 20), 50 * value))


def test_a_graph_that_is_used_twice_is_checked_twice():
    w, x = Tensor(np.ones(200), requires_grad=True), np.arange(200.0)
    loss = (w * x).sum()
    loss.backward(retain_graph=True)
    x[:] = 0.0
    with pytest.raises(ChangedValueError):
        loss.backward()


def test_nothing_is_compared_that_no_rule_needs():
    w, x = Tensor(np.ones(200), requires_grad=True), np.arange(200.0)
    loss = (w + x).sum()
    x[:] = 0.0
    loss.backward()
    np.testing.assert_array_equal(w.grad.data, np.ones(200))


def test_a_function_may_overwrite_the_callers_array():
    x = np.array([1.0, 2.0])

    def f(a):
        y = (a**2).sum()
        x[:] = 100.0
        return y

    np.testing.assert_array_equal(tg.grad(f)(x), [2.0, 4.0])


@given(st.integers(65, 3000), st.data())
def test_a_write_into_a_stretch_is_noticed_if_it_is_as_long_as_the_distance_of_the_sample(n, data):
    array = np.arange(float(n))
    before = sample_of(array)
    stretch = n // SAMPLE + 8
    start = data.draw(st.integers(0, n - 2 * stretch))
    array[start : start + stretch] = -1.0
    assert sample_of(array) != before


@pytest.mark.parametrize("shape", [(65,), (1000, 3), (3, 1000), (1, 100_000), (40, 40, 40)])
@pytest.mark.parametrize(
    "layout",
    [lambda x: x, np.transpose, lambda x: np.repeat(x, 2, axis=-1)[..., ::2], lambda x: x[::-1]],
    ids=["C", "F", "gaps", "backwards"],
)
def test_a_sample_is_small_and_from_all_over_the_array(shape, layout):
    array = layout(np.arange(np.prod(shape), dtype=float).reshape(shape))
    sample = np.frombuffer(sample_of(array))
    assert SAMPLE / 2 <= sample.size <= 2 * SAMPLE + 1
    for axis, n in enumerate(array.shape):
        found = {np.argwhere(array == x)[0][axis] for x in sample}
        assert len(found) >= min(n, 4)
