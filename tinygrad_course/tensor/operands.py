"""Which operands a tensor can be combined with: real numbers that compute as NumPy's arrays do."""

from functools import cache
from typing import Any

import numpy as np
from numpy import ndarray

from ..errors import DtypeError, UnsupportedError

SCALARS = (int, float, bool)
"""Python's numbers. They are not converted, since they don't change the dtype of an array (NEP 50)."""

_WAYS_TO_COMPUTE = [
    "__array_ufunc__",
    "__array_function__",
    "__add__",
    "__sub__",
    "__mul__",
    "__truediv__",
    "__floordiv__",
    "__mod__",
    "__pow__",
    "__matmul__",
]


ALSO_PLAIN: "set[type[ndarray[Any, Any]]]" = set()
"""Subclasses that override arithmetic without changing its results, such as `DataView`."""


def array_like(operand: Any) -> Any:
    """Arrays of any kind and scalars as they are; lists and the like as NumPy arrays.

    Raises: DtypeError for anything but real numbers: complex ones, objects, text, dates;
    UnsupportedError for an array with arithmetic of its own, such as a masked one.
    """
    kind = operand.__class__
    if kind is ndarray:
        array = operand
    elif operand is None or kind in SCALARS:
        return operand
    elif hasattr(operand, "__array_ufunc__"):
        array = as_plain(operand)
    else:
        array = np.asarray(operand)
    dtype = getattr(array, "dtype", None)
    if dtype is not None and dtype.kind not in "fiub":
        raise DtypeError(
            f"tensors hold real numbers or booleans, and an operand is {dtype}"
            + (": take .real, .imag or np.abs" if dtype.kind == "c" else "")
        )
    return array


def as_plain(array: Any) -> Any:
    """An instance of a subclass of ndarray, such as a memory map, as a plain array.

    An array that is no ndarray, but implements NumPy's protocols, is returned as it is.

    Raises: UnsupportedError for a subclass with arithmetic of its own, such as masked arrays, matrices and
    arrays with units, for which derivative rules would be wrong.
    """
    kind: Any = array.__class__
    if kind is ndarray or not isinstance(array, ndarray):
        return array
    if not _computes_like_an_array(kind):
        raise UnsupportedError(
            f"{kind.__name__} has arithmetic of its own, for which derivative rules would be wrong: "
            f"{_way_out(array)}"
        )
    return array.view(ndarray)


@cache
def _computes_like_an_array(kind: Any) -> bool:
    return kind in ALSO_PLAIN or all(
        getattr(kind, name) is getattr(ndarray, name) for name in _WAYS_TO_COMPUTE
    )


def _way_out(array: "ndarray[Any, Any]") -> str:
    if isinstance(array, np.ma.MaskedArray):
        return (
            "give its numbers, m.filled(0), and leave the others out with np.where(m.mask, 0, x) "
            "or x[~m.mask]"
        )
    if isinstance(array, np.matrix):
        return "give np.asarray(m), and write @ where * means the product of matrices"
    return "give its numbers, np.asarray(a)"
