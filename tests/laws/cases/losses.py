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


@st.composite
def _with_weights(draw):
    """Cross-entropy with all its settings, of classes or of probabilities."""
    m, classes = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    settings = {
        "weight": np.arange(1.0, classes + 1) / 2,
        "label_smoothing": draw(st.sampled_from([0.0, 0.25])),
        "reduction": draw(REDUCTION["reduction"]((m,))),
    }
    if draw(st.booleans()):
        return Case(draw(values_in([REAL, UNIT], [(m, classes)] * 2)), settings)
    target = np.arange(m + 1) % classes
    target[0] = -100
    return Case((draw(arrays_in(REAL, (m + 1, classes))), target), settings)


_LOGITS = np.array([[0.3, -1.2], [0.7, 0.1], [-0.4, 2.0]])
_LEFT_OUT = tuple(
    Case((_LOGITS, np.array([0, 1, 0])), {"ignore_index": 0, "reduction": reduction, **weight})
    for reduction in ("mean", "sum", "none")
    for weight in ({}, {"weight": np.array([0.5, 2.0])})
)
_WEIGHTED = tuple(
    Case((_PROBABILITIES, _PROBABILITIES[::-1]), {"weight": np.array([1.0, 0.5, 2.0]), **more})
    for more in ({}, {"reduction": "none"})
)
_POSITIVE = tuple(
    Case((_PROBABILITIES, _PROBABILITIES[::-1]), {"pos_weight": np.array([[3.0], [0.5]]), **more})
    for more in ({}, {"reduction": "sum"}, {"weight": np.array(2.0)})
)


def _off_kinks(*settings):
    """Distances that are at none of the kinks, and on both sides of each."""
    distance = np.array([[0.25, -0.3, 1.75], [2.5, -0.6, -4.0]])
    return tuple(
        Case((distance + other, other), {**more, "reduction": reduction})
        for other in (np.zeros((2, 3)), _PROBABILITIES)
        for more in settings
        for reduction in ("mean", "sum", "none")
    )


_SIGNS = np.array([[1, -1, -1], [-1, 1, 1]])
_SIGNED = tuple(
    Case((np.array([[0.25, 1.75, -0.3], [0.6, 2.0, -0.7]]), _SIGNS), {"margin": margin, **more})
    for margin in (1.0, 0.5)
    for more in ({}, {"reduction": "none"})
)
_PAIRS = tuple(
    Case(
        (np.array([[0.3, -1.2], [0.7, 0.1]]), np.array([[0.9, -0.2], [-0.3, 0.8]]), np.array(y)),
        {"margin": margin, "reduction": reduction},
    )
    for y in ([1, -1], [-1, 1], [-1, -1])
    for margin, reduction in ((0.0, "mean"), (-0.9, "none"), (0.1, "sum"))
)
_DIVERGENCES = tuple(
    Case((np.log(_PROBABILITIES), _PROBABILITIES[::-1]), {"log_target": log, "reduction": how})
    for log in (False, True)
    for how in ("mean", "batchmean", "sum", "none")
)

CASES = {
    "mse": (*_LABELS, _loss(REAL, REAL)),
    "l1_loss": (*_off_kinks({}),),
    "huber_loss": (*_off_kinks({}, {"delta": 0.5}),),
    "smooth_l1_loss": (*_off_kinks({}, {"beta": 0.5}, {"beta": 0}),),
    "binary_cross_entropy": (*_LABELS, *_WEIGHTED, _loss(UNIT, UNIT)),
    "binary_cross_entropy_with_logits": (*_LABELS, *_WEIGHTED, *_POSITIVE, _loss(REAL, UNIT)),
    "kl_div": (*_DIVERGENCES, _loss(REAL, UNIT)),
    "cross_entropy": (*_LEFT_OUT, _classified(), _with_weights()),
    "nll_loss": (*_LEFT_OUT, _classified()),
    "hinge_loss": _SIGNED,
    "hinge_embedding_loss": _SIGNED,
    "cosine_embedding_loss": _PAIRS,
}
