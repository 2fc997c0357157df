"""Sums that don't depend on how numbers come in parts."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinygrad_course.errors import DataError
from tinygrad_course.training.exact_sum import ExactSum

numbers = st.floats(-1e300, 1e300)


@given(st.lists(st.lists(numbers, max_size=6), max_size=6), st.randoms())
def test_a_sum_is_the_exact_one_rounded_once_in_whichever_parts_and_order(parts, random):
    """The witness is arithmetic with fractions."""
    whole = [x for part in parts for x in part]
    exact, shuffled = ExactSum(), ExactSum()
    for part in parts:
        exact.add(np.array(part, dtype=np.float64))
    random.shuffle(whole)
    for x in whole:
        shuffled.add(np.array(x))
    expected = float(sum(map(Fraction, whole)))
    assert float(exact) == float(shuffled) == expected


def test_a_sum_that_is_too_large_is_refused():
    total = ExactSum()
    total.add(np.array([1e308]))
    with pytest.raises(DataError, match="divide all of them by the largest"):
        total.add(np.array([1e308]))
    assert float(total) == 1e308
