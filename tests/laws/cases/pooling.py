"""The largest and the mean of each window, along one axis and two."""

import numpy as np
from hypothesis import strategies as st

from tests.laws.cases.convolution import geometries
from tinygrad_course.primitive import REAL
from tinygrad_course.testing import Case
from tinygrad_course.testing.strategies import values_in


def _distinct(seed, shape):
    """Numbers of which no two are near each other: where two are equal, max has a kink."""
    rng = np.random.default_rng(seed)
    return rng.permutation(int(np.prod(shape))).reshape(shape) * 0.25 - 2.0


SEEDS = st.integers(0, 2**16)


@st.composite
def _pooled(draw, name):
    sizes, windows = draw(geometries())
    samples, channels = draw(st.integers(0, 2)), draw(st.integers(1, 2))
    x = _distinct(draw(SEEDS), (samples, channels, *sizes))
    z = (samples, channels, *windows.number(sizes))
    elements = int(np.prod(windows.kernel))
    which = np.random.default_rng(draw(SEEDS)).integers(elements, size=z).astype(np.int32)
    parameters = windows._asdict()
    if name == "max_pool":
        return Case((x,), parameters)
    if name == "take_at_largest":
        return Case((x, which), parameters)
    return Case((*draw(values_in([REAL], [z])), which), {"sizes": sizes, **parameters})


@st.composite
def _averaged(draw, *, back):
    sizes, windows = draw(geometries(dilated=False))
    samples, channels = draw(st.integers(0, 2)), draw(st.integers(1, 2))
    parameters = windows._asdict()
    del parameters["dilation"]
    none = ((0, 0),) * len(sizes)
    parameters["counted"] = draw(st.sampled_from([windows.padding, none]))
    shape = (samples, channels, *(windows.number(sizes) if back else sizes))
    return Case(draw(values_in([REAL], [shape])), parameters | ({"sizes": sizes} if back else {}))


_POOLS = ("max_pool", "put_at_largest", "take_at_largest")
CASES = {
    **{name: (_pooled(name),) for name in _POOLS},
    "avg_pool": (_averaged(back=False),),
    "avg_pool_input": (_averaged(back=True),),
}
