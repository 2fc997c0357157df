"""Activations with parameters."""

from hypothesis import strategies as st

from tests.laws.cases.tools import SHAPES, unary
from tinygrad_course.primitive import Domain

_POSITIVE_SLOPE = {"negative_slope": lambda shape: st.sampled_from([0.0, 0.2, 1.0])}

MORE = {
    "leaky_relu": (unary(SHAPES, Domain(kinks=(0.0,)), **_POSITIVE_SLOPE),),
    "elu": (unary(SHAPES, Domain(kinks=(0.0,)), alpha=lambda s: st.sampled_from([0.5, 2.0])),),
}
