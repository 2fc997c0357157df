"""Self-gated activations far from zero, where a product of an infinite x and a closed gate is 0."""

import numpy as np
import pytest

from tests.tensors import gradient, leaf
from tinygrad_course.errors import SettingError
from tinygrad_course.ops import gates
from tinygrad_course.ops.special import normal_cdf

GATES = (gates.silu, gates.mish, gates.hardswish, gates.gelu)
DTYPES = [np.float16, np.float32, np.float64]


def tanh_form(x):
    return gates.gelu(x, approximate="tanh")


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("activation", [*GATES, tanh_form], ids=lambda f: f.__name__)
def test_far_from_zero_the_slope_is_that_of_the_asymptote(activation, dtype):
    magnitudes = np.geomspace(1000, float(np.finfo(dtype).max) / 2, 40).astype(dtype)
    x = leaf(np.concatenate([-magnitudes[::-1], [-np.inf, np.inf], magnitudes]), dtype)
    y = activation(x)
    np.testing.assert_array_equal(y.data, np.maximum(x.data, 0))
    y.backward(np.ones_like(x.data), create_graph=True)
    np.testing.assert_array_equal(x.grad.data, x.data > 0)
    slope, x.grad = x.grad, None
    slope.sum().backward()
    np.testing.assert_array_equal(x.grad.data, 0)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    ("activation", "cut"), [(gates.gelu, 40), (tanh_form, 10), (gates.silu, 800)]
)
def test_where_x_is_cut_off_the_asymptote_is_reached(activation, cut, dtype):
    x = leaf([-1.05 * cut, -cut, -0.97 * cut, 0.97 * cut, cut, 1.05 * cut], dtype)
    np.testing.assert_array_equal(activation(x).data, np.maximum(x.data, 0))
    np.testing.assert_array_equal(gradient(activation(x), x), x.data > 0)


@pytest.mark.parametrize("activation", [gates.gelu, gates.silu, gates.mish])
def test_what_is_small_on_the_left_keeps_its_digits(activation):
    x = np.array([-36.0, -30.0, -20.0, -12.5])
    exact = {
        gates.gelu: x * normal_cdf(x),
        gates.silu: x * np.exp(x) / (1 + np.exp(x)),
        gates.mish: x * np.tanh(np.log1p(np.exp(x))),
    }
    np.testing.assert_allclose(activation(x), exact[activation], rtol=1e-14)
    assert (activation(x) < 0).all()


def test_both_forms_of_gelu_are_close_and_no_third_exists():
    x = np.linspace(-6, 6, 1001)
    difference = np.abs(gates.gelu(x) - tanh_form(x)).max()
    assert 4e-4 < difference < 5e-4
    with pytest.raises(SettingError, match="approximate='tanh'"):
        gates.gelu(x, approximate="sigmoid")


@pytest.mark.parametrize(("at", "slope"), [(-3.0, 0.0), (3.0, 1.0), (0.0, 0.5)])
def test_slopes_of_hardswish_at_its_kinks(at, slope):
    x = leaf(at)
    assert gradient(gates.hardswish(x), x) == slope


def test_hardswish_multiplies_nothing_by_infinity():
    x = leaf([np.inf, -np.inf])
    with np.errstate(all="raise"):
        gates.hardswish(x).backward(np.zeros(2))
    np.testing.assert_array_equal(x.grad.data, [0, 0])
