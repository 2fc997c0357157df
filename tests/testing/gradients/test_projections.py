"""Which numbers are compared: every entry where there are few, else projections that miss no error."""

import numpy as np
import pytest

from tinygrad_course.testing import Verdict, gradcheck
from tinygrad_course.testing.gradients.claims import ReverseMode, products
from tinygrad_course.testing.gradients.point import Function
from tinygrad_course.testing.gradients.projections import ENTRYWISE, PROJECTIONS, point_of

RNG = np.random.default_rng(0)


def point_and_claim(f, *arrays, seed=0):
    function, positions = Function(f, frozenset(range(len(arrays)))), list(range(len(arrays)))
    claim = ReverseMode(function, arrays, positions)
    names = [f"x{i}" for i in positions]
    rng = np.random.default_rng(seed)
    return point_of(claim, function, arrays, names, ["y"], rng), claim


@pytest.mark.parametrize(
    ("inputs", "outputs", "compared"),
    [
        (6, 4, 6 * 4),
        (ENTRYWISE, 1, ENTRYWISE),
        (ENTRYWISE + 1, 1, PROJECTIONS),
        (2, ENTRYWISE, 2 * ENTRYWISE),
        (2, ENTRYWISE + 1, 2 * PROJECTIONS),
        (300, 300, PROJECTIONS**2),
    ],
)
def test_how_many_numbers(inputs, outputs, compared):
    a = RNG.standard_normal((outputs, inputs))
    assert gradcheck(lambda x: a @ x, RNG.standard_normal(inputs)).checked == compared


@pytest.mark.parametrize(("n", "m"), [(3, 4), (300, 4), (3, 300), (300, 300)])
def test_both_sides_compare_the_same_numbers(n, m):
    # Of a linear function v · J w is known exactly, from the matrix.
    a, x = RNG.standard_normal((m, n)), RNG.standard_normal(n)
    point, claim = point_and_claim(lambda x: a @ x, x)
    v = np.array([point.cotangent(k) for k in range(len(point.labels))])
    w = np.array([d.w for d in point.directions])
    np.testing.assert_allclose(products(claim, point), v @ a @ w.T, atol=1e-12)
    for column, direction in enumerate(point.directions):
        line = point.line(direction)
        slope = (line.at(0.5) - line.at(-0.5)).ravel()
        np.testing.assert_allclose(slope, (v @ a @ w.T)[:, column], atol=1e-12)
    np.testing.assert_allclose(point.here, v @ (a @ x), atol=1e-12)


def test_each_input_has_directions_of_its_own():
    point, _ = point_and_claim(lambda x, y: x.sum() * y.sum(), np.ones((20, 20)), np.ones(3))
    assert [d.position for d in point.directions] == [0] * PROJECTIONS + [1] * PROJECTIONS
    assert [d.w.shape for d in point.directions[::PROJECTIONS]] == [(20, 20), (3,)]


def test_the_seed_chooses_the_directions():
    def f(x):
        return np.tanh(x)

    def first(seed):
        return point_and_claim(f, np.ones(300), seed=seed)[0].directions[0].w

    np.testing.assert_array_equal(first(1), first(1))
    assert not np.array_equal(first(1), first(2))


@pytest.mark.parametrize("seed", range(5))
def test_one_wrong_entry_among_ten_thousand_is_found(seed):
    rng = np.random.default_rng(seed)
    x, at = rng.standard_normal((100, 100)), tuple(rng.integers(100, size=2))

    def gradient(x):
        g = np.cos(x)
        g[at] += 0.1
        return g

    report = gradcheck(np.sin, x, gradient=gradient, raises=False, seed=seed)
    assert report.counts["wrong"] >= PROJECTIONS - 1


def test_labels_are_those_of_numpy():
    report = gradcheck(lambda x: (x[0], x.sum()), np.ones((2, 1)))
    assert {entry.by for entry in report.entries} == {"x[0, 0]", "x[1, 0]"}
    assert {entry.output for entry in report.entries} == {"output 0[0]", "output 1"}


@pytest.mark.parametrize("f", [np.floor, np.round, lambda x: np.round(x, 1)])
@pytest.mark.parametrize("size", [300, 3000])
def test_stairs_by_many_inputs_are_no_mistake(f, size):
    x = np.random.default_rng(0).normal(size=size)
    report = gradcheck(f, x, raises=False)
    assert not any(entry.verdict == Verdict.WRONG for entry in report.entries)
    assert "it is stairs" in str(report)


def test_a_gradient_that_single_precision_cuts_off_is_a_mistake():
    x = np.random.default_rng(0).normal(size=300)

    def square(x):
        return x.astype(np.float32).astype(np.float64) ** 2

    report = gradcheck(square, x, gradient=np.zeros(300), raises=False)
    assert all(entry.verdict == Verdict.WRONG for entry in report.entries)
