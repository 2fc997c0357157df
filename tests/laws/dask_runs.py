"""Operations run on Dask arrays, beside the same on NumPy's: what test_dask.py sweeps with.

Left out are empty arrays, and 0-d ones along an axis: Dask has neither in many of its functions.
"""

import traceback
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import dask
import dask.array as da
import numpy as np

from tests.laws.calls import CALLS, calls_of
from tests.laws.cases import CASES
from tests.laws.dask_cases import DASK_CASES
from tests.laws.test_calls import results
from tinygrad_course import Tensor
from tinygrad_course.composition import composed
from tinygrad_course.primitive import Primitive, registry
from tinygrad_course.testing import Case
from tinygrad_course.testing.corners import corner_cases

OPERATIONS = {
    **{name: p for name, p in registry.items() if p.__module__.startswith("tinygrad_course.ops.")},
    **{function.__name__: function for function in composed.values()},
}
"""Every primitive and composition by the name that the operations page has for it."""


@dataclass(frozen=True)
class Run:
    """A call of an operation on arrays, of which `tracked` ones require a gradient, if they can."""

    call: Callable[..., Any]
    operands: tuple[Any, ...]
    tracked: tuple[bool, ...]
    is_plain: bool = False


def runs_of(name):
    """All that is done with an operation: always the same, nothing is drawn at random."""
    operation = OPERATIONS[name]
    if isinstance(operation, Primitive):
        functions = operation.numpy_functions
        runs = [_of_case(operation, case) for case in _cases_of(operation) if _is_swept(case)]
    else:
        functions = [f for f, made in composed.items() if made is operation]
        runs = []
    calls = [_of_call(call) for f in functions if f in CALLS for call in calls_of(f)]
    return runs + [run for run in calls if all(x.size for x in run.operands)]


def _cases_of(primitive):
    name = primitive.name
    if primitive.signature is not None:
        yield from corner_cases(primitive)
    yield from (case for case in CASES.get(name, ()) if isinstance(case, Case))
    yield from DASK_CASES.get(name, ())


def _is_swept(case):
    arrays = [x for x in case.operands if hasattr(x, "ndim")]
    has_axis = case.parameters.get("axis") is not None
    return all(x.size and (x.ndim or not has_axis) for x in arrays)


def _of_case(primitive, case):
    places = [i for i, x in enumerate(case.operands) if hasattr(x, "ndim")]
    differentiable = case.differentiable(primitive)

    def call(*arrays):
        operands = list(case.operands)
        for i, x in zip(places, arrays, strict=True):
            operands[i] = x
        return primitive(*operands, **case.parameters)

    arrays = tuple(np.asarray(case.operands[i]) for i in places)
    return Run(call, arrays, tuple(i in differentiable for i in places))


def _of_call(call):
    arrays = call.operands()
    return Run(call.call, arrays, (True,) * len(arrays), is_plain=not call.order)


# --- one run, on both kinds of array -------------------------------------------------------------


class Computed(Exception):
    """Somebody asked for numbers while the graph was being built."""


class Disagreement(Exception):
    """Something else came out than with NumPy's arrays."""


def never(*_, **__):
    """A scheduler for Dask that computes nothing."""
    raise Computed("Dask had to compute something while the graph was being built")


building = partial(dask.config.set, scheduler=never)
computing = partial(dask.config.set, scheduler="synchronous")


def chunked(x, i=0):
    """x in chunks, small and uneven ones; for every other operand they are cut elsewhere."""
    one, rest = (1, -1) if i % 2 else (-1, 1)
    return da.from_array(x, chunks=tuple((n,) if n < 2 else (one % n, rest % n) for n in x.shape))


def in_some_places(run):
    """Which of its operands may be Dask's: all of them, or one beside NumPy's."""
    n = len(run.operands)
    alone = [frozenset({i}) for i in range(n)] if n > 1 else []
    return [frozenset(range(n)), *alone]


def troubles(run, on_dask):
    """What went wrong with the values, and with the gradients; nothing is ""."""
    leaves, expected = _applied(run, frozenset())
    # Beside NumPy's arrays there may be results that depend on these alone.
    is_lazy = len(on_dask) == len(run.operands)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            with building():
                lazy_leaves, found = _applied(run, on_dask)
                _compare_outlines(found, expected, is_lazy)
            with computing():
                _compare_numbers(found, expected)
        except Exception as error:
            return (_symptom(error),) * 2
        if run.is_plain:
            return "", ""
        _pull(expected, expected)
        try:
            with building():
                _pull(found, expected)
                gradients = [(x.grad, y.grad) for x, y in zip(lazy_leaves, leaves, strict=True)]
                _compare_outlines(*zip(*gradients, strict=True), is_lazy)
            with computing():
                _compare_numbers(*zip(*gradients, strict=True))
        except Exception as error:
            return "", _symptom(error)
    return "", ""


def _applied(run, on_dask):
    """The leaves, and what the call made of them."""
    leaves = [
        Tensor(chunked(x, i) if i in on_dask else x.copy(), requires_grad=tracked)
        for i, (x, tracked) in enumerate(zip(run.operands, run.tracked, strict=True))
    ]
    return leaves, results(run.call(*leaves))


def _pull(found, expected):
    """Pass random cotangents back, the same ones each time."""
    rng = np.random.default_rng(0)
    for x, y in zip(found, expected, strict=True):
        if isinstance(y, Tensor) and y.requires_grad:
            x.backward(rng.uniform(0.5, 1.5, y.shape), retain_graph=True)


def _compare_outlines(found, expected, is_lazy):
    """Tensors have the shape and dtype that they should have, and are Dask's in their turn."""
    _demand(len(found) == len(expected), "another number of results")
    for x, y in zip(found, expected, strict=True):
        is_same_kind = isinstance(x, Tensor) == isinstance(y, Tensor) and (x is None) == (y is None)
        _demand(is_same_kind, f"{type(x).__name__} came out instead of {type(y).__name__}")
        if isinstance(y, Tensor):
            is_daskd = isinstance(x.data, da.Array)
            _demand(is_daskd or not is_lazy, f"a {type(x.data).__name__} came out")
            _demand(x.shape == y.shape, f"shape {x.shape} instead of {y.shape}")
            _demand(x.dtype == y.dtype, f"dtype {x.dtype} instead of {y.dtype}")


def _compare_numbers(found, expected):
    for x, y in zip(found, expected, strict=True):
        if y is None:
            continue
        ours, numpys = (np.asarray(z.data if isinstance(z, Tensor) else z) for z in (x, y))
        same = ours.shape == numpys.shape and ours.dtype == numpys.dtype
        same = same and np.allclose(ours, numpys, rtol=1e-10, atol=1e-12, equal_nan=True)
        _demand(same, f"{ours!r} instead of {numpys!r}")


def _demand(holds, complaint):
    if not holds:
        raise Disagreement(complaint)


def _symptom(error):
    """The error, and the last line of this package that it went through."""
    lines = [
        f"{Path(frame.filename).name}: {frame.line}"
        for frame in traceback.extract_tb(error.__traceback__)
        if "tinygrad_course" in Path(frame.filename).parts
    ]
    return " ".join(f"{type(error).__name__}: {error} [{'; '.join(lines[-1:])}]".split())
