"""Every primitive at the edges of the range: infinities, the largest and smallest numbers, NaN, −0.

Where a derivative has a finite limit the slope is that limit. Where it has none, or where it would cost
too much, the table says why.
"""

from itertools import product

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from tests.laws.cases import cases_of
from tests.tensors import leaf
from tinygrad_course.primitive import registry
from tinygrad_course.testing import Case
from tinygrad_course.testing.law_tools import gradients, recorded

INF, NAN = np.inf, np.nan
ELEMENTWISE = sorted(name for name, p in registry.items() if p.is_elementwise)
pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")  # of the values themselves


def value_and_slopes(name, point):
    leaves = [leaf(x) for x in point]
    y = registry[name](*leaves)
    y.backward()
    return y.item(), [x.grad.item() for x in leaves]


# --- infinities: a slope there is the limit of the slopes before ------------------------------------

FINITE = [0.0, -0.0, 5e-324, -1e-310, 0.5, -0.5, 1.0, -1.0, 3.0, -3.0, 1e10, -1e10]
GROWING = [10.0**k for k in range(60, 301, 40)]
# The slopes beside infinity that are no limits, and why.
NO_LIMIT = {
    "power": "with an infinite exponent, y xʸ⁻¹ is ∞ · 0",
    "nan_to_num": "an infinite x is replaced by a constant",
}


def limits(name, point):
    """The limit of each slope as infinite operands grow at the same pace, and at different ones."""
    found = []
    for paces in ((1.0, 1.0), (1.0, 0.5), (0.5, 1.0)):
        sequence = [
            [np.sign(x) * s * pace if np.isinf(x) else x for x, pace in zip(point, paces)]
            for s in GROWING
        ]
        found.append([value_and_slopes(name, finite)[1] for finite in sequence])
    for slopes in np.moveaxis(np.array(found), -1, 0):
        last = slopes[..., -1:]
        is_limit = np.isfinite(slopes).all() and np.ptp(slopes[..., -3:]) <= 1e-12
        yield last.flat[0] if is_limit else NAN


def beside_infinity(name):
    """Points with an infinite coordinate at which there is a value, and the slopes there."""
    for point in product([*FINITE, INF, -INF], repeat=len(registry[name].operands)):
        value, slopes = value_and_slopes(name, point)
        if np.isinf(point).any() and not np.isnan(value):
            yield point, slopes


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_slopes_beside_infinity_are_limits(name):
    wrong = []
    for point, slopes in beside_infinity(name):
        for slope, limit in zip(slopes, limits(name, point), strict=True):
            if not np.isnan(limit) and slope != pytest.approx(limit, rel=1e-12, abs=1e-12):
                wrong.append((point, slope, limit))
    assert bool(wrong) == (name in NO_LIMIT), wrong


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_where_there_is_a_finite_value_no_slope_is_nan(name):
    edges = [*FINITE, 1e-200, -1e-200, 1e200, -1e200, 1.7e308, -1.7e308]
    for point in product(edges, repeat=len(registry[name].operands)):
        value, slopes = value_and_slopes(name, point)
        assert not np.isfinite(value) or not np.isnan(slopes).any(), point


# --- NaN stays where it is ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_a_nan_changes_no_slope_of_another_element(name):
    primitive = registry[name]
    for i in range(len(primitive.operands)):
        slopes = []
        for first in (NAN, 0.7):
            leaves = [leaf([0.7, 0.3, 0.6]) for _ in primitive.operands]
            leaves[i] = leaf([first, 0.4, 0.8])
            y = primitive(*leaves)
            y.backward(np.ones(3))
            slopes.append([x.grad.data[1:] for x in leaves])
        np.testing.assert_array_equal(*slopes)


ALONG_AN_AXIS = [
    name for name, p in registry.items() if p.signature in ("(n)->()", "(n)->(n)") or name == "norm"
]


@pytest.mark.parametrize("edge", [NAN, INF, -INF, 1.7e308])
@pytest.mark.parametrize("name", [*ALONG_AN_AXIS, "cumsum", "cumprod", "sort"])
def test_an_edge_changes_nothing_in_another_row(name, edge):
    rows = np.array([[0.5, 0.25, 0.125], [1.0, 2.0, 4.0]])
    found = []
    for first in (edge, 0.5):
        x = leaf(rows)
        x.data[0, 0] = first
        y = registry[name](x, axis=1)
        y.backward(np.ones(y.shape))
        found.append((y.data[1], x.grad.data[1]))
    for with_edge, without in zip(*found, strict=True):
        np.testing.assert_array_equal(with_edge, without)


# --- an infinite cotangent reaches only what the result depends on -----------------------------------

# The slopes of √x, ln x and 1 / x at 0 are infinite. 0 · ∞ is NaN where a factor happens to be 0.
FACTORS_OF_0 = {
    "a deviation of 0": ("var", "std", "nanvar", "nanstd"),
    "an element that is 0, or a power with the exponent 0": ("power", "det"),
    "a border of zeros": ("convolution", "convolution_weight"),
    "a single class: 1 − softmax is 0": ("softmax", "log_softmax", "cross_entropy"),
    "the weight 0 of an end in the other's element": ("linspace",),
    "products of matrices with zeros": (
        *("cholesky", "eigenpairs", "qr_factors", "singular_triplets"),
    ),
    "the polynomial without a coefficient": ("polynomial",),
}


def nan_where_nothing_flows(primitive, case):
    positions = case.differentiable(primitive)
    result, _ = recorded(primitive, case, positions)
    for k in range(result.size if positions else 0):
        g, found = np.zeros(result.shape), []
        for size in (1.0, INF):
            g.flat[k] = size
            again, leaves = recorded(primitive, case, positions)
            found.append(gradients(again, g, leaves))
        finite, infinite = found
        for i, slope in finite.items():
            if np.isnan(np.asarray(infinite[i])[np.asarray(slope) == 0]).any():
                return True
    return False


@pytest.mark.parametrize("name", sorted(registry))
def test_an_infinite_cotangent_leaves_the_others_alone(name):
    troubles = []

    def check(case):
        troubles.append(nan_where_nothing_flows(registry[name], case))

    for cases in cases_of(name):
        if isinstance(cases, Case):
            check(cases)
        else:
            few = settings(
                max_examples=8,
                derandomize=True,
                database=None,
                deadline=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            few(given(cases)(check))()
    assert any(troubles) == any(name in names for names in FACTORS_OF_0.values())
