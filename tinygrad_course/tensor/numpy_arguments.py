"""The arguments of NumPy's functions by name, and which of them a call writes into."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np

Function = Callable[..., Any]

WRITERS: frozenset[Function] = frozenset(
    (np.copyto, np.put, np.place, np.putmask, np.put_along_axis, np.fill_diagonal)
)
"""Functions that always write into their first argument."""

# In older versions of NumPy, functions written in C have no signature.
_WITHOUT_SIGNATURE: dict[Function, dict[str, Any]] = {
    np.concatenate: {
        "arrays": inspect.Parameter.empty,
        **{"axis": 0, "out": None, "dtype": None, "casting": "same_kind"},
    },
    np.bincount: {"x": inspect.Parameter.empty, "weights": None, "minlength": 0},
    np.copyto: {
        **dict.fromkeys(("dst", "src"), inspect.Parameter.empty),
        **{"casting": "same_kind", "where": True},
    },
    np.dot: {"a": inspect.Parameter.empty, "b": inspect.Parameter.empty, "out": None},
    np.inner: dict.fromkeys(("a", "b"), inspect.Parameter.empty),
    np.putmask: dict.fromkeys(("a", "mask", "values"), inspect.Parameter.empty),
    np.vdot: dict.fromkeys(("a", "b"), inspect.Parameter.empty),
    np.where: dict.fromkeys(("condition", "x", "y"), inspect.Parameter.empty),
}


@cache
def parameters_of(function: Function) -> Sequence[inspect.Parameter]:
    """The parameters of a function, in order."""
    if function in _WITHOUT_SIGNATURE:
        kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
        defaults = _WITHOUT_SIGNATURE[function]
        return [inspect.Parameter(name, kind, default=defaults[name]) for name in defaults]
    try:
        return list(inspect.signature(function).parameters.values())
    except ValueError:  # a function written in C whose parameters are not listed above
        return [inspect.Parameter("args", inspect.Parameter.VAR_POSITIONAL)]


@cache
def defaults_of(function: Function) -> dict[str, Any]:
    """The parameters of a NumPy function in order, with their defaults."""
    return {parameter.name: parameter.default for parameter in parameters_of(function)}


@cache
def _positional(function: Function) -> tuple[tuple[str, ...], bool]:
    """The names of the positional parameters, and whether the function takes more of them (*args)."""
    parameters = parameters_of(function)
    names = [p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    return tuple(names), any(p.kind is p.VAR_POSITIONAL for p in parameters)


def bind(function: Function, args: Sequence[Any], kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """All arguments by parameter name, except those that go into the `*args` of the function.

    Raises: TypeError if there are too many.
    """
    names, and_more = _positional(function)
    if len(args) > len(names) and not and_more:
        raise TypeError(
            f"{function.__name__}() takes {len(names)} positional arguments ({', '.join(names)}), "
            f"not {len(args)}"
        )
    return {**dict(zip(names, args, strict=False)), **kwargs}


def written_arguments(
    function: Function, args: Sequence[Any], kwargs: Mapping[str, Any]
) -> list[Any]:
    """The arguments that a call of `function` writes into."""
    if not _may_write(function):
        return []
    arguments = bind(function, args, kwargs)
    into_first = (
        function in WRITERS
        or (function is np.nan_to_num and not arguments.get("copy", True))
        or arguments.get("overwrite_input", False)  # median, quantile, …
    )
    first = [arguments.get(_positional(function)[0][0])] if into_first else []
    return [x for x in (*first, arguments.get("out")) if x is not None]


@cache
def _may_write(function: Function) -> bool:
    parameters = defaults_of(function)
    return (
        function in WRITERS
        or function is np.nan_to_num
        or "overwrite_input" in parameters
        or "out" in parameters
    )
