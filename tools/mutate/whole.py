"""A rule broken as a whole: by its result, or by its arguments."""

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

import numpy as np

from tinygrad_course import Tensor
from tinygrad_course.primitive import Primitive, Rule

Change = Callable[[Any], Any]


def _detached(x: Any) -> Any:
    """x without its graph: the derivative is right, but the second derivative is not."""
    return x.detach() if isinstance(x, Tensor) else x


def _overwritten(x: Any) -> Any:
    if isinstance(x, np.ndarray):
        x[...] = ~x if x.dtype == bool else x + 1
    return x


OF_THE_RESULT: tuple[tuple[str, str, Change], ...] = (
    ("sign", "-({})", lambda result: -result),
    ("scale", "1.001 * ({})", lambda result: 1.001 * result),
    ("term", "0 * ({})", lambda result: 0 * result),
    ("term", "({}) + 0.001", lambda result: result + 0.001),
    ("permutation", "np.flip({})", np.flip),
    ("dtype", "({}) * np.float64(1)", lambda result: result * np.float64(1)),
)
"""The ways to break the result of a rule: kind, display, and function."""

OF_AN_ARGUMENT: tuple[tuple[str, str, Change], ...] = (
    ("permutation", "np.flip({})", np.flip),
    ("second order", "detached {}", _detached),
    ("memory", "overwritten {}", _overwritten),
)
"""The same for the cotangent and for each array among the arguments."""


def ways_to_break(primitive: Primitive[..., Any], operand: str) -> Iterator[tuple[str, str, Rule]]:
    """Each way to break the rule of an operand: kind, display, and the broken rule."""
    rule = primitive.rules[operand]
    assert rule is not None
    for kind, shown, change in OF_THE_RESULT:
        yield kind, shown.format("result"), _of_the_result(rule, change)
    for i, name in enumerate(("g", *primitive.wants[operand])):
        if name in ("g", "out", *primitive.operands):
            for kind, shown, change in OF_AN_ARGUMENT:
                yield kind, shown.format(name), _of_an_argument(rule, change, i)


def _of_the_result(rule: Rule, change: Change) -> Rule:
    @wraps(rule)
    def broken(*arguments: Any) -> Any:
        return change(rule(*arguments))

    return broken


def _of_an_argument(rule: Rule, change: Change, i: int) -> Rule:
    @wraps(rule)
    def broken(*arguments: Any) -> Any:
        return rule(*arguments[:i], _everywhere(change, arguments[i]), *arguments[i + 1 :])

    return broken


def _everywhere(change: Change, argument: Any) -> Any:
    """The change of an array, or of all operands of a variadic primitive; None stays None."""
    if isinstance(argument, tuple):
        return tuple(_everywhere(change, x) for x in argument)
    return None if argument is None else change(argument)
