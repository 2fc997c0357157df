"""Slopes and values beside infinities, NaN and numbers of very different size."""

import numpy as np
import pytest

import tinygrad_course as tg
from tests.tensors import leaf
from tinygrad_course import Tensor, nn

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


@pytest.mark.parametrize("mode", ["full", "same", "valid"])
@pytest.mark.parametrize("f", [np.convolve, np.correlate])
@pytest.mark.parametrize("at", range(4))
def test_an_infinite_number_is_not_multiplied_by_what_lies_outside(f, mode, at):
    x, y = np.array([1.0, 2.0, 4.0, 8.0]), np.array([0.5, 0.25, 2.0])
    x[at] = 1e300
    large = slopes(lambda x, y: f(x, y, mode), x, y)
    x[at] = INF
    found = slopes(lambda x, y: f(x, y, mode), x, y)
    for ours, expected in zip(found, large, strict=True):
        assert ours == [INF if z >= 1e300 else z for z in expected]


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.sqrt(np.maximum(x, 0.0)),
        lambda x: np.sqrt(np.clip(x, 0.0, None)),
        lambda x: np.sqrt(nn.functional.relu(x)),
        lambda x: np.sqrt(-np.minimum(-x, 0.0)),
        lambda x: np.sqrt(np.fmax(0.0, x)),
    ],
)
@np.errstate(divide="ignore")
def test_a_root_of_what_is_cut_off_is_constant(f):
    assert slopes(f, [-4.0, -1.0, 4.0]) == [[0, 0, 0.25]]


def test_logsumexp_beside_infinity():
    assert slopes(tg.logsumexp, [INF, 0.0, -INF]) == [[1, 0, 0]]
    assert slopes(tg.logsumexp, [INF, 0.0, INF]) == [[0.5, 0, 0.5]]
    rows = [[INF, 0.0], [-INF, -INF], [0.0, 0.0]]
    assert slopes(lambda x: tg.logsumexp(x, axis=1), rows) == [[[1, 0], [0, 0], [0.5, 0.5]]]
