"""Slopes and values beside infinities, NaN and numbers of very different size."""

import numpy as np
import pytest

from tests.tensors import leaf
from tinygrad_course import Tensor

INF = np.inf


def slopes(f, *arrays):
    leaves = [leaf(np.array(x, float)) for x in arrays]
    y = f(*leaves)
    y.backward(np.ones(y.shape))
    return [x.grad.data.tolist() for x in leaves]


@pytest.mark.parametrize("f", [np.logaddexp, np.logaddexp2])
def test_beside_infinity_the_larger_has_the_whole_slope(f):
    x, y = [INF, 1.0, INF, -INF, -INF], [1.0, INF, -INF, 2.0, -INF]
    assert slopes(f, x, y) == [[1, 0, 1, 0, 0], [0, 1, 0, 1, 0]]


@pytest.mark.parametrize(
    "power",
    [lambda x: x**0, lambda x: x**0.0, lambda x: np.power(x, 0), lambda x: x ** np.zeros(6)],
)
def test_the_slope_of_a_constant_power_is_0_everywhere(power):
    assert slopes(power, [INF, -INF, 0.0, 2.0, -3.0, 1e308]) == [[0.0] * 6]


VALUES = {
    "a NaN": [1.0, np.nan, 3.0, 4.0, 5.0],
    "an infinity": [1.0, INF, 3.0, 4.0, 5.0],
    "very different sizes": np.array([1, 1e8, 3.1, 2.0], np.float32),
    "ordinary": [1.0, 4.0, 9.0, 16.0],
}


@pytest.mark.parametrize("f", VALUES.values(), ids=VALUES)
@pytest.mark.parametrize("distance", [(), (0.5,), (-2.0,)])
@np.errstate(invalid="ignore")
def test_differences_of_neighbours_are_numpys(f, distance):
    f = np.array(f)
    np.testing.assert_array_equal(np.gradient(Tensor(f), *distance).data, np.gradient(f, *distance))
