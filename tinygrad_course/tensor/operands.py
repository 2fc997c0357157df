"""Operands from elsewhere: what may be combined with a tensor, and as what. This file alone decides it.

    numbers, lists, buffers        become NumPy arrays, or stay Python numbers
    tables: pandas, polars         become NumPy arrays; rows count by position, labels count for nothing
    arrays of other libraries      stay what they are, if they compute as NumPy's do: Dask's, CuPy's
    anything with arithmetic       is refused, with the way out: masks, units, names of axes
      of its own

Derivative rules are NumPy code. What computes in another way beside them, such as a Series that aligns
by label, would make them wrong in silence.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from numpy import ndarray

from ..errors import DtypeError, UnsupportedError

SCALARS = (int, float, bool)
"""Python's numbers. They are not converted, since they don't change the dtype of an array (NEP 50)."""

COMPUTE_LIKE_NUMPY: set[Any] = {"dask", "cupy"}
"""Arrays that stay what they are: the names of libraries, and classes."""

TABLES = {"pandas", "polars", "pyarrow"}
"""Libraries whose columns and tables are plain numbers with labels."""


def plain_array(x: Any, what: str = "an operand") -> Any:
    """`x` as what rules can compute with: an array of real numbers, or a Python number, or None.

    `what` is the name of x in messages.

    Raises: DtypeError for anything but real numbers: complex ones, objects, text, dates;
    UnsupportedError for something with arithmetic of its own, such as a masked array.
    """
    array = as_array(x)
    dtype = getattr(array, "dtype", None)
    if dtype is not None and dtype.kind not in "fiub":
        way_out = ": take .real, .imag or np.abs" if dtype.kind == "c" else ""
        raise DtypeError(f"tensors hold real numbers or booleans, and {what} is {dtype}{way_out}")
    return array


def as_array(x: Any) -> Any:
    """The same without a look at the dtype."""
    kind = x.__class__
    return x if kind is ndarray or x is None or kind in SCALARS else _treatment(kind)(x)


def plain_argument(x: Any) -> Any:
    """An argument of a function, which need not be an array: tables as arrays, also in lists.

    Raises: DtypeError for a table without numbers, UnsupportedError for what has arithmetic of its own.
    """
    if x.__class__ in (list, tuple):
        return x.__class__(map(plain_argument, x))
    treatment = _treatment(x.__class__)
    return treatment(x) if treatment in (_from_table, _refused) else x


Treatment = Callable[[Any], Any]


@cache
def _treatment(kind: Any) -> Treatment:
    """What becomes of an object of this class."""
    libraries = {base.__module__.partition(".")[0] for base in kind.__mro__}
    is_known = not COMPUTE_LIKE_NUMPY.isdisjoint({*kind.__mro__, *libraries})
    if issubclass(kind, ndarray):
        return _as_base_class if is_known or _computes_like_an_array(kind) else _refused
    if is_known or issubclass(kind, np.generic):
        return _as_it_is
    if not TABLES.isdisjoint(libraries):
        return _from_table
    if getattr(kind, "__array_ufunc__", None) or hasattr(kind, "__array_function__"):
        return _refused
    return _converted


def _as_it_is(x: Any) -> Any:
    return x


def _as_base_class(x: Any) -> Any:
    return x.view(ndarray)


def _converted(x: Any) -> Any:
    return np.asarray(x)


def _refused(x: Any) -> Any:
    raise UnsupportedError(
        f"{type(x).__name__} has arithmetic of its own, for which derivative rules would be wrong: "
        f"{_way_out(x)}"
    )


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


def _computes_like_an_array(kind: Any) -> bool:
    return all(getattr(kind, name) is getattr(ndarray, name) for name in _WAYS_TO_COMPUTE)


def _way_out(x: Any) -> str:
    if isinstance(x, np.ma.MaskedArray):
        return (
            "give its numbers, m.filled(0), and leave the others out with np.where(m.mask, 0, x) "
            "or x[~m.mask]"
        )
    if isinstance(x, np.matrix):
        return "give np.asarray(m), and write @ where * means the product of matrices"
    if hasattr(x, "magnitude"):
        return "give its numbers in a unit of your choice, such as q.magnitude"
    return "give its numbers, np.asarray(a)"


# --- tables ---------------------------------------------------------------------------------------


def _from_table(x: Any) -> Any:
    """The numbers of a column or a table, in which gaps are NaN.

    Raises: DtypeError that names the columns which hold no numbers.
    """
    array = np.asarray(x)
    if array.dtype.kind in "fiub":
        return array
    columns = _columns(x)
    wrong = {name: dtype for name, dtype in columns.items() if _kind_of(dtype) not in "fiub"}
    if wrong:
        named = ", ".join(f"{name!r} ({dtype})" for name, dtype in wrong.items())
        plural = "columns" if len(wrong) > 1 else "column"
        raise DtypeError(
            f"{type(x).__name__} has no numbers in {plural} {named}: leave out what the model shall not "
            f"see, or turn it into numbers, for example with pandas.get_dummies for categories"
        )
    # Columns of several dtypes, or of whole numbers or booleans with gaps, came as objects.
    return x.to_numpy(dtype=np.float64, na_value=np.nan) if columns else array


def _columns(x: Any) -> dict[Any, Any]:
    """The dtype of each column by its name; of a single column its own."""
    if hasattr(x, "columns"):
        return dict(zip(x.columns, x.dtypes, strict=True))
    return {getattr(x, "name", None): x.dtype} if hasattr(x, "dtype") else {}


def _kind_of(dtype: Any) -> str:
    """NumPy's letter for a dtype; O for one that is not known to hold numbers."""
    return str(getattr(dtype, "kind", "O"))
