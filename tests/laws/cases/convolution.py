"""Convolutions, and their transposes, along one axis and two."""

import numpy as np
from hypothesis import strategies as st

from tinygrad_course.primitive import REAL
from tinygrad_course.testing import Case
from tinygrad_course.testing.strategies import values_in
from tinygrad_course.windows import Windows


@st.composite
def geometries(draw, dilated=True):
    """Sizes of the picture, and windows of which one or more fit in it."""
    axes = draw(st.integers(1, 2))
    kernel = draw(st.tuples(*[st.integers(1, 3 - (axes > 1))] * axes))
    stride = draw(st.tuples(*[st.integers(1, 2)] * axes))
    dilation = draw(st.tuples(*[st.integers(1, 1 + dilated)] * axes))
    spans = [d * (k - 1) + 1 for k, d in zip(kernel, dilation)]
    padding = draw(st.tuples(*(st.tuples(*[st.integers(0, n // 2)] * 2) for n in spans)))
    sizes = tuple(
        draw(st.integers(max(1, n - sum(p)), n + 2)) for n, p in zip(spans, padding, strict=True)
    )
    return sizes, Windows(kernel, stride, padding, dilation)


@st.composite
def _shapes(draw):
    """The shapes of x, weight and z, the sizes, and the parameters that all three have."""
    sizes, windows = draw(geometries())
    groups, into, out = (draw(st.integers(1, 2)) for _ in range(3))
    samples = draw(st.integers(0, 2))
    x, weight = (samples, groups * into, *sizes), (groups * out, into, *windows.kernel)
    z = (samples, groups * out, *windows.number(sizes))
    parameters = {"groups": groups, **windows._asdict()}
    del parameters["kernel"]
    return x, weight, z, parameters


@st.composite
def _convolved(draw):
    x, weight, _, parameters = draw(_shapes())
    operands = draw(values_in([REAL] * 3, [x, weight, weight[:1]]))
    return Case(operands[: draw(st.integers(2, 3))], parameters)


@st.composite
def _by_input(draw):
    x, weight, z, parameters = draw(_shapes())
    return Case(draw(values_in([REAL] * 2, [z, weight])), {"sizes": x[2:], **parameters})


@st.composite
def _by_weight(draw):
    x, weight, z, parameters = draw(_shapes())
    return Case(draw(values_in([REAL] * 2, [x, z])), {"kernel": weight[2:], **parameters})


_RNG = np.random.default_rng(0)
_STEP = {"stride": (2, 1), "padding": ((1, 0), (1, 1)), "dilation": (1, 2), "groups": 2}
_X, _WEIGHT, _Z = (_RNG.standard_normal(s) for s in ((2, 4, 4, 3), (2, 2, 3, 2), (2, 2, 2, 3)))

CASES = {
    "convolution": (Case((_X, _WEIGHT, _WEIGHT[:, 0, 0, 0]), _STEP), _convolved()),
    "convolution_input": (Case((_Z, _WEIGHT), {"sizes": (4, 3), **_STEP}), _by_input()),
    "convolution_weight": (Case((_X, _Z), {"kernel": (3, 2), **_STEP}), _by_weight()),
}
