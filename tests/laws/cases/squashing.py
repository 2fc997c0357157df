"""Squashing activations with parameters."""

from tests.laws.cases.rectifiers import fixed
from tests.laws.cases.tools import SHAPES, unary
from tinygrad_course.primitive import Domain

MORE = {
    "hardtanh": (
        unary(SHAPES, Domain(kinks=(-2.0, 0.5)), min_val=fixed(-2.0), max_val=fixed(0.5)),
    ),
}
