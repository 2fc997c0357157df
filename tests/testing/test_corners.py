"""The corner cases that every check includes."""

from math import prod

import numpy as np
import pytest

from tinygrad_course.ops import activations, arithmetic, products, reduction
from tinygrad_course.primitive import registry
from tinygrad_course.testing.corners import corner_cases, corner_shapes


def test_elementwise_corners():
    corners = set(corner_shapes("(),()->()"))
    assert {((), ()), ((2, 3), (2, 3)), ((0, 3), (0, 3))} <= corners
    for other in ((), (3,), (1, 3), (2, 1)):
        assert {(other, (2, 3)), ((2, 3), other)} <= corners
    assert ((2, 1), (1, 3)) in corners


def test_matmul_corners_have_every_combination():
    corners = set(corner_shapes("(m?,n),(n,p?)->(m?,p?)"))
    assert {tuple(map(len, shapes)) for shapes in corners} >= {
        (1, 1),
        (1, 2),
        (2, 1),
        (2, 2),
        (3, 3),
        (3, 2),
    }
    for x, y in corners:
        np.matmul(np.ones(x), np.ones(y))
    assert any(x[-1] == 0 for x, _ in corners)


def test_frozen_axes_keep_their_length():
    assert set(corner_shapes("(3),(3)->(3)")) >= {((3,), (3,)), ((2, 3), (1, 3))}


@pytest.mark.parametrize("name", sorted(n for n, p in registry.items() if p.signature))
def test_corners_run_and_contain_empty_arrays(name):
    cases = list(corner_cases(registry[name]))
    for case in cases:
        case.run(registry[name])
    assert any(prod(x.shape) == 0 for case in cases for x in case.operands)


def test_cases_that_the_function_refuses_are_left_out():
    assert all(
        case.parameters["axis"] != 0
        for case in corner_cases(reduction.max)
        if case.operands[0].shape == (0, 3)
    )


def test_axes_and_keepdims_are_tried():
    tried = [case.parameters for case in corner_cases(reduction.mean)]
    assert {"axis": None, "keepdims": False} in tried
    assert {"axis": -1, "keepdims": False} in tried
    assert {"axis": 0, "keepdims": True} in tried
    assert any(isinstance(parameters["axis"], tuple) for parameters in tried)
    assert {case.parameters["axis"] for case in corner_cases(activations.softmax)} == {0, -1}


def test_values_keep_to_their_domains():
    for case in corner_cases(arithmetic.divide):
        assert (case.operands[1] > 0.3).all()
    for case in corner_cases(products.matmul):
        together = np.sort(np.concatenate([x.ravel() for x in case.operands]))
        assert (np.diff(together) > 0).all()
