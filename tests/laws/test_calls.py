"""Every NumPy function that takes Tensors, in every form: it agrees with NumPy and has derivatives."""

from itertools import product

import numpy as np
import pytest

from tests.laws.calls import CALLS, calls_of
from tests.sampling import FACTOR
from tinygrad_course import Tensor
from tinygrad_course.composition import composed
from tinygrad_course.primitive import of_numpy
from tinygrad_course.tensor.numpy_surface import full_name
from tinygrad_course.testing import gradcheck
from tinygrad_course.testing.gradients import projections

UFUNCS = {f for f in of_numpy if isinstance(f, np.ufunc) and f.signature is None}


def sweep(applies):
    """The calls that a law is about."""
    return [
        pytest.param(call, id=f"{full_name(function)}-{i}")
        for function in CALLS
        for i, call in enumerate(calls_of(function))
        if applies(call)
    ]


SWEEP = sweep(lambda call: True)
DIFFERENTIABLE = sweep(lambda call: call.order > 0)
OF_AXES = sweep(lambda call: any(x.ndim for x in call.operands()))
LAYOUTS = {
    "Fortran order": lambda x: np.asarray(x, order="F"),
    "gaps": lambda x: np.repeat(x, 2, axis=-1)[..., ::2] if x.ndim else x,
    "backwards": lambda x: np.flip(np.flip(x).copy()),
}


def results(value):
    """What a call returned, flat: split returns a list, svd a named tuple."""
    return [x for y in value for x in results(y)] if isinstance(value, (list, tuple)) else [value]


def test_every_function_that_takes_tensors_is_called():
    # What ufuncs are called with follows from their number of operands: tests/tensor/test_numpy_protocols.py.
    assert ({*of_numpy} - UFUNCS) | {*composed} == {*CALLS}


@pytest.mark.parametrize("chosen", [DIFFERENTIABLE, OF_AXES], ids=["differentiable", "of axes"])
def test_no_law_leaves_out_a_function_or_more_than_a_few_calls(chosen):
    assert {full_name(f) for f in CALLS} == {x.id.rpartition("-")[0] for x in chosen}
    assert len(chosen) > 0.95 * len(SWEEP)


@pytest.mark.parametrize("call", SWEEP)
def test_it_gives_what_numpy_gives(call):
    gives_what_numpy_gives(call, np.float64, rtol=1e-12)
    gives_what_numpy_gives(call, np.float32, rtol=2e-5)


def gives_what_numpy_gives(call, dtype, rtol):
    arrays = [x.astype(dtype) for x in call.operands()]
    expected = results(call.call(*arrays))
    for tracked in [{*range(len(arrays))}, *({i} for i in range(len(arrays)))]:
        tensors = [Tensor(x.copy(), requires_grad=i in tracked) for i, x in enumerate(arrays)]
        found = results(call.call(*tensors))
        assert len(found) == len(expected)
        for ours, numpys in zip(found, expected, strict=True):
            assert (
                isinstance(ours, Tensor)
                or call.order == 0
                or not np.issubdtype(np.asarray(numpys).dtype, np.floating)
            ), f"{type(ours).__name__} is no Tensor"
            value = ours.detach().numpy() if isinstance(ours, Tensor) else ours
            assert np.asarray(value).dtype == np.asarray(numpys).dtype
            np.testing.assert_allclose(value, numpys, rtol=rtol)
        assert call.order == 0 or any(isinstance(x, Tensor) and x.requires_grad for x in found)
        for tensor, x in zip(tensors, arrays, strict=True):
            np.testing.assert_array_equal(tensor.data, x, "an operand was written into")


@pytest.mark.parametrize("call", SWEEP)
def test_without_a_gradient_it_gives_untracked_tensors(call):
    tensors = _tensors_of(call)(*map(Tensor, call.operands()))
    assert tensors or call.order == 0
    assert not any(x.requires_grad for x in tensors)


@pytest.fixture
def few_projections(monkeypatch):
    """Each entry takes part in a random projection of the Jacobian; a thorough run looks at all of them."""
    if FACTOR == 1:
        monkeypatch.setattr(projections, "ENTRYWISE", 0)
        monkeypatch.setattr(projections, "PROJECTIONS", 2)


@pytest.mark.usefixtures("few_projections")
@pytest.mark.parametrize("call", DIFFERENTIABLE)
def test_its_derivatives_are_right(call):
    gradcheck(_tensors_of(call), *call.operands(), order=call.order)


@pytest.mark.parametrize("call", DIFFERENTIABLE)
def test_single_precision_stays(call):
    double, single = (
        [Tensor(x.astype(dtype), requires_grad=True) for x in call.operands()]
        for dtype in (np.float64, np.float32)
    )
    for tensors in (double, single):
        for result in _tensors_of(call)(*tensors):
            if result.requires_grad:
                result.sum().backward(retain_graph=True)
    for exact, x in zip(double, single, strict=True):
        assert (x.grad is None) == (exact.grad is None)
        if x.grad is not None and exact.grad is not None:
            assert x.grad.dtype == np.float32
            scale = float(np.abs(exact.grad.data).max(initial=1))
            np.testing.assert_allclose(x.grad.data, exact.grad.data, atol=2e-4 * scale)


@pytest.mark.parametrize("call", OF_AXES)
def test_memory_layout_changes_nothing(call):
    for layout in LAYOUTS.values():
        memory_layout_changes_nothing(call, layout)


def memory_layout_changes_nothing(call, layout):
    arrays = call.operands()
    plain = [Tensor(x, requires_grad=True) for x in arrays]
    other = [Tensor(layout(x), requires_grad=True) for x in arrays]
    for ours, expected in zip(results(call.call(*other)), results(call.call(*plain)), strict=True):
        np.testing.assert_allclose(_value(ours), _value(expected), rtol=1e-10, atol=1e-12)
        if call.order and isinstance(ours, Tensor) and ours.requires_grad:
            ours.sum().backward(retain_graph=True)
            expected.sum().backward(retain_graph=True)
    for x, y in zip(other, plain, strict=True):
        assert (x.grad is None) == (y.grad is None)
        if x.grad is not None and y.grad is not None:
            np.testing.assert_allclose(x.grad.data, y.grad.data, rtol=1e-8, atol=1e-10)


def _tensors_of(call):
    """The call, with those of its results that are tensors."""
    return lambda *x: tuple(y for y in results(call.call(*x)) if isinstance(y, Tensor))


def _value(x):
    return x.data if isinstance(x, Tensor) else x


# --- the edges of the range -------------------------------------------------------------------------

# LAPACK does not return from some matrices with ∞ or NaN.
WITHOUT_EDGES = {f for f in CALLS if "linalg" in full_name(f)}
# Where values at the edges are not NumPy's, and why.
OTHER_AT_EDGES = {
    np.geomspace: "NumPy keeps an end as it is beside one that is NaN",
    np.interp: "NumPy's slope overflows between huge values; coordinates that don't ascend mean nothing",
}


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize(
    "function", sorted(CALLS.keys() - WITHOUT_EDGES, key=full_name), ids=full_name
)
def test_values_at_the_edges_are_numpys(function):
    different = []
    for call, edge in product(calls_of(function), [np.nan, np.inf, -np.inf, 1.7e308, 1e-310]):
        for k, operand in enumerate(call.operands()):
            for at in {0, operand.size // 2} if operand.size else ():
                arrays = [x.copy() for x in call.operands()]
                arrays[k].flat[at] = edge
                expected, found = outcome(call, *arrays), outcome(call, *map(Tensor, arrays))
                if not agree(found, expected):
                    different.append((edge, k, at, found, expected))
    assert bool(different) == (function in OTHER_AT_EDGES), different[:1]


def outcome(call, *arrays):
    """The results, or the kind of exception."""
    try:
        return [np.array(_value(x)) for x in results(call.call(*arrays))]
    except Exception as error:
        return type(error)


def agree(found, expected):
    if isinstance(expected, type) or isinstance(found, type):
        return found is expected
    for x, y in zip(found, expected, strict=True):
        finite = np.abs(y[np.isfinite(y)]) if y.dtype.kind == "f" else ()
        rounding = 1e-12 * max(finite, default=0.0)
        if not np.allclose(x, y, rtol=1e-9, atol=rounding, equal_nan=y.dtype.kind == "f"):
            return False
    return True
