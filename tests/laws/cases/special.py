"""Bessel functions of all orders."""

from hypothesis import strategies as st

from tests.laws.cases.tools import SHAPES, unary
from tinygrad_course.primitive import Domain

_ORDERS = unary(SHAPES, Domain(-6.0, 6.0), order=lambda s: st.integers(0, 4))

MORE = {
    "spherical_bessel": (_ORDERS,),
    "modified_bessel": (_ORDERS,),
}
