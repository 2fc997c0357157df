"""Running sums and products."""

import numpy as np
from hypothesis import strategies as st

from tests.laws.cases.tools import SHAPES, unary
from tinygrad_course.testing import Case
from tinygrad_course.testing.strategies import one_axis

CASES = {
    "slice_sums": tuple(
        Case((np.arange(1.0, 13).reshape(3, 4) / 8,), {"indices": np.array(indices), "axis": axis})
        for indices, axis in (([0, 2], 0), ([0, 2, 1, 1, 3], 1), ([3, 0], 1), ([1], -2))
    ),
    **{
        name: tuple(
            Case((np.random.default_rng(axis).permutation(12).reshape(3, 4) / 8,), {"axis": axis})
            for axis in (0, 1)
        )
        for name in ("running_maximum", "running_minimum")
    },
    **{
        name: (
            *(Case((np.arange(1.0, 13).reshape(3, 4) / 8,), {"axis": i}) for i in (0, 1, -2, None)),
            unary(SHAPES),
            unary(SHAPES, axis=lambda s: one_axis(max(len(s), 1)) | st.none()),
        )
        for name in ("cumsum", "cumprod")
    },
}
