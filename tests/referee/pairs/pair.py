"""What a pair is, and how the tables are written."""

from collections.abc import Callable
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from hypothesis import strategies as st

from tests.laws.cases import cases_of
from tinygrad_course.primitive import of_numpy
from tinygrad_course.testing import Case
from tinygrad_course.testing.law_tools import numpy_call

Function = Callable[..., Any]


@dataclass(frozen=True)
class Pair:
    """One operation in both libraries: functions of the same operands and parameters.

    `order` is how often PyTorch can differentiate it.
    """

    ours: Function
    theirs: Function
    cases: st.SearchStrategy[Case]
    order: int = 2


def primitive_pair(function, theirs, *, order=2, where=None):
    """A primitive and a function of theirs with our parameters, on the cases that the laws have for it.

    `where` tells which of these PyTorch takes.
    """
    primitive = of_numpy.get(function, function)

    def ours(*operands, **parameters):
        if primitive is function:
            return function(*operands, **parameters)
        return numpy_call(function, primitive, operands, parameters)

    cases = cases_like(function)
    return Pair(ours, theirs, cases.filter(where) if where else cases, order)


def cases_like(function):
    """All cases that the laws have for a primitive."""
    cases = cases_of(of_numpy.get(function, function).name)
    return st.one_of(*(st.just(case) if isinstance(case, Case) else case for case in cases))


def nonempty(case):
    """For `where`: every operand has elements."""
    return all(np.size(x) for x in case.operands)


def over_axes(function):
    """PyTorch's reduction of the last axis as one of any axes, with NumPy's axis and keepdims."""

    def reduced(x, *, axis=None, keepdims=False, **settings):
        axes = range(x.ndim) if axis is None else axis if isinstance(axis, tuple) else (axis,)
        axes = [a % x.ndim for a in axes] if x.ndim else []
        kept = [k for k in range(x.ndim) if k not in axes]
        shape = [x.shape[k] for k in kept]
        rows = x.permute((*kept, *axes)).reshape((*shape, prod(x.shape[a] for a in axes)))
        z = function(rows, dim=-1, **settings)
        return z.reshape([1 if k in axes else n for k, n in enumerate(x.shape)]) if keepdims else z

    return reduced


def flat_without_axis(function):
    """PyTorch's function along an axis, which NumPy's flattens without one."""

    def along(x, *, axis=None, **settings):
        return function(x.reshape(-1) if axis is None or not x.ndim else x, axis or 0, **settings)

    return along
