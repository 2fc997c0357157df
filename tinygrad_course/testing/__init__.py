"""Proof: tools that check gradients, for this package's own suite and for yours.

    gradcheck(f, *inputs)             a function's derivatives against central differences
    check_primitive(mine)             a primitive of your own against every law
    Case(operands, parameters)        one application of a primitive, to check it with
    replaced_rules(primitive, x=…)    other rules for as long as a block lasts: to see a check fail

`testing.strategies` has the Hypothesis strategies; it alone needs Hypothesis (the extra `test`).
"""

from .case import Case
from .comparison import GradientReport
from .gradient_check import gradcheck
from .primitive_check import check_primitive
from .replaced_rules import replaced_rules

__all__ = ["Case", "GradientReport", "check_primitive", "gradcheck", "replaced_rules"]
