"""Rows without a number, and numbers that are all equal; the calls in tests/laws cover the rest."""

import numpy as np
import pytest

from tests.tensors import gradient, gradients, leaf
from tinygrad_course import hvp

NAN = np.nan


@pytest.mark.parametrize(
    "reduction",
    [np.nanmean, np.nanvar, np.nanstd, np.nanmedian, lambda x, axis: np.nanquantile(x, 0.3, axis)],
)
def test_a_row_without_a_number_warns_and_has_slope_zero(reduction):
    x = leaf([[NAN, NAN], [1.0, 3.0]])
    with pytest.warns(RuntimeWarning):
        y = reduction(x, axis=1)
    (y * y).sum().backward()  # a second warning would be an error
    assert np.isnan(y.data[0])
    assert x.grad.numpy()[0].tolist() == [0, 0]
    assert np.isfinite(x.grad.numpy()[1]).all()


@pytest.mark.parametrize(
    ("reduction", "slope"),
    [(np.nansum, 1), (np.nanprod, 1), (np.nancumsum, 1), (np.nancumprod, 1)],
)
def test_a_row_without_a_number_is_the_neutral_element(reduction, slope):
    x = leaf([[NAN, 5.0]])
    y = reduction(x, axis=0)
    np.testing.assert_array_equal(y.data, reduction(x.data, axis=0))
    assert gradients(y, x) == [[[0, slope]]]


def test_nanstd_of_equal_numbers_has_slope_zero():
    x = leaf([2.0, NAN, 2.0])
    assert gradients(np.nanstd(x), x) == [[0, 0, 0]]
    (curvature,) = hvp(np.nanstd, (x.data,), (np.array([1.0, 0.0, 0.0]),))
    assert not curvature.any()


@pytest.mark.parametrize("spread", [np.nanvar, np.nanstd])
def test_spread_of_too_few_numbers_has_no_slope(spread):
    x = leaf([[2.0, NAN], [1.0, 2.0]])
    with pytest.warns(RuntimeWarning, match="Degrees of freedom"):
        y = spread(x, axis=1, ddof=1)
    assert np.isnan(gradient(y, x)[0]).tolist() == [True, False]


@pytest.mark.parametrize("values", [[0.0, NAN, 2.0], [0.0, 0.0, NAN]])
def test_nanprod_is_exact_at_zeros(values):
    x, numbers = leaf(values), leaf([v for v in values if v == v])
    assert [v for v in gradient(np.nanprod(x), x) if v] == [
        v for v in gradient(np.prod(numbers), numbers) if v
    ]
