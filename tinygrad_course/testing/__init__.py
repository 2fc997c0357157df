"""Tools that check gradients, for this package's own suite and for yours.

    gradcheck(f, *inputs)             a function's derivatives against numerical ones
    check_primitive(mine)             a primitive of your own, checked against every law
    Case(operands, parameters)        one application of a primitive, to check it with
    replaced_rules(primitive, x=…)    other rules inside a `with` block: to see a check fail

`gradcheck` returns a `GradientReport`, in which every number is an `Entry` with a `Verdict`.
`testing.strategies` has the Hypothesis strategies; it alone needs Hypothesis (the extra `check`).
"""

from .case import Case
from .gradient_check import gradcheck
from .gradients.report import ErrorVersusStep, GradientReport
from .gradients.verdicts import Entry, Verdict
from .primitive_check import check_primitive
from .replaced_rules import replaced_rules

__all__ = [
    "Case",
    "Entry",
    "ErrorVersusStep",
    "GradientReport",
    "Verdict",
    "check_primitive",
    "gradcheck",
    "replaced_rules",
]
