"""Zeros, dtypes, bad arguments: where running sums, products and differences need care."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sampling import same
from tests.tensors import gradients, leaf
from tinygrad_course.tensor import Tensor
from tinygrad_course.testing import gradcheck


@pytest.mark.parametrize("axis", [0, -1, None])
@pytest.mark.parametrize("scan", [np.cumsum, np.cumprod])
def test_zero_dimensional_input(scan, axis):
    x = leaf(3.0)
    assert gradients(scan(x, axis=axis), x) == [1]


def test_without_axis_they_flatten():
    x = leaf([[1.0, 2.0], [3.0, 4.0]])
    y = np.cumsum(x)
    assert y.shape == (4,)
    assert gradients(y, x) == [[[4, 3], [2, 1]]]
    x = leaf([[1.0, 2.0], [3.0, 4.0]])
    assert gradients(np.cumprod(x), x) == [[[33, 16], [10, 6]]]


@given(st.lists(st.sampled_from([0.0, 0.5, -2.0, 3.0]), min_size=1, max_size=6))
@same(40)
def test_cumprod_is_exact_at_zeros_to_second_order(values):
    gradcheck(np.cumprod, np.array(values), order=2)


@pytest.mark.parametrize("axis", [None, 0, 1, -1])
def test_cumprod_with_zeros_along_any_axis(axis):
    x = np.arange(12.0).reshape(2, 3, 2) / 5
    x[1, 0, 1] = 0
    gradcheck(lambda x: x.cumprod(axis=axis), x, order=2)


@given(st.lists(st.just(0.0) | st.floats(0.1, 2) | st.floats(-2, -0.1), min_size=1, max_size=20))
@same()
def test_the_last_running_product_has_the_gradient_of_prod(values):
    x, y = leaf(values), leaf(values)
    np.cumprod(x)[-1].backward()
    np.prod(y).backward()
    np.testing.assert_allclose(x.grad.numpy(), y.grad.numpy(), rtol=1e-9, atol=1e-12)


def test_cumprod_of_many_elements_with_a_zero():
    x = leaf(np.r_[np.full(1000, 0.5), 0.0, np.full(10**5, 0.5)])
    np.cumprod(x).sum().backward()
    assert np.isfinite(x.grad.numpy()).all()


@pytest.mark.skipif(not hasattr(np, "cumulative_sum"), reason="NumPy 2.1 has it first")
def test_cumulative_functions_do_not_flatten():
    with pytest.raises(ValueError, match="axis"):
        np.cumulative_sum(leaf([[1.0, 2.0]]))


def test_diff_of_booleans_tells_where_they_change():
    changes = np.diff(Tensor([True, True, False]), prepend=False)
    np.testing.assert_array_equal(changes, [True, False, True])


@pytest.mark.parametrize(
    "call",
    [
        lambda x: np.diff(x, axis=2),
        lambda x: np.diff(x, -1),
        lambda x: np.diff(x[0, 0]),
        lambda x: np.trapezoid(x, [1.0, 2.0, 3.0, 4.0]),
        lambda x: np.gradient(x, axis=2),
        lambda x: np.gradient(x, edge_order=3),
        lambda x: np.gradient(x[:, :2], edge_order=2),
        lambda x: np.gradient(x[:1]),
        lambda x: np.gradient(x, [1.0, 2.0], axis=1),
        lambda x: np.gradient(x, x, axis=1),
    ],
)
def test_bad_arguments_are_errors_as_in_numpy(call):
    x = np.arange(6.0).reshape(2, 3)
    with pytest.raises(ValueError):  # noqa: PT011 - NumPy's messages differ between versions
        call(x)
    with pytest.raises(ValueError):  # noqa: PT011
        call(leaf(x))


def test_a_distance_for_each_axis_or_one_for_all():
    with pytest.raises(TypeError, match="3 distances were given for 2 axes"):
        np.gradient(leaf(np.ones((2, 2))), 1.0, 2.0, 3.0)


def test_gradient_over_no_axes_is_empty():
    assert np.gradient(leaf([1.0, 2.0]), axis=()) == np.gradient(np.ones(2), axis=()) == ()


@given(st.lists(st.floats(0.1, 2), min_size=2, max_size=6), st.floats(-3, 3), st.floats(-3, 3))
@same()
def test_gradient_is_exact_for_parabolas(steps, a, b):
    x = np.cumsum([0.5, *steps])
    slopes = np.gradient(a * leaf(x) ** 2 + b * x, x, edge_order=2)
    np.testing.assert_allclose(slopes.data, 2 * a * x + b, atol=1e-9)


def test_ediff1d_keeps_the_dtype_of_its_array():
    x, end = leaf([1.0, 2.0], np.float32), leaf([3.0])
    y = np.ediff1d(x, to_end=end)
    assert y.dtype == np.float32
    assert gradients(y, end) == [[1]]
    with pytest.raises(TypeError, match="same kind"):
        np.ediff1d(Tensor([1, 2]), to_begin=end)
