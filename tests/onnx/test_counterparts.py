"""Every primitive is exported and gives the same in onnxruntime, or is listed with the reason why not."""

import numpy as np
import onnxruntime
import pytest

from tests.laws.cases import cases_of
from tests.sampling import FACTOR
from tinygrad_course import Tensor, export_onnx
from tinygrad_course.errors import ExportError
from tinygrad_course.onnx.counterparts import COUNTERPARTS, WITHOUT
from tinygrad_course.primitive import registry
from tinygrad_course.testing import Case
from tinygrad_course.testing.corners import corner_cases
from tinygrad_course.testing.strategies import for_all

OURS = {n: p for n, p in registry.items() if p.__module__.startswith("tinygrad_course.ops.")}


def test_the_table_has_every_primitive_once():
    newer = set() if hasattr(np, "matvec") else {"matvec", "vecmat"}  # from NumPy 2.2 on
    assert (COUNTERPARTS.keys() | WITHOUT.keys()) - newer == OURS.keys()
    assert not COUNTERPARTS.keys() & WITHOUT.keys()
    assert all(WITHOUT.values())


def cases(name):
    """Cases of a primitive on arrays that are not empty; the same few each time, more in a thorough run."""
    primitive, found = OURS[name], []
    given = cases_of(name)
    if not given:
        found += corner_cases(primitive)
    for case in given:
        if isinstance(case, Case):
            found.append(case)
        else:
            for_all(case, found.append, 6 * FACTOR)
    usable = [
        c for c in found if _arrays(c) and all(np.size(x) for x in c.operands if x is not None)
    ]
    step = max(1, len(usable) // (3 * FACTOR))
    return usable[::step]


def _arrays(case):
    return [
        i for i, x in enumerate(case.operands) if getattr(x, "dtype", None) in (float, np.float32)
    ]


def run_in_onnx(path, arrays):
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    names = [x.name for x in session.get_inputs()]
    return session.run(None, dict(zip(names, arrays, strict=True)))


def compared(primitive, case, dtype, path):
    """The export of one case, run on its own arrays; which error says that it can't be, if one does."""
    places = _arrays(case)

    def model(*tensors):
        operands = list(case.operands)
        for i, tensor in zip(places, tensors, strict=True):
            operands[i] = tensor
        return primitive(*operands, **case.parameters)

    arrays = tuple(np.asarray(case.operands[i], dtype) for i in places)
    expected = model(*(Tensor(a) for a in arrays))
    try:
        export_onnx(model, arrays, path, batch_axis=None)
    except ExportError as error:
        return str(error)
    outputs = expected if isinstance(expected, tuple) else (expected,)
    used = run_in_onnx(path, arrays)
    for found, tensor in zip(used, outputs, strict=True):
        value = np.asarray(tensor.data)
        assert found.shape == value.shape
        assert found.dtype == value.dtype
        # Differences of numbers of size 1, which lose digits: ONNX has erf and not its complement.
        least = 1 if primitive.name in ("normal_cdf", "tanhshrink") else 0
        scale = np.abs(value[np.isfinite(value)]).max(initial=least)
        np.testing.assert_allclose(found, value, rtol=2e-5, atol=2e-6 * scale)
    return ""


@pytest.mark.parametrize("name", sorted(COUNTERPARTS.keys() & OURS.keys()))
def test_it_gives_the_same(name, tmp_path):
    primitive, refused, done = OURS[name], [], 0
    for i, case in enumerate(cases(name)):
        for dtype in (np.float32, np.float64):
            why = compared(primitive, case, dtype, tmp_path / f"{i}.onnx")
            if why:
                refused.append(why)
            done += not why
    assert done, refused
    assert all(f"{name}" in why or "not computed from its input" in why for why in refused)


@pytest.mark.parametrize("name", sorted(WITHOUT))
def test_what_has_no_counterpart_says_why(name, tmp_path):
    primitive, few = OURS[name], cases(name)[:2]
    if name == "cholesky":  # with rows in another order a matrix is no longer symmetric
        few = [Case((np.eye(1),))]
    reasons = [compared(primitive, case, np.float64, tmp_path / "m.onnx") for case in few]
    assert reasons
    for why in reasons:
        assert WITHOUT[name] in why
        assert "Export the part of the model before it" in why
