"""where=, dtype= and initial=: what the sweep of calls does not see, errors, empty arrays, and NaN."""

import numpy as np
import pytest

from tests.tensors import gradient, leaf
from tinygrad_course.errors import UnsupportedError

X = np.array([[1.0, 4.0, 2.0], [3.0, 0.5, 8.0]])
MASK = np.array([[True, False, True], [False, False, True]])
REDUCTIONS = (np.sum, np.prod, np.mean, np.var, np.std)


@pytest.mark.parametrize("f", REDUCTIONS)
def test_elements_that_are_left_out_may_be_anything(f):
    x = leaf(np.where(MASK, X, np.nan))
    slope = gradient(f(x, where=MASK), x)
    np.testing.assert_array_equal(slope, gradient(f(y := leaf(X), where=MASK), y))
    assert not slope[~MASK].any()


@pytest.mark.parametrize("f", [*REDUCTIONS, np.nanmean])
@pytest.mark.parametrize("mask", [[1, 0, 1], np.array([1.0, 0.0, 1.0])])
def test_a_mask_is_boolean(f, mask):
    with pytest.raises(TypeError, match="boolean"):
        f(leaf(X), where=mask)


@pytest.mark.parametrize("f", REDUCTIONS)
@pytest.mark.parametrize("shape", [(2,), (4, 2, 3)])
def test_a_mask_fits_the_array(f, shape):
    with pytest.raises(ValueError, match=r"shape|broadcast"):
        f(leaf(X), where=np.ones(shape, bool))


@pytest.mark.parametrize("f", [np.max, np.min, np.nanmax, np.nanmin, np.maximum.reduce])
def test_an_extreme_with_a_mask_needs_an_initial_value(f):
    for x in (X, leaf(X)):
        with pytest.raises(ValueError, match="to use a where mask one has to specify 'initial'"):
            f(x, where=MASK)


def test_an_empty_array_has_its_initial_value():
    y = leaf(2.5)
    assert gradient(np.max(leaf(np.zeros((0, 3))), axis=0, initial=y), y) == 3
    assert np.min(leaf(np.zeros((0, 3))), axis=0, initial=y).data.tolist() == [2.5] * 3


@pytest.mark.parametrize("f", [np.max, np.nanmax])
def test_an_initial_value_that_is_no_extreme_has_no_slope(f):
    x, y = leaf(X), leaf(5.0)
    f(x, axis=0, initial=y).backward(np.ones(3))
    assert y.grad.item() == 2
    assert x.grad.data.tolist() == [[0, 0, 0], [0, 0, 1]]


@pytest.mark.parametrize("f", [np.std, np.nanstd])
def test_the_std_of_equal_selected_elements_has_slope_0(f):
    x = leaf(np.full((2, 2), 3.0))
    assert not gradient(f(x, where=[True, False]), x).any()


@pytest.mark.parametrize("f", [np.var, np.std, np.nanvar, np.nanstd])
def test_ddof_and_correction_are_two_names_of_one_argument(f):
    with pytest.raises(ValueError, match="ddof and correction"):
        f(leaf(X), ddof=1, correction=1, where=MASK)


@pytest.mark.parametrize("f", [np.var, np.std])
def test_a_mean_that_is_given_is_used_and_has_a_gradient(f):
    x = leaf(X)
    mean = np.mean(x, axis=1, keepdims=True)
    by_mean = gradient(f(x, axis=1, mean=mean).sum(), x)
    x = leaf(X)
    np.testing.assert_allclose(by_mean, gradient(f(x, axis=1).sum(), x), rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("f", [np.any, np.all])
def test_what_has_no_derivative_takes_a_mask_too(f):
    x = leaf(X)
    assert f(x > 3, where=MASK) == f(X > 3, where=MASK)
    assert f(x, axis=1, where=MASK).tolist() == f(X, axis=1, where=MASK).tolist()
    method = getattr(x, f.__name__)
    assert method(axis=1, where=MASK).tolist() == f(X, axis=1, where=MASK).tolist()


@pytest.mark.parametrize("name", ["sum", "prod", "mean", "var", "std"])
def test_methods_take_them_too(name):
    x = leaf(X)
    for arguments in ({"where": MASK}, {"axis": 0, "dtype": np.float32}):
        found, expected = getattr(x, name)(**arguments), getattr(np, name)(X, **arguments)
        assert found.dtype == expected.dtype
        np.testing.assert_allclose(found.data, expected, rtol=1e-6)


def test_many_ufunc_methods_are_refused_by_name():
    for call in (
        lambda x: np.multiply.reduceat(x, [0]),
        lambda x: np.hypot.reduce(x),
        lambda x: np.add.outer(x, x, where=True),
    ):
        with pytest.raises(
            UnsupportedError, match=r"numpy\.(multiply\.reduceat|hypot\.reduce|add\.outer)"
        ):
            call(leaf(X))


def test_running_extremes_give_their_slope_to_the_first_of_equal_elements():
    x = leaf([1.0, 3.0, 3.0, 2.0, np.nan, 5.0])
    y = np.maximum.accumulate(x)
    y.backward(np.array([1.0, 10.0, 100.0, 1000.0, 1e4, 1e5]))
    np.testing.assert_array_equal(y.data, np.maximum.accumulate(x.data))
    assert x.grad.data.tolist() == [1, 1110, 0, 0, 110_000, 0]
