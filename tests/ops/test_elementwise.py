"""What all elementwise rules have in common: high orders, the ends of the number line, mixed dtypes."""

from itertools import product
from math import factorial, log, pi

import numpy as np
import pytest

from tests.tensors import leaf
from tinygrad_course import Tensor, grad
from tinygrad_course.primitive import of_numpy

UFUNCS = [
    f
    for f in of_numpy
    if isinstance(f, np.ufunc) and f.signature is None and f is not np.ldexp  # not of two floats
]
X = np.array([0.3, 0.5, 0.8])


def power_series(coefficient):
    """Σ coefficient(k) x²ᵏ, its fifth derivative at X."""
    coefficients = [c for k in range(20) for c in (coefficient(k), 0.0)]
    return np.polynomial.Polynomial(coefficients).deriv(5)(X)


def tanh_4(t):
    return 16 * t - 40 * t**3 + 24 * t**5


def tanh_5(t):
    return 16 - 136 * t**2 + 240 * t**4 - 120 * t**6


FIFTH_DERIVATIVES = {
    "1 / x": (lambda x: 1 / x, -120 / X**6),
    "reciprocal": (np.reciprocal, -120 / X**6),
    "x ** 7": (lambda x: x**7, 2520 * X**2),
    "x ** 3.5": (lambda x: x**3.5, -105 / 32 * X**-1.5),
    "3 ** x": (lambda x: 3**x, 3**X * log(3) ** 5),
    "sqrt": (np.sqrt, 105 / 32 * X**-4.5),
    "cbrt": (np.cbrt, 880 / 243 * X ** (-14 / 3)),
    "exp": (np.exp, np.exp(X)),
    "expm1": (np.expm1, np.exp(X)),
    "exp2": (np.exp2, 2**X * log(2) ** 5),
    "log": (np.log, 24 / X**5),
    "log2": (np.log2, 24 / X**5 / log(2)),
    "log10": (np.log10, 24 / X**5 / log(10)),
    "log1p": (np.log1p, 24 / (1 + X) ** 5),
    "logaddexp": (lambda x: np.logaddexp(x, -x), tanh_4(np.tanh(X))),
    "logaddexp2": (
        lambda x: np.logaddexp2(x, -x),
        tanh_4(np.tanh(X * log(2))) * log(2) ** 4,
    ),
    "sin": (np.sin, np.cos(X)),
    "cos": (np.cos, -np.sin(X)),
    "tan": (
        np.tan,
        8 * (1 + np.tan(X) ** 2) * (15 * np.tan(X) ** 4 + 15 * np.tan(X) ** 2 + 2),
    ),
    "arcsin": (np.arcsin, (9 + 72 * X**2 + 24 * X**4) / (1 - X**2) ** 4.5),
    "arccos": (np.arccos, -(9 + 72 * X**2 + 24 * X**4) / (1 - X**2) ** 4.5),
    "arctan": (np.arctan, 24 * (5 * X**4 - 10 * X**2 + 1) / (1 + X**2) ** 5),
    "arctan2": (lambda x: np.arctan2(x, 1), 24 * (5 * X**4 - 10 * X**2 + 1) / (1 + X**2) ** 5),
    "hypot": (lambda x: np.hypot(x, 1), (45 * X - 60 * X**3) / (1 + X**2) ** 4.5),
    "sinh": (np.sinh, np.cosh(X)),
    "cosh": (np.cosh, np.sinh(X)),
    "tanh": (np.tanh, tanh_5(np.tanh(X))),
    "arcsinh": (np.arcsinh, (9 - 72 * X**2 + 24 * X**4) / (1 + X**2) ** 4.5),
    "arccosh": (
        lambda x: np.arccosh(1 + x),
        (9 + 72 * (1 + X) ** 2 + 24 * (1 + X) ** 4) / (X * (2 + X)) ** 4.5,
    ),
    "arctanh": (np.arctanh, 12 * ((1 - X) ** -5 + (1 + X) ** -5)),
    "sinc": (np.sinc, power_series(lambda k: (-pi * pi) ** k / factorial(2 * k + 1))),
    "i0": (np.i0, power_series(lambda k: 0.25**k / factorial(k) ** 2)),
}


@pytest.mark.parametrize("name", FIFTH_DERIVATIVES)
def test_fifth_derivatives_have_their_closed_forms(name):
    f, expected = FIFTH_DERIVATIVES[name]
    for _ in range(5):
        f = grad(f)
    np.testing.assert_allclose([f(x) for x in X], expected, rtol=1e-9)


# --- the ends of the number line ------------------------------------------------------------------

MAGNITUDES = [0.0, 1e-320, 1e-200, 0.5, 1.0, 2.0, 100.0, 1000.0, 1e200, 1e308]
EXTREME = [*MAGNITUDES, *(-x for x in MAGNITUDES)]


def slope(ufunc, points, i):
    operands = [Tensor(x, requires_grad=k == i) for k, x in enumerate(points)]
    ufunc(*operands).backward()
    return operands[i].grad.item()


def warns(function, *arguments):
    try:
        with np.errstate(all="raise", under="ignore"):
            function(*arguments)
    except FloatingPointError:
        return True
    return False


@pytest.mark.parametrize("ufunc", UFUNCS, ids=lambda f: f.__name__)
def test_numpy_warns_of_slopes_that_are_not_finite_and_of_no_others(ufunc):
    at = product(EXTREME, repeat=ufunc.nin)
    for points in [x for x in at if not warns(ufunc, *x)]:  # where there is a finite value
        for i in range(ufunc.nin):
            with np.errstate(all="ignore"):
                finite = np.isfinite(slope(ufunc, points, i))
            assert warns(slope, ufunc, points, i) != finite, (points, i)


# --- dtypes ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("ufunc", [f for f in UFUNCS if f.nin == 2], ids=lambda f: f.__name__)
@pytest.mark.parametrize("dtype", [np.int8, np.uint16, bool])
@pytest.mark.parametrize("left", [False, True])
def test_whole_numbers_beside_float32_count_as_float32(ufunc, dtype, left):
    whole = np.array([3, 3]).astype(dtype)
    results = []
    for other in (whole, whole.astype(np.float32), int(whole[0])):
        x = leaf([2.5, 3.5], np.float32)
        z = ufunc(other, x) if left else ufunc(x, other)
        z.sum().backward()
        assert z.dtype == x.grad.dtype == np.float32
        results.append(x.grad.data)
    for result in results[1:]:
        np.testing.assert_array_equal(result, results[0])
