"""`check_primitive`: one call checks a primitive of your own against all the laws.

@primitive("x³", signature="()->()")
def cube(x):
    '''z = x³;   x̄ = z̄ ⊙ 3x²'''
    return x * x * x

cube.vjp(x=lambda g, x: g * (3 * x * x))

def test_cube():
    check_primitive(cube)
"""

from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import LawError
from ..primitive import Primitive
from .case import Case
from .corners import corner_cases
from .laws import LAWS, is_declared

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy


def check_primitive(
    primitive: Primitive[Any, Any],
    *cases: "Case | SearchStrategy[Case]",
    examples: int = 20,
) -> None:
    """Check `primitive` against every law in `tinygrad_course.testing.laws`.

    Without `cases` it makes its own from the primitive's gufunc signature and domain: first every corner
    (0-d, empty, each operand broadcast in every way), then random ones, as many as `examples`. A primitive
    without a signature needs cases: `Case(operands, parameters)`, or Hypothesis strategies of them.

    Raises: LawError, which names the law and the case that breaks it; MissingExtraError if random cases
    are needed and Hypothesis is missing.
    """
    try:
        is_declared(primitive)
    except LawError as error:
        raise LawError(f"{primitive!r} is not declared completely: {error}") from None
    if not cases and primitive.signature is None:
        raise LawError(
            f"{primitive!r} can't be tested: it has no gufunc signature to make cases from. Give it "
            f"one, @primitive(…, signature='()->()'), or give cases: "
            f"check_primitive({primitive.name}, Case(operands, parameters))"
        )
    made = [case for case in cases if not isinstance(case, Case)]
    for case in cases:
        if isinstance(case, Case):
            check_laws(primitive, case)
    if made or not cases:
        from . import strategies

        if not cases:
            for case in corner_cases(primitive):
                check_laws(primitive, case)
            made = [strategies.cases_for(primitive)]
        for strategy in made:
            strategies.for_all(strategy, lambda case: check_laws(primitive, case), examples)


def check_laws(primitive: Primitive[Any, Any], case: Case) -> None:
    """Check every law on one case. Raises: LawError."""
    for law in LAWS:
        try:
            law(primitive, case)
        except Exception as error:
            shown = ", ".join(map(_shown, case.operands))
            given = "".join(f", {name}={value!r}" for name, value in case.parameters.items())
            raise LawError(
                f"{primitive!r} breaks the law {law.__name__!r} at {primitive.name}({shown}{given}):\n"
                f"{'' if isinstance(error, AssertionError) else type(error).__name__ + ': '}{error}"
            ) from error


def _shown(operand: Any) -> str:
    if isinstance(operand, np.ndarray):
        return f"{operand.dtype}{list(operand.shape)}"
    return repr(operand)
