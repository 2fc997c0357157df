"""Arrays made longer or shorter."""

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes

from tests.laws.cases.tools import AT_LEAST_1D, SHAPES, unary
from tests.referee import torch
from tests.referee.pairs.pair import Pair, primitive_pair
from tinygrad_course.ops.padding import pad
from tinygrad_course.primitive import REAL
from tinygrad_course.testing import Case
from tinygrad_course.testing.strategies import values_in

PLANES = array_shapes(min_dims=2, max_dims=2, min_side=2, max_side=4)
MODES = {"edge": "replicate", "reflect": "reflect", "wrap": "circular"}


def _flat(width):
    """PyTorch begins with the last axis."""
    return [side for sides in width[::-1] for side in sides]


def _widths(shape):
    return st.tuples(*(st.tuples(*[st.integers(0, n - 1)] * 2) for n in shape))


def padded(x, pad_width, mode):
    # These modes pad the last axes of a batch of images.
    return torch.nn.functional.pad(x[None, None], _flat(pad_width), MODES[mode])[0, 0]


@st.composite
def _two_vectors(draw):
    """A vector, one to put into it, and where."""
    n, m = draw(st.integers(0, 4)), draw(st.integers(1, 3))
    return Case(draw(values_in([REAL] * 2, [(n,), (m,)])), {"at": draw(st.integers(0, n))})


TIMES = st.lists(st.integers(1, 2), min_size=1, max_size=2).map(tuple)
LENGTHS = st.integers(1, 9) | st.tuples(st.integers(1, 3), st.integers(1, 3))


def resized(x, new_shape):
    size = int(np.prod(new_shape))
    return x.reshape(-1).repeat(-(-size // x.numel()))[:size].reshape(new_shape)


PAIRS = {
    pad: primitive_pair(
        pad,
        lambda x, width, value=0: torch.nn.functional.pad(x, _flat(width), value=value),
        where=lambda case: not isinstance(case.parameters.get("value"), tuple),
    ),
    np.pad: Pair(
        np.pad,
        padded,
        unary(PLANES, pad_width=_widths, mode=lambda shape: st.sampled_from([*MODES])),
    ),
    np.append: Pair(
        lambda x, y, at: np.append(x, y), lambda x, y, at: torch.cat([x, y]), _two_vectors()
    ),
    np.insert: Pair(
        lambda x, y, at: np.insert(x, at, y),
        lambda x, y, at: torch.cat([x[:at], y, x[at:]]),
        _two_vectors(),
    ),
    np.delete: Pair(
        lambda x, at: np.delete(x, at, axis=0),
        lambda x, at: torch.cat([x[:at], x[at + 1 :]]),
        unary(
            AT_LEAST_1D.filter(lambda shape: shape[0]),
            at=lambda shape: st.integers(0, shape[0] - 1),
        ),
    ),
    np.repeat: Pair(
        np.repeat,
        lambda x, repeats, axis: torch.repeat_interleave(x, repeats, axis),
        unary(
            AT_LEAST_1D,
            repeats=lambda shape: st.integers(0, 3),
            axis=lambda shape: st.none() | st.integers(0, len(shape) - 1),
        ),
    ),
    np.tile: Pair(
        np.tile, lambda x, reps: torch.tile(x, reps), unary(SHAPES, reps=lambda shape: TIMES)
    ),
    np.resize: Pair(
        np.resize,
        resized,
        unary(SHAPES.filter(lambda shape: 0 not in shape), new_shape=lambda s: LENGTHS),
    ),
}
