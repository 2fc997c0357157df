"""What NumPy's functions do with Tensors: `__array_ufunc__` (NEP 13), `__array_function__` (NEP 18).

a function that has a primitive           is recorded as that primitive
one that has a composition                runs as that composition, on Tensors
one that has no derivative                runs on the values and returns plain arrays
any other                                 raises UnsupportedError: nothing is silently detached
"""

import inspect
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any

import numpy as np

from ..composition import composed, extended
from ..errors import UnsupportedError
from ..ops import reduction_arguments, scans
from ..primitive import Primitive, of_numpy
from .base import TensorBase
from .nodes import holds_tensors, is_recorded, stacked, unwrapped
from .numpy_arguments import WRITERS, bind, defaults_of, written_arguments
from .numpy_surface import CARRYING, PLAIN, REFUSED, full_name
from .operands import plain_argument

RecorderOf = Callable[[Primitive[..., Any]], Callable[..., Any]]
"""The function that runs a primitive and records it: `Tensor.__recorder__`."""


def ufunc_call(
    ufunc: np.ufunc,
    method: str,
    inputs: tuple[Any, ...],
    kwargs: dict[str, Any],
    recorder_of: RecorderOf,
) -> Any:
    """The result of a ufunc, or of one of its methods, for inputs with Tensors among them.

    Raises: UnsupportedError if a gradient would be lost.
    """
    name = full_name(ufunc) + ("" if method == "__call__" else f".{method}")
    targets = inputs[:1] if method == "at" else kwargs.get("out", ())
    if ufunc in PLAIN or any(x is not None for x in targets):
        _check_targets(name, targets, () if ufunc in PLAIN else inputs)
        return _on_values(getattr(ufunc, method), inputs, kwargs)
    if method != "__call__":
        return _ufunc_method(ufunc, method, name, inputs, kwargs)
    if kwargs and (ufunc in of_numpy or ufunc in composed):
        raise refused_arguments(name, kwargs, "none")
    if ufunc in of_numpy:
        return recorder_of(of_numpy[ufunc])(*inputs)
    if ufunc in composed:
        return composed[ufunc](*inputs)
    raise unsupported(name)


def _check_targets(name: str, targets: Iterable[Any], operands: Iterable[Any]) -> None:
    """Check that a result which depends on `operands` may be written into `targets`.

    Raises: UnsupportedError if one of the targets is a Tensor, or a gradient would be lost.
    """
    for target in targets:
        if isinstance(target, TensorBase):
            raise UnsupportedError(
                f"{name} can't write into {target._label()}, since graphs may need its value: write into "
                f"its .data instead, or make a new tensor"
            )
    for operand in operands:
        if is_recorded(operand):
            raise UnsupportedError(
                f"{name} would write a result that depends on {operand._label()} into an array (by out=, or "
                f"by an operator such as +=), and lose its gradient: make a new tensor, or say .detach() "
                f"if that is meant"
            )


def _on_values(function: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
    """The result of a function on the values of Tensors: plain arrays."""
    return function(*map(unwrapped, args), **{name: unwrapped(x) for name, x in kwargs.items()})


_METHODS: dict[tuple[np.ufunc, str], Callable[..., Any]] = {
    (np.add, "reduce"): reduction_arguments.add_reduce,
    (np.multiply, "reduce"): reduction_arguments.multiply_reduce,
    (np.maximum, "reduce"): reduction_arguments.maximum_reduce,
    (np.minimum, "reduce"): reduction_arguments.minimum_reduce,
    (np.logaddexp, "reduce"): reduction_arguments.logaddexp_reduce,
    (np.logaddexp2, "reduce"): reduction_arguments.logaddexp2_reduce,
    (np.add, "accumulate"): scans.add_accumulate,
    (np.multiply, "accumulate"): scans.multiply_accumulate,
    (np.maximum, "accumulate"): scans.maximum_accumulate,
    (np.minimum, "accumulate"): scans.minimum_accumulate,
    (np.add, "reduceat"): scans.add_reduceat,
}
"""What computes a ufunc's method."""


def _ufunc_method(
    ufunc: np.ufunc, method: str, name: str, inputs: Sequence[Any], kwargs: dict[str, Any]
) -> Any:
    if method == "outer" and ufunc.signature is None:
        if kwargs:
            raise refused_arguments(name, kwargs, "none")
        x, y = (z if hasattr(z, "ndim") else np.asarray(z) for z in inputs)
        stretched = (Ellipsis,) + (None,) * y.ndim
        return ufunc(x[stretched], y)
    if (ufunc, method) in _METHODS:
        return _METHODS[ufunc, method](*inputs, **kwargs)
    raise unsupported(name)


def function_call(
    function: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    recorder_of: RecorderOf,
) -> Any:
    """The result of a NumPy function for arguments with Tensors among them.

    Raises: UnsupportedError if there is no rule, or for an argument that the rule does not cover.
    """
    args = tuple(map(plain_argument, args))
    kwargs = {name: plain_argument(x) for name, x in kwargs.items()}
    if function in composed:
        return _composed(composed[function], function, args, kwargs)
    if function in of_numpy and not (function is np.where and len(args) == 1):
        primitive = of_numpy[function]
        if function in extended and _exceed(primitive, function, args, kwargs):
            return _composed(extended[function], function, args, kwargs)
        operands, parameters = _operands(function, primitive, args, kwargs)
        return recorder_of(primitive)(*operands, **parameters)
    if function in PLAIN or function in WRITERS or function is np.where:  # of a condition alone
        arguments = bind(function, args, kwargs)
        targets = written_arguments(function, args, kwargs)
        sources = arguments.values() if function in WRITERS else ()
        _check_targets(full_name(function), targets, sources)
        carrying = CARRYING.get(function, ())
        _check_plain(function, {n: v for n, v in arguments.items() if n in carrying})
        return _on_values(function, args, kwargs)
    raise unsupported(full_name(function))


def _exceed(
    primitive: Primitive[..., Any],
    function: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> bool:
    """Whether these arguments are more than the primitive has."""
    arguments = list(_bound(function, primitive, args, kwargs))[len(primitive.operands) :]
    return any(name not in primitive.defaults for name in arguments)


def _composed(
    composition: Callable[..., Any],
    function: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> Any:
    names, kinds = _parameters(composition)
    if inspect.Parameter.VAR_POSITIONAL in kinds:
        positional, arguments = args, kwargs
    else:
        positional, arguments = (), bind(function, args, kwargs)
        arguments = {
            name: _one_tensor(name, x) for name, x in arguments.items() if x is not np._NoValue
        }
    if inspect.Parameter.VAR_KEYWORD in kinds:
        return composition(*positional, **arguments)
    defaults = defaults_of(function)
    refused = {
        n: v
        for n, v in arguments.items()
        if n not in names and not _is_default(v, defaults.get(n, np._NoValue))
    }
    if refused:
        raise refused_arguments(full_name(function), refused, ", ".join(names))
    return composition(*positional, **{n: v for n, v in arguments.items() if n in names})


_SEQUENCES = {"arrays", "tup", "condlist", "choicelist", "funclist", "choices", "xi", "operands"}
"""Parameters that are lists of arrays, and not arrays."""


def _one_tensor(name: str, x: Any) -> Any:
    """An argument that is a list of tensors, where NumPy means an array, as one tensor."""
    is_list = x.__class__ in (list, tuple) and name not in _SEQUENCES
    return stacked(x) if is_list and holds_tensors(x) else x


@cache
def _parameters(composition: Callable[..., Any]) -> tuple[tuple[str, ...], set[Any]]:
    """The names of a composition's parameters, and their kinds."""
    parameters = inspect.signature(composition).parameters
    return tuple(parameters), {parameter.kind for parameter in parameters.values()}


def _operands(
    function: Callable[..., Any],
    primitive: Primitive[..., Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The operands and parameters of the primitive that a call of `function` stands for."""
    arguments = _bound(function, primitive, args, kwargs)
    names = list(arguments)
    operands = tuple(arguments.pop(n) for n in names[: len(primitive.operands)])
    if primitive.variadic:
        operands = tuple(operands[0])
    refused = {n: v for n, v in arguments.items() if n not in primitive.defaults}
    if refused:
        raise refused_arguments(full_name(function), refused, ", ".join(primitive.defaults))
    _check_plain(function, arguments)
    return operands, {
        n: _copied(v if type(v) in (list, tuple) else unwrapped(v)) for n, v in arguments.items()
    }


def _check_plain(function: Callable[..., Any], parameters: dict[str, Any]) -> None:
    """Raise UnsupportedError if a parameter requires a gradient: none flows back through parameters."""
    for name, value in parameters.items():
        for x in value if isinstance(value, (list, tuple)) else [value]:
            if is_recorded(x):
                raise UnsupportedError(
                    f"{full_name(function)}: no gradient flows back through {name}=, but {x._label()} "
                    f"requires one: say .detach() if that is meant"
                )


def _copied(parameter: Any) -> Any:
    """A copy of the arrays in a parameter: the backward pass needs them as they are now."""
    if type(parameter) in (list, tuple):
        return type(parameter)(map(_copied, parameter))
    return np.array(parameter) if isinstance(parameter, np.ndarray) else parameter


RENAMED = {"correction": "ddof", "newshape": "shape", "min": "a_min", "max": "a_max"}
"""Other names that NumPy has for parameters."""


def _bound(
    function: Callable[..., Any],
    primitive: Primitive[..., Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> dict[str, Any]:
    """The arguments by parameter name, operands first, without those that are NumPy's default."""
    defaults = defaults_of(function)
    names = tuple(defaults)
    arguments = {
        RENAMED.get(n, n) if RENAMED.get(n) in (*primitive.operands, *primitive.defaults) else n: v
        for n, v in bind(function, args, kwargs).items()
    }
    operand_names = names[: len(primitive.operands)]
    operands = {
        n: arguments.pop(n, arguments.pop(own, None))
        for n, own in zip(operand_names, primitive.operands, strict=False)
    }
    return operands | {
        n: v
        for n, v in arguments.items()
        if not _is_default(v, defaults.get(n, np._NoValue))
        and (n in primitive.defaults or v is not None)
    }


def _is_default(value: Any, default: Any) -> bool:
    # Only strings are compared: == of arrays works element by element.
    return value is default or (isinstance(value, str) and value == default)


def unsupported(name: str) -> UnsupportedError:
    """The error for a function without a rule: its name, the reason, and what to write instead."""
    if name in REFUSED:
        return UnsupportedError(
            f"{name} does not take Tensors: {REFUSED[name]}. If no gradient has to flow through it, "
            f"call it with t.detach().numpy()"
        )
    return UnsupportedError(
        f"{name} has no derivative rule for Tensors. If no gradient has to flow through it, call it "
        f"with t.numpy() (after t.detach() if t requires a gradient); if one does, write it with "
        f"supported functions or register your own with @primitive(...)"
    )


def refused_arguments(name: str, arguments: Iterable[str], supported: str) -> UnsupportedError:
    """The error for arguments that no rule covers."""
    return UnsupportedError(
        f"{name}: {', '.join(f'{n}=' for n in arguments)} is not supported with Tensors "
        f"(supported: {supported or 'none'}). Leave it out, or call it with t.detach().numpy()"
    )
