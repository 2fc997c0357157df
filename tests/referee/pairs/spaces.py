"""Numbers evenly spaced, grids, interpolation."""

import numpy as np
from hypothesis import strategies as st

from tests.laws.cases.tools import unary
from tests.referee import torch
from tests.referee.pairs.pair import Pair
from tinygrad_course.primitive import POSITIVE, REAL
from tinygrad_course.testing import Case
from tinygrad_course.testing.strategies import broadcastable_shapes, values_in


def linspace(start, stop, num, endpoint, axis):
    # PyTorch's own cuts the gradient of its ends off.
    t = torch.linspace(0, 1, num + (not endpoint), dtype=start.dtype)[:num]
    start, stop = torch.broadcast_tensors(start, stop)
    return torch.lerp(start[..., None], stop[..., None], t).movedim(-1, axis)


@st.composite
def _ends(draw, domain):
    shapes = draw(broadcastable_shapes("(),()->()"))
    return Case(
        draw(values_in([domain] * 2, shapes)),
        {
            "num": draw(st.integers(1, 4)),
            "endpoint": draw(st.booleans()),
            "axis": draw(st.integers(-1, max(map(len, shapes)))),
        },
    )


@st.composite
def _axes(draw):
    shapes = draw(st.lists(st.integers(0, 3).map(lambda n: (n,)), min_size=2, max_size=3))
    parameters = {"indexing": draw(st.sampled_from(["xy", "ij"]))}
    return Case(draw(values_in([REAL] * len(shapes), shapes)), parameters)


PAIRS = {
    np.linspace: linspace,
    np.logspace: Pair(
        np.logspace, lambda *ends, **settings: 10 ** linspace(*ends, **settings), _ends(REAL)
    ),
    np.geomspace: Pair(
        np.geomspace,
        lambda x, y, **settings: torch.exp(linspace(x.log(), y.log(), **settings)),
        _ends(POSITIVE),
    ),
    np.meshgrid: Pair(np.meshgrid, torch.meshgrid, _axes()),
    # Between the values of a grid, which is as far as PyTorch's goes.
    np.interp: Pair(
        lambda x, n: np.interp(np.linspace(0, len(x) - 1, n), np.arange(len(x)), x),
        lambda x, n: torch.nn.functional.interpolate(
            x[None, None], size=n, mode="linear", align_corners=True
        )[0, 0],
        unary(st.integers(1, 5).map(lambda n: (n,)), n=lambda shape: st.integers(2, 9)),
    ),
}
