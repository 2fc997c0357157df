"""Reads the signatures of a primitive's function and of its rules: operands and parameters; and explains
keywords that other libraries have for a parameter."""

import inspect
from collections.abc import Callable, Iterable, Sequence
from types import FunctionType, NoneType
from typing import Any, get_args

from .errors import RuleError
from .names_elsewhere import KEYWORDS


def check_operands(name: str, operands: Sequence[inspect.Parameter]) -> None:
    """Raise RuleError unless these parameters of a function can be the operands of a primitive."""
    kinds = [p.kind for p in operands]
    any_number = inspect.Parameter.VAR_POSITIONAL in kinds
    if not operands or inspect.Parameter.VAR_KEYWORD in kinds or (any_number and len(operands) > 1):
        raise RuleError(
            f"primitive {name!r} takes ({', '.join(map(str, operands))}): it needs operands, either a fixed "
            f"number, (x, y), or any number, (*arrays), and its parameters must be keyword-only: "
            f"(x, *, axis=None)"
        )


def has_keyword_only(rule: Callable[..., Any]) -> bool:
    """Whether it has a required keyword-only parameter."""
    if isinstance(rule, FunctionType) and not rule.__code__.co_kwonlyargcount:
        return False  # inspect.signature would take a tenth of the package's import time
    parameters = inspect.signature(rule).parameters.values()
    return any(p.kind is p.KEYWORD_ONLY and p.default is p.empty for p in parameters)


def excludes_arrays(annotation: Any) -> bool:
    """Whether an annotation consists of numbers, text and tuples of these only."""
    parts = get_args(annotation)
    if not parts:
        return annotation in (bool, int, float, str, None, NoneType, Ellipsis)
    return all(map(excludes_arrays, parts))


def parameter_names(rule: Callable[..., Any] | None) -> tuple[str, ...]:
    """The names of a rule's positional parameters; none if there is no rule."""
    if rule is None:
        return ()
    if isinstance(rule, FunctionType) and not hasattr(rule, "__wrapped__"):
        return rule.__code__.co_varnames[: rule.__code__.co_argcount]
    return tuple(inspect.signature(rule).parameters)


def unexpected(function: str, keywords: Iterable[str]) -> TypeError | None:
    """The error for the first of these keywords that is another library's; None if there is none."""
    for name in keywords:
        if name in KEYWORDS:
            _, instead = KEYWORDS[name]
            return TypeError(
                f"{function}() got an unexpected keyword argument {name!r}: write {instead}"
            )
    return None
