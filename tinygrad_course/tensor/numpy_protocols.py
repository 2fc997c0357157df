"""What happens when a NumPy function meets a Tensor.

    a function that a primitive stands for    is recorded as that primitive
    one that is a composition                 runs as that, on Tensors
    one that has no derivative                runs on the values and gives plain arrays
    any other                                 raises UnsupportedError: never detached in silence

NumPy asks through `__array_ufunc__` (NEP 13) and `__array_function__` (NEP 18).
"""

import inspect
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np

from ..composition import composed
from ..engine.graph import user_place
from ..engine.recorders import recorder_of
from ..engine.recording import is_recorded, value_of
from ..engine.writes import note
from ..errors import UnsupportedError
from ..ops.reduction import logsumexp
from ..primitive import Primitive, of_numpy
from .numpy_surface import CARRYING, PLAIN, REFUSED, full_name


def ufunc_call(ufunc: np.ufunc, method: str, inputs: Sequence[Any], kwargs: dict[str, Any]) -> Any:
    """What a ufunc, or one of its methods, gives for inputs with Tensors among them.

    Raises: UnsupportedError if a derivative would be lost.
    """
    out = kwargs.get("out", (None,))[0]
    if isinstance(out, np.ndarray) and not any(map(is_recorded, inputs)):
        # w.data -= lr * w.grad: nothing that could lose a gradient.
        result = getattr(ufunc, method)(*map(value_of, inputs), **kwargs)
        note(out, lambda: f"an array of shape {out.shape}", user_place())
        return result
    name = full_name(ufunc)
    if ufunc in PLAIN:
        return getattr(ufunc, method)(*map(value_of, inputs), **kwargs)
    if method != "__call__":
        return _ufunc_method(ufunc, method, inputs, kwargs)
    if kwargs and (ufunc in of_numpy or ufunc in composed):
        raise _refused(name, kwargs, "none")
    if ufunc in of_numpy:
        return recorder_of(of_numpy[ufunc])(*inputs)
    if ufunc in composed:
        return composed[ufunc](*inputs)
    raise unsupported(name)


_METHODS: dict[tuple[np.ufunc, str], Callable[..., Any]] = {
    (np.add, "reduce"): np.sum,
    (np.multiply, "reduce"): np.prod,
    (np.maximum, "reduce"): np.max,
    (np.minimum, "reduce"): np.min,
    (np.logaddexp, "reduce"): logsumexp,
    (np.add, "accumulate"): np.cumsum,
    (np.multiply, "accumulate"): np.cumprod,
}
"""The functions that a ufunc's methods are, but for their default axis, which is 0."""


def _ufunc_method(
    ufunc: np.ufunc, method: str, inputs: Sequence[Any], kwargs: dict[str, Any]
) -> Any:
    name = f"{full_name(ufunc)}.{method}"
    if method == "outer" and ufunc.signature is None:
        if kwargs:
            raise _refused(name, kwargs, "none")
        x, y = (z if hasattr(z, "ndim") else np.asarray(z) for z in inputs)
        stretched = (Ellipsis,) + (None,) * y.ndim
        return ufunc(x[stretched], y)
    if (ufunc, method) in _METHODS:
        return _METHODS[ufunc, method](*inputs, **{"axis": 0, **kwargs})
    raise unsupported(name)


def function_call(
    function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    """What a NumPy function gives for arguments with Tensors among them.

    Raises: UnsupportedError if there is no rule, or for an argument that the rule does not cover.
    """
    if function in composed:
        return _composed(function, args, kwargs)
    if function in of_numpy and not (function is np.where and len(args) == 1):
        primitive = of_numpy[function]
        operands, parameters = _operands(function, primitive, args, kwargs)
        return recorder_of(primitive)(*operands, **parameters)
    if function in PLAIN or function is np.where:  # of a condition alone, it is np.nonzero
        _check_nothing_lost(function, args, kwargs)
        return function(*map(value_of, args), **{k: value_of(v) for k, v in kwargs.items()})
    raise unsupported(full_name(function))


def _check_nothing_lost(
    function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> None:
    parameter = CARRYING.get(function)
    if parameter and is_recorded(_named(function, args, kwargs).get(parameter)):
        raise _refused(full_name(function), {parameter: None}, "plain arrays")


def _composed(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    made = composed[function]
    taken, kinds = _taken(made)
    if inspect.Parameter.VAR_POSITIONAL in kinds:
        positional, given = args, kwargs
    else:
        positional, given = (), _named(function, args, kwargs)
    if inspect.Parameter.VAR_KEYWORD in kinds:
        return made(*positional, **given)
    defaults = _defaults(function)
    refused = {
        n: v
        for n, v in given.items()
        if n not in taken and not _is_default(v, defaults.get(n, np._NoValue))
    }
    if refused:
        raise _refused(full_name(function), refused, ", ".join(taken))
    return made(*positional, **{n: v for n, v in given.items() if n in taken})


@cache
def _taken(made: Callable[..., Any]) -> tuple[tuple[str, ...], set[Any]]:
    """The names of a composition's parameters, and of which kinds they are."""
    parameters = inspect.signature(made).parameters
    return tuple(parameters), {parameter.kind for parameter in parameters.values()}


def _named(
    function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> dict[str, Any]:
    """All arguments by NumPy's names for them."""
    names = tuple(_defaults(function))
    if len(args) > len(names):
        raise _refused(
            full_name(function),
            {f"argument {i + 1}": args[i] for i in range(len(names), len(args))},
            ", ".join(names),
        )
    return dict(zip(names, args, strict=False)) | kwargs


def _operands(
    function: Callable[..., Any],
    primitive: Primitive[..., Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The operands and parameters of a primitive that a call of `function` stands for."""
    given = _bound(function, primitive, args, kwargs)
    names = list(given)
    operands = tuple(given.pop(n) for n in names[: len(primitive.operands)])
    if primitive.variadic:
        operands = tuple(operands[0])
    refused = {n: v for n, v in given.items() if n not in primitive.defaults}
    if refused:
        raise _refused(full_name(function), refused, ", ".join(primitive.defaults))
    tracked = {n: v for n, v in given.items() if is_recorded(v)}
    if tracked:
        raise _refused(full_name(function), tracked, "plain arrays")
    return operands, {n: v if type(v) in (list, tuple) else value_of(v) for n, v in given.items()}


_RENAMED = {"correction": "ddof", "newshape": "shape", "min": "a_min", "max": "a_max"}


def _bound(
    function: Callable[..., Any],
    primitive: Primitive[..., Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> dict[str, Any]:
    """The arguments by parameter name, operands first, without those that say what NumPy's default says."""
    defaults = _defaults(function)
    names = tuple(defaults)
    given = {
        _RENAMED.get(n, n)
        if _RENAMED.get(n) in (*primitive.operands, *primitive.defaults)
        else n: v
        for n, v in _named(function, args, kwargs).items()
    }
    operand_names = names[: len(primitive.operands)]
    operands = {
        n: given.pop(n, given.pop(own, None))
        for n, own in zip(operand_names, primitive.operands, strict=False)
    }
    return operands | {
        n: v
        for n, v in given.items()
        if not _is_default(v, defaults.get(n, np._NoValue))
        and (n in primitive.defaults or v is not None)
    }


def _is_default(value: Any, default: Any) -> bool:
    # Only strings are compared: an array's == would answer element by element.
    return value is default or (isinstance(value, str) and value == default)


# What is written in C tells nothing about its parameters in older NumPys.
_WITHOUT_SIGNATURE: dict[Callable[..., Any], dict[str, Any]] = {
    np.concatenate: {
        "arrays": inspect.Parameter.empty,
        **{"axis": 0, "out": None, "dtype": None, "casting": "same_kind"},
    },
    np.bincount: {"x": inspect.Parameter.empty, "weights": None, "minlength": 0},
    np.dot: {"a": inspect.Parameter.empty, "b": inspect.Parameter.empty, "out": None},
    np.inner: dict.fromkeys(("a", "b"), inspect.Parameter.empty),
    np.vdot: dict.fromkeys(("a", "b"), inspect.Parameter.empty),
    np.where: dict.fromkeys(("condition", "x", "y"), inspect.Parameter.empty),
}


@cache
def _defaults(function: Callable[..., Any]) -> dict[str, Any]:
    """NumPy's parameters in order, with their defaults."""
    if function in _WITHOUT_SIGNATURE:
        return _WITHOUT_SIGNATURE[function]
    parameters = inspect.signature(function).parameters
    return {name: parameter.default for name, parameter in parameters.items()}


def unsupported(name: str) -> UnsupportedError:
    """The error for a function without a rule: what it is called, why, and the ways out."""
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


def _refused(name: str, arguments: dict[str, Any], supported: str) -> UnsupportedError:
    return UnsupportedError(
        f"{name}: {', '.join(f'{n}=' for n in arguments)} can't be used with Tensors "
        f"(supported: {supported or 'none'}): a derivative can't flow through it. "
        f"Leave it out, or call it with t.detach().numpy()"
    )
