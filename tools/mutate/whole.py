"""A rule broken as a whole: by what it returns, or by what it is given."""

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

import numpy as np

from tinygrad_course import Tensor
from tinygrad_course.primitive import Primitive, Rule

Change = Callable[[Any], Any]


def _detached(x: Any) -> Any:
    """x without its history: the derivative is right, and its own derivative is not."""
    return x.detach() if isinstance(x, Tensor) else x


def _overwritten(x: Any) -> Any:
    if isinstance(x, np.ndarray):
        x[...] = ~x if x.dtype == bool else x + 1
    return x


OF_THE_SHARE: tuple[tuple[str, str, Change], ...] = (
    ("sign", "-({})", lambda share: -share),
    ("scale", "1.001 * ({})", lambda share: 1.001 * share),
    ("term", "0 * ({})", lambda share: 0 * share),
    ("term", "({}) + 0.001", lambda share: share + 0.001),
    ("permutation", "np.flip({})", np.flip),
    ("dtype", "({}) * np.float64(1)", lambda share: share * np.float64(1)),
)
"""The kind of each way to break what a rule returns, how it is shown, and what it does."""

OF_AN_ARGUMENT: tuple[tuple[str, str, Change], ...] = (
    ("permutation", "np.flip({})", np.flip),
    ("second order", "detached {}", _detached),
    ("memory", "overwritten {}", _overwritten),
)
"""The same for the cotangent and each array that a rule is given."""


def ways_to_break(primitive: Primitive[..., Any], operand: str) -> Iterator[tuple[str, str, Rule]]:
    """The kind of each way, how it is shown, and the rule for an operand broken like this."""
    rule = primitive.rules[operand]
    assert rule is not None
    for kind, shown, change in OF_THE_SHARE:
        yield kind, shown.format("share"), _of_the_share(rule, change)
    for i, name in enumerate(("g", *primitive.wants[operand])):
        if name in ("g", "out", *primitive.operands):
            for kind, shown, change in OF_AN_ARGUMENT:
                yield kind, shown.format(name), _of_an_argument(rule, change, i)


def _of_the_share(rule: Rule, change: Change) -> Rule:
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
    """The change of an array, or of all operands where there may be any number; None stays as it is."""
    if isinstance(argument, tuple):
        return tuple(_everywhere(change, x) for x in argument)
    return None if argument is None else change(argument)
