"""Losses."""

import numpy as np
from hypothesis import strategies as st

from tests.laws.cases.tools import SHAPES
from tinygrad_course.primitive import REAL, UNIT
from tinygrad_course.testing import Case
from tinygrad_course.testing.strategies import arrays_in, values_in

_PROBABILITIES = np.array([[0.1, 0.3, 0.8], [0.6, 0.2, 0.9]])
_LABELS = tuple(
    Case((_PROBABILITIES, labels), {"reduction": reduction})
    for labels in (np.array([[1, 0, 1], [0, 0, 1]]), _PROBABILITIES > 0.25)
    for reduction in ("mean", "none")
)

REDUCTION = {"reduction": lambda shape: st.sampled_from(["mean", "sum", "none"])}


def _loss(prediction, target):
    @st.composite
    def cases(draw):
        shape = draw(SHAPES.filter(lambda s: 0 not in s))
        operands = draw(values_in([prediction, target], [shape, shape]))
        return Case(operands, {"reduction": draw(REDUCTION["reduction"](shape))})

    return cases()


@st.composite
def _classified(draw):
    m, classes = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    target = draw(st.lists(st.integers(0, classes - 1), min_size=m, max_size=m))
    kind = draw(st.sampled_from([np.int64, np.uint8]))
    logits = draw(arrays_in(REAL, (m, classes)))
    return Case((logits, np.array(target, kind)), {"reduction": draw(REDUCTION["reduction"]((m,)))})


CASES = {
    "mse": (*_LABELS, _loss(REAL, REAL)),
    "binary_cross_entropy": (*_LABELS, _loss(UNIT, UNIT)),
    "binary_cross_entropy_with_logits": (*_LABELS, _loss(REAL, UNIT)),
    "cross_entropy": (_classified(),),
}
