"""What happens when a NumPy function meets a Tensor.

    a function that a primitive stands for    is that primitive
    one that has no derivative (PLAIN)        runs on the values and gives plain arrays
    any other                                 raises UnsupportedError: never detached in silence

NumPy asks through `__array_ufunc__` (NEP 13) and `__array_function__` (NEP 18).
"""

import inspect
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from .errors import UnsupportedError
from .ops.linalg import einsum
from .primitive import Primitive, of_numpy

PLAIN: frozenset[Callable[..., Any]] = frozenset(
    {
        *(np.equal, np.not_equal, np.less, np.less_equal, np.greater, np.greater_equal),
        *(np.logical_and, np.logical_or, np.logical_not, np.logical_xor),
        *(np.isnan, np.isinf, np.isfinite, np.signbit, np.isclose, np.allclose, np.array_equal),
        *(np.all, np.any, np.count_nonzero, np.nonzero, np.flatnonzero, np.argwhere),
        *(np.argmax, np.argmin, np.argsort, np.searchsorted, np.digitize, np.bincount),
        *(np.shape, np.ndim, np.size, np.zeros_like, np.ones_like, np.empty_like, np.full_like),
        *(np.array_repr, np.array_str, np.array2string, np.result_type, np.can_cast),
        *(np.shares_memory, np.may_share_memory, np.iscomplexobj, np.isrealobj),
    }
)
"""Functions whose result does not depend on the values, or only in steps: no derivative is lost."""


def refuse_unless_plain(ufunc: np.ufunc, method: str, kwargs: dict[str, Any]) -> None:
    """Raise UnsupportedError unless `ufunc` is called as a function that gives plain arrays.

    What is refused: a ufunc without a rule, a method such as np.add.reduce, and for a ufunc with
    a rule the keyword arguments such as out= and where=.
    """
    name = f"numpy.{ufunc.__name__}"
    if method != "__call__":
        raise unsupported(f"{name}.{method}")
    if ufunc in of_numpy:
        raise _refused(name, kwargs, "none")
    if ufunc not in PLAIN:
        raise unsupported(name)


def function_call(
    function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[Primitive[..., Any], tuple[Any, ...], dict[str, Any]] | None:
    """The primitive, operands and parameters that a call of `function` stands for; None if it is plain.

    Raises: UnsupportedError if there is no rule, or for an argument that the rule does not cover.
    """
    if function is np.einsum:
        subscripts, *arrays = args
        if not isinstance(subscripts, str):
            raise UnsupportedError("numpy.einsum: give the subscripts as a string, 'ij,jk->ik'")
        kwargs.pop("optimize", None)  # chooses the order of products, not the result
        if kwargs:
            raise _refused("numpy.einsum", kwargs, "subscripts and operands")
        return einsum, tuple(arrays), {"subscripts": subscripts}
    if function is np.where and len(args) < 3:
        return None  # np.where(condition) is np.nonzero
    primitive = of_numpy.get(function)
    if primitive is None:
        if function in PLAIN:
            return None
        raise unsupported(f"{function.__module__}.{function.__name__}")
    name = f"numpy.{function.__name__}"
    given = _bound(function, primitive, args, kwargs)
    names = list(given)
    operands = tuple(given.pop(n) for n in names[: len(primitive.operands)])
    if primitive.variadic:
        operands = tuple(operands[0])
    refused = {n: v for n, v in given.items() if n not in primitive.defaults}
    if refused:
        raise _refused(name, refused, ", ".join(primitive.defaults))
    return primitive, operands, given


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
    if len(args) > len(names):
        raise _refused(
            f"numpy.{function.__name__}",
            {f"argument {i + 1}": args[i] for i in range(len(names), len(args))},
            ", ".join(names),
        )
    given = dict(zip(names, args, strict=False)) | kwargs
    given = {
        _RENAMED.get(n, n)
        if _RENAMED.get(n) in (*primitive.operands, *primitive.defaults)
        else n: v
        for n, v in given.items()
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
    np.dot: {"a": inspect.Parameter.empty, "b": inspect.Parameter.empty, "out": None},
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
    """The error for a function without a rule: what it is called, and the ways out."""
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
