"""Quantiles of equal elements, weights that sum to nothing, correlations: what the calls leave out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.laws.cases.statistics import METHODS
from tests.sampling import same
from tests.tensors import gradient, leaf
from tinygrad_course.errors import UnsupportedError

NAN = np.nan


@given(
    st.lists(st.sampled_from([-2.0, 0.0, 0.5, 3.0]), min_size=1, max_size=7),
    st.integers(0, 2),
    st.floats(0, 1),
    st.sampled_from(METHODS),
)
@same(200)
def test_a_quantile_moves_and_stretches_with_its_elements(values, missing, q, method):
    # q(x + c) = q(x) + c, and q(cx) = c q(x): the gradient sums to 1, and to q(x) weighted with x.
    for quantile, x in (
        (np.quantile, np.array(values)),
        (np.nanquantile, np.array(values + missing * [NAN])),
    ):
        tensor = leaf(x)
        z = quantile(tensor, q, method=method)
        slope = gradient(z, tensor)
        assert slope.sum() == pytest.approx(1)
        assert np.nansum(slope * x) == pytest.approx(z.item(), abs=1e-12)


@pytest.mark.parametrize("method", METHODS)
def test_the_first_and_the_last_quantile_are_the_extremes(method):
    x = leaf([2.0, 5.0, -1.0, 3.0])
    assert gradient(np.quantile(x, 0.0, method=method), x).tolist() == [0, 0, 1, 0]
    x = leaf([2.0, 5.0, -1.0, 3.0])
    assert gradient(np.quantile(x, 1.0, method=method), x).tolist() == [0, 1, 0, 0]


def test_the_median_of_equal_elements_is_the_middle_one():
    x = leaf([1.0, 1.0, 1.0, 0.0, 2.0])
    assert gradient(np.median(x), x).tolist() == [0, 1, 0, 0, 0]
    x = leaf([1.0, 1.0, 1.0, 1.0])
    assert gradient(np.median(x), x).tolist() == [0, 0.5, 0.5, 0]


def test_many_equal_elements_keep_their_order():
    x = leaf(
        np.arange(100.0) % 2
    )  # the last of the zeros and the first of the ones are in the middle
    slope = gradient(np.median(x), x)
    assert np.flatnonzero(slope).tolist() == [1, 98]


@pytest.mark.parametrize("quantile", [np.median, lambda x: np.quantile(x, 0.5)])
def test_where_a_quantile_is_nan_so_is_its_slope(quantile):
    x = leaf([1.0, NAN, 2.0])
    assert np.isnan(gradient(quantile(x), x)).tolist() == [True, False, True]


def test_a_quantile_of_many_elements_in_single_precision():
    x = leaf(np.random.default_rng(0).permutation(10**6), np.float32)
    slope = gradient(np.quantile(x, 0.3), x)
    assert slope.dtype == np.float32
    assert slope.sum() == pytest.approx(1)


def test_a_median_of_nothing_gives_nothing_back():
    x = leaf(np.ones((0, 2)))
    with pytest.warns(RuntimeWarning):
        y = np.median(x, axis=0)
    assert gradient(y, x).shape == (0, 2)


@pytest.mark.parametrize(
    ("q", "slope"),
    [(0.0, 2.0), (0.25, 2.0), (0.5, 4.0), (0.75, 4.0), (1.0, 4.0)],
)
def test_the_slope_by_q_is_that_of_the_chord_on_its_right_and_on_its_left_at_the_end(q, slope):
    share, percent = leaf(q), leaf(q * 100)
    assert gradient(np.quantile([4.0, 1.0, 2.0], share), share) == slope
    found = gradient(np.nanpercentile([4.0, 1.0, np.nan, 2.0], percent), percent)
    assert found == pytest.approx(slope / 100)


@pytest.mark.parametrize("method", ["lower", "nearest", "inverted_cdf", "midpoint"])
def test_discrete_quantiles_have_slope_0_by_q(method):
    q = leaf([0.1, 0.6])
    assert gradient(np.quantile([1.0, 2.0, 4.0], q, method=method), q).tolist() == [0, 0]


def test_beyond_the_ends_of_a_method_the_slope_by_q_is_0():
    q = leaf([0.01, 0.5, 0.99])
    found = gradient(np.quantile([1.0, 2.0, 4.0, 8.0], q, method="weibull"), q)
    assert found.tolist() == [0, 2 * 5, 0]


def test_the_slope_by_q_of_rows_with_different_counts():
    x = np.array([[1.0, np.nan, 3.0, np.nan], [1.0, 2.0, 4.0, 8.0]])
    q = leaf(0.4)
    assert gradient(np.nanquantile(x, q, axis=1), q) == pytest.approx(2.0 * 1 + 2.0 * 3)


def test_quantiles_with_weights_are_refused():
    with pytest.raises(UnsupportedError, match="weights="):
        np.quantile(leaf([1.0, 2.0]), 0.5, method="inverted_cdf", weights=[1, 2])


def test_average_refuses_what_numpy_refuses():
    x = leaf([[1.0, 2.0], [3.0, 4.0]])
    for error, how in (
        (ZeroDivisionError, {"weights": [1.0, -1.0], "axis": 0}),
        (TypeError, {"weights": [1.0, 1.0]}),
        (ValueError, {"weights": [1.0, 1.0, 1.0], "axis": 0}),
    ):
        for array in (x, x.data):
            with pytest.raises(error):
                np.average(array, **how)


@pytest.mark.parametrize("function", [np.cov, np.corrcoef])
def test_covariance_is_double_precision_as_in_numpy(function):
    x = leaf([[1.0, 2.0, 4.0], [0.0, 3.0, 1.0]], np.float32)
    y = function(x)
    assert y.dtype == np.float64
    assert gradient(y * y, x).dtype == np.float32


def test_covariance_of_too_few_observations_warns():
    x = leaf([[1.0], [2.0]])
    with pytest.warns(RuntimeWarning, match="Degrees of freedom"), np.errstate(all="ignore"):
        assert np.isnan(np.cov(x).data).all()


@pytest.mark.parametrize(
    "call",
    [lambda x: np.cov(x, ddof=0.5), lambda x: np.cov(x[None]), lambda x: np.cov(x, x[:, :1])],
)
def test_covariance_refuses_what_numpy_refuses(call):
    x = np.array([[1.0, 2.0, 4.0], [0.0, 3.0, 1.0]])
    for array in (x, leaf(x)):
        with pytest.raises(ValueError):  # noqa: PT011 - NumPy's messages differ between versions
            call(array)


def test_a_correlation_does_not_change_with_the_scale():
    x = leaf([[1.0, 2.0, 4.0], [0.0, 3.0, 1.0]])
    slope = gradient(np.corrcoef(x)[0, 1], x)
    np.testing.assert_allclose(slope.sum(axis=1), 0, atol=1e-12)
    np.testing.assert_allclose((slope * x.data).sum(axis=1), 0, atol=1e-12)


@pytest.mark.parametrize("kind", [np.array, list])
def test_a_quantile_is_differentiated_for_the_q_that_it_was_asked_for(kind):
    x, q = leaf([1.0, 2.0, 3.0]), kind([0.0, 1.0])
    y = np.quantile(x, q)
    q[0] = 0.5
    assert gradient(y, x).tolist() == [1, 0, 1]


@pytest.mark.parametrize("quantile", [np.nanpercentile, np.nanquantile])
def test_a_table_of_quantiles_along_several_axes_is_refused_where_numpy_mixes_it_up(quantile):
    x, q = np.arange(24.0).reshape(2, 3, 4), np.array([[0.3, 0.8], [0.1, 0.2]])
    for axis in ((0, -1), ()):
        with pytest.raises(UnsupportedError, match=r"np\.ravel\(q\)"):
            quantile(leaf(x), q, axis=axis)
    flat = quantile(leaf(x), q.ravel(), axis=(0, -1))
    assert flat.shape == (4, 3)
    assert quantile(leaf(x), q, axis=1).shape == quantile(x, q, axis=1).shape
