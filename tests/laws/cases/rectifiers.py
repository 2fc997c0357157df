"""Rectifiers with parameters."""

from hypothesis import strategies as st

from tests.laws.cases.tools import SHAPES, unary
from tinygrad_course.primitive import Domain


def fixed(value):
    return lambda shape: st.just(value)


MORE = {
    "celu": (unary(SHAPES, Domain(kinks=(0.0,)), alpha=lambda s: st.sampled_from([0.5, 2.0])),),
    "threshold": (unary(SHAPES, Domain(kinks=(0.25,)), threshold=fixed(0.25), value=fixed(-2.0)),),
    "hardshrink": (unary(SHAPES, Domain(kinks=(-1.5, 1.5)), lambd=fixed(1.5)),),
    "softshrink": (unary(SHAPES, Domain(kinks=(-1.5, 1.5)), lambd=fixed(1.5)),),
}
