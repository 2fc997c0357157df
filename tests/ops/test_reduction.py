"""Ties, zeros, infinities and equal elements: where reductions have no ordinary derivative."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sampling import same
from tests.tensors import gradient, gradients, leaf
from tinygrad_course import hvp
from tinygrad_course.ops import reduction
from tinygrad_course.testing import gradcheck

INF, NAN = np.inf, np.nan


@pytest.mark.parametrize("extreme", [np.max, np.min])
def test_extremes_split_among_ties(extreme):
    x = leaf([3.0, 3.0, 3.0, 3.0])
    assert gradients(extreme(x), x) == [[0.25] * 4]


def test_ties_are_split_along_each_axis_by_itself():
    x = leaf([[1.0, 5.0, 5.0], [2.0, 0.0, 1.0]])
    assert gradients(x.max(axis=1), x) == [[[0, 0.5, 0.5], [1, 0, 0]]]
    x = leaf([[1.0, 5.0], [1.0, 2.0]])
    assert gradients(x.max(axis=0, keepdims=True), x) == [[[0.5, 1], [0.5, 0]]]


@pytest.mark.parametrize("extreme", [np.max, np.min])
def test_a_nan_is_the_extreme(extreme):
    x = leaf([[3.0, NAN, 1.0], [2.0, 0.0, 5.0]])
    assert gradient(extreme(x, axis=1), x)[0].tolist() == [0, 1, 0]


@pytest.mark.parametrize("extreme", [np.nanmax, np.nanmin])
def test_extremes_that_ignore_nan_split_among_numbers(extreme):
    x = leaf([[2.0, NAN, 2.0], [NAN, INF, INF], [-INF, -INF, NAN]])
    extreme(x, axis=1).backward(np.ones(3))
    assert x.grad.numpy().tolist() == [[0.5, 0, 0.5], [0, 0.5, 0.5], [0.5, 0.5, 0]]


@pytest.mark.parametrize("extreme", [np.nanmax, np.nanmin])
def test_without_a_number_there_is_nothing_to_split(extreme):
    x = leaf([[NAN, NAN], [1.0, 2.0]])
    with pytest.warns(RuntimeWarning, match="All-NaN"):
        y = extreme(x, axis=1)
    assert gradient(y, x)[0].tolist() == [0, 0]


def test_ptp_splits_at_both_ends():
    x = leaf([5.0, 1.0, 1.0, 2.0])
    assert gradients(np.ptp(x), x) == [[1, -0.5, -0.5, 0]]
    x = leaf([2.0, 2.0])
    assert gradients(np.ptp(x), x) == [[0, 0]]


def test_ties_keep_float32():
    x = leaf([1.0, 1.0, 0.0], np.float32)
    x.max().backward()
    assert x.grad.dtype == np.float32


@pytest.mark.parametrize("axis", [None, 0])
def test_std_of_equal_elements_has_slope_zero(axis):
    x = leaf([[2.0, 2.0], [2.0, 2.0]])
    assert gradients(np.std(x, axis=axis), x) == [[[0, 0], [0, 0]]]
    (curvature,) = hvp(lambda x: np.std(x, axis=axis).sum(), (x.data,), (np.eye(2),))
    assert not curvature.any()


def test_std_with_some_equal_columns():
    x = leaf([[2.0, 1.0], [2.0, 3.0]])
    assert gradients(np.std(x, axis=0), x) == [[[0, -0.5], [0, 0.5]]]


@pytest.mark.parametrize("spread", [np.var, np.std])
def test_spread_of_too_few_elements_has_no_slope(spread):
    x = leaf([[2.0, 1.0], [3.0, 4.0], [5.0, 5.0]])
    with pytest.warns(RuntimeWarning):
        y = spread(x, axis=1, ddof=2)
    np.testing.assert_array_equal(gradient(y, x), np.full((3, 2), NAN))


def test_mean_of_nothing_gives_nothing_back():
    x = leaf(np.ones((0, 2)))
    with pytest.warns(RuntimeWarning):
        y = x.mean(axis=0)
    assert gradients(y, x) == [[]]


@pytest.mark.parametrize("spread", [np.var, np.std])
def test_spread_is_exact_far_from_zero(spread):
    near, far = leaf([0.0, 1.0, 3.0, 8.0]), leaf([2.0**30, 2.0**30 + 1, 2.0**30 + 3, 2.0**30 + 8])
    assert spread(near).item() == spread(far).item()
    assert gradients(spread(near), near) == gradients(spread(far), far)


def test_mean_of_many_in_single_precision():
    x = leaf(np.full(10**6, 0.1), np.float32)
    assert x.mean().item() == pytest.approx(0.1, rel=1e-6)
    np.testing.assert_allclose(gradient(x.mean(), x), 1e-6, rtol=1e-6)


@given(
    st.lists(st.sampled_from([0.0, 0.5, -2.0, 3.0]), min_size=1, max_size=4),
    st.sampled_from([None, 0, -1]),
)
@same(40)
def test_prod_is_exact_at_zeros_to_second_order(values, axis):
    gradcheck(lambda x: x.prod(axis=axis), np.array(values), order=2)


@pytest.mark.parametrize("axis", [None, 0, 1, 2, (0, 2), (-1, 0), ()])
def test_prod_with_zeros_along_any_axes(axis):
    x = np.arange(12.0).reshape(2, 3, 2) / 5
    x[1, 0, 1] = 0
    gradcheck(lambda x: x.prod(axis=axis), x, order=2)


def test_prod_of_many_elements_with_a_zero():
    x = leaf(np.r_[np.full(10**5, 1.00001), 0.0])
    x.prod().backward()
    assert x.grad.numpy()[-1] == pytest.approx(1.00001**1e5)
    assert not x.grad.numpy()[:-1].any()


def test_prod_that_underflows_has_a_gradient_all_the_same():
    x = leaf([1e-200, 1e-200, 1e100])
    np.testing.assert_allclose(gradient(x.prod(), x), [1e-100, 1e-100, 0])


def test_prod_of_integers_beside_zero_keeps_float32():
    x = leaf([0.0, 2.0, 3.0], np.float32)
    assert gradients(x.prod(), x) == [[6, 0, 0]]
    assert x.grad.dtype == np.float32


@pytest.mark.parametrize(
    ("values", "result", "slope"),
    [
        ([0.0, -INF], 0, [1, 0]),
        ([1e4, 0.0], 1e4, [1, 0]),
        ([-1e4, -1e4], -1e4 + np.log(2), [0.5, 0.5]),
        ([3.0], 3, [1]),
    ],
)
def test_logsumexp_stays_finite(values, result, slope):
    x = leaf(values)
    y = reduction.logsumexp(x)
    assert y.item() == pytest.approx(result, rel=1e-12)
    assert gradients(y, x) == [pytest.approx(slope)]


@pytest.mark.parametrize("values", [[-INF, -INF], [INF, 0.0], [INF]])
def test_logsumexp_of_infinities_is_its_limit(values):
    assert reduction.logsumexp(np.array(values)) == max(values)


def test_logsumexp_over_rows_of_which_one_is_masked_out():
    x = leaf([[0.0, 0.0], [-INF, -INF]])
    y = reduction.logsumexp(x, axis=1)
    np.testing.assert_array_equal(y.data, [np.log(2), -INF])
    np.testing.assert_allclose(gradient(y, x), [[0.5, 0.5], [0, 0]])


def test_logsumexp_over_rows_that_are_far_apart():
    x = leaf([[1000.0, 1000.0], [-1000.0, -1000.0]])
    np.testing.assert_array_equal(gradient(reduction.logsumexp(x, axis=1), x), np.full((2, 2), 0.5))


@pytest.mark.parametrize("axis", [0, -1, None])
def test_zero_dimensional_input(axis):
    x = leaf(3.0)
    assert gradients(x.sum(axis=axis), x) == [1]


def test_names_of_numpy_arguments():
    x = leaf([1.0, 2.0, 4.0])
    np.testing.assert_allclose(np.var(x, ddof=1).data, np.var(x.data, ddof=1))
    np.testing.assert_allclose(np.std(x, correction=1).data, np.std(x.data, ddof=1))


def test_slope_of_logsumexp_keeps_its_digits_far_from_zero():
    x = np.array([1e4, 1e4 - 0.7, 1e4 - 2.1], np.float32)
    t = leaf(x)
    t.logsumexp().backward()
    exact = np.exp(x.astype(float) - 1e4)
    np.testing.assert_allclose(t.grad.data, exact / exact.sum(), rtol=1e-6)


@pytest.mark.parametrize(
    ("values", "slopes"),
    [
        ([1e-200, 1e-122, 1.0], [1e-122, 1e-200, 1e-322]),  # z has lost digits already
        ([1e200, 1e200, 1e-300], [1e-100, 1e-100, INF]),  # z is infinite by the way, but 1e100
        ([1e-200, 1e200, 1e-300, 1e300], [1e200, 1e-200, 1e300, 1e-300]),
    ],
)
def test_prod_of_what_is_hardly_held_keeps_its_digits(values, slopes):
    x = leaf(values)
    with np.errstate(over="ignore"):
        np.testing.assert_allclose(gradient(x.prod(), x), slopes, rtol=1e-15)


@pytest.mark.parametrize("f", [np.mean, np.var, np.std, np.nanmean, np.nanvar, np.nanstd, np.max])
def test_half_precision_counts_further_than_it_can(f):
    n = 70_000
    half, double = leaf(np.tile([0, 0.01], n // 2), np.float16), leaf(np.tile([0, 0.01], n // 2))
    slopes = [np.array(gradient(100 * f(x), x)) for x in (half, double)]
    assert slopes[0].any()
    np.testing.assert_allclose(*slopes, rtol=0.05)


@pytest.mark.parametrize("axis", [0, None])
def test_logsumexp_of_nothing_is_minus_infinity(axis):
    x = leaf(np.zeros((0, 3)))
    y = np.logaddexp.reduce(x, axis)
    np.testing.assert_array_equal(y.data, np.logaddexp.reduce(np.zeros((0, 3)), axis))
    assert gradients(y, x) == [[]]
