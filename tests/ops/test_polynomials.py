"""What polynomials refuse, and what convolution is."""

import numpy as np
import pytest

from tests.tensors import leaf
from tinygrad_course.errors import ShapeError, UnsupportedError
from tinygrad_course.testing import gradcheck

P = leaf([2.0, -1.0, 0.5])


def test_coefficients_at_zero_have_the_slope_of_their_power():
    gradcheck(lambda p: np.polyval(p, np.array([-2.0, 0.0, 1.5])), np.zeros(3), order=2)


def test_coefficients_in_single_precision_cost_the_slope_no_digits():
    p = np.array([0.1, 0.2, 0.3, 0.4], np.float32)
    slopes = []
    for coefficients in (p, p.astype(np.float64)):
        x = leaf(0.7)
        np.polyval(coefficients, x).backward()
        slopes.append(x.grad.item())
    assert slopes[0] == pytest.approx(slopes[1], rel=1e-14)


def test_the_product_of_values_is_the_value_of_the_product():
    q, x = np.array([1.0, 3.0]), np.array([-1.5, 0.0, 2.0])
    np.testing.assert_allclose(
        np.polyval(np.polymul(P, q), x).data, (np.polyval(P, x) * np.polyval(q, x)).data
    )


def test_a_leading_zero_is_not_dropped_in_silence():
    with pytest.raises(UnsupportedError, match="keeps them"):
        np.polymul(P, np.array([0.0, 1.0]))
    with pytest.raises(UnsupportedError, match="keeps them"):
        np.polymul(P * 0.0, np.array([1.0, 1.0]))


def test_polynomials_are_vectors():
    with pytest.raises(ShapeError, match=r"numpy\.polyval.*\(1, 3\)"):
        np.polyval(P[None], 2.0)
    with pytest.raises(ShapeError, match=r"numpy\.vander.*\(1, 3\)"):
        np.vander(P[None])
    with pytest.raises(ValueError, match="too deep"):
        np.correlate(P[None], P[None])


def test_a_polynomial_of_a_polynomial_is_refused():
    with pytest.raises(UnsupportedError, match="poly1d"):
        np.polyval(P, np.poly1d([1.0, 2.0]))


@pytest.mark.parametrize("f", [np.polyder, np.polyint])
def test_orders_are_not_negative(f):
    with pytest.raises(ValueError, match="positive"):
        f(P, -1)


def test_too_few_constants_are_refused():
    with pytest.raises(ValueError, match="k must be"):
        np.polyint(P, 3, [1.0, 2.0])
