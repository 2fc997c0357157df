"""Activations and losses of logits up to ±10⁴, where exponentials are 0 or infinite."""

import numpy as np
import pytest

from tests.referee.agreement import Ours, Theirs, Trial, walk
from tests.referee.pairs import pairs_of
from tinygrad_course.nn import functional
from tinygrad_course.testing import Case

# None between 20, where PyTorch's softplus becomes the identity, and 37, where the exact one does.
LOGITS = np.array([-1e4, -745.0, -104.0, -50.0, -1.0, -1e-3, 1e-3, 1.0, 50.0, 104.0, 745.0, 1e4])
ROWS = np.stack([LOGITS, LOGITS[::-1], np.roll(LOGITS, 1)], axis=1)
LABELS = (LOGITS > 0) * 1.0

ACTIVATIONS = (
    *(functional.sigmoid, np.tanh, functional.softplus),
    *(functional.relu, functional.leaky_relu, functional.elu, functional.gelu),
    *(functional.selu, functional.celu, functional.silu, functional.mish, functional.logsigmoid),
    *(functional.relu6, functional.hardtanh, functional.hardsigmoid, functional.hardswish),
    *(functional.hardshrink, functional.softshrink, functional.threshold),
)
CASES = {
    **{activation: [Case((LOGITS,))] for activation in ACTIVATIONS},
    **{
        function: [Case((ROWS,), {"axis": axis}) for axis in (0, 1)]
        for function in (functional.softmax, functional.log_softmax, functional.logsumexp)
    },
    functional.mse: [Case((LOGITS, LOGITS[::-1].copy()), {"reduction": "none"})],
    functional.binary_cross_entropy_with_logits: [
        Case((LOGITS, target), {"reduction": "none"})
        for target in (LABELS, 1 - LABELS, 0.3 * LABELS)
    ],
    functional.cross_entropy: [
        Case((ROWS, np.full(len(ROWS), label)), {"reduction": "none"})
        for label in range(ROWS.shape[1])
    ],
}


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize(
    ("function", "case"),
    [
        pytest.param(function, case, id=f"{function.__name__}-{i}")
        for function, cases in CASES.items()
        for i, case in enumerate(cases)
    ],
)
def test_logits_of_any_size(function, case, dtype):
    (pair, *_) = pairs_of(function)
    trial = Trial(case, ("plain",) * len(case.operands), False, seed=0)
    ours = walk(Ours(dtype), pair.ours, trial, dtype, order=1)
    theirs = walk(Theirs(), pair.theirs, trial, dtype, order=1)
    precision = np.finfo(dtype)
    relative = 8 * float(precision.eps)
    # Activations are right to the last digits of any number. What is summed is rounded beside 1.
    absolute = float(precision.tiny if function in ACTIVATIONS else relative)
    if function is functional.logsumexp:
        relative *= np.abs(LOGITS).max()  # its slope is that of eˣ⁻ᶻ, where z has been rounded
    for (name, found), (_, expected) in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(found, expected, relative, absolute, err_msg=name)
