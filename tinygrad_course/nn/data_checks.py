"""Data from outside, before a model sees them: rows of finite numbers, or an error that says where not."""

import numbers
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import DataError, DtypeError, UnsupportedError
from ..tensor import Tensor
from ..tensor.operands import as_array
from .module import Module

_ELEMENTS_AT_A_TIME = 2**20
"""Larger arrays are checked in parts, so that checking needs no memory that grows with them."""


def checked_inputs(name: str, x: Any, model: Module) -> NDArray[Any]:
    """`x` in the dtype of the model's parameters; a memory map stays as it is, and its batches are converted.

    Raises: DataError, naming row and column, for anything but rows of finite numbers.
    """
    array = _map_that_fits(name, x, model)
    if array is None:
        array = inputs_for(model, name, x)
    if array.ndim == 0 or array.size == 0:
        raise DataError(
            f"{name} has shape {array.shape}: there must be at least one row and one column"
        )
    return array


def _map_that_fits(name: str, x: Any, model: Module) -> NDArray[Any] | None:
    """A large memory map of numbers that are finite in the model's dtype; None for anything else."""
    if not isinstance(x, np.memmap) or x.size <= _ELEMENTS_AT_A_TIME or x.dtype.kind not in "fiub":
        return None
    array = plain_array(name, x)
    with np.errstate(over="ignore"):
        fits = all(np.isfinite(in_dtype_of(model, part)).all() for part in _parts(array))
    return array if fits else None


def in_dtype_of(model: Module, x: NDArray[Any]) -> NDArray[Any]:
    """Checked inputs in the dtype of the model's parameters, if it has some; no copy if they are already."""
    return x.astype(next((p.dtype for p in model.parameters()), x.dtype), copy=False)


def inputs_for(model: Module, name: str, x: Any) -> NDArray[Any]:
    """The same for any shape, also without rows."""
    array = finite_array(name, x)
    with np.errstate(over="ignore"):
        converted = in_dtype_of(model, array)
    if converted is not array:
        too_large = "scale the columns, or give the model another dtype, dtype=np.float64"
        _check_finite(f"{name}, in the model's {converted.dtype},", x, converted, too_large)
    return converted


def checked_rows(name: str, y: Any, rows: int) -> NDArray[Any]:
    """`y` as an array of `rows` rows.

    Raises: DataError if it has another number of rows or anything but finite numbers.
    """
    array = finite_array(name, y)
    if array.shape[:1] != (rows,):
        raise DataError(
            f"{name} has shape {array.shape}, but there are {rows} rows of inputs: "
            f"every row needs one target"
        )
    return array


def finite_array(name: str, data: Any) -> NDArray[Any]:
    """`data` as a NumPy array of real numbers, all finite.

    Raises: DataError that names the row and the column of the first one that is not.
    """
    array = plain_array(name, data)
    if array.dtype.kind == "O" and not array.ndim:
        raise DataError(f"{name} is {_article(data)}, not an array: give rows of numbers")
    if array.dtype.kind == "O":
        array = _numbers_of_objects(name, data, array)
    if array.dtype.kind not in "fiub":
        raise DataError(
            f"{name} has dtype {array.dtype}{_first(data, array)}: {_as_numbers(array)}"
        )
    _check_finite(name, data, array)
    return array


def plain_array(name: str, data: Any) -> NDArray[Any]:
    """`data` as a NumPy array of any dtype.

    Raises: DataError for lists that make no array, and for what has arithmetic of its own, such as a
    masked array, whose gaps would count as numbers.
    """
    try:
        return np.asarray(data if isinstance(data, Tensor) else as_array(data))
    except DtypeError as error:
        if np.ndim(data) == 1:  # one column of a table: text may be classes
            return np.asarray(data)
        raise DataError(f"{name}: {error}") from None
    except UnsupportedError as error:
        raise DataError(f"{name}: {error}") from None
    except ValueError as error:
        raise DataError(f"{name} is no array: {error}") from None


def position(index: Sequence[Any], data: Any = None) -> str:
    """An index in words: row 7, column 2 ('age'). The column's name is that in a table, if `data` is one."""
    row, *column = (int(i) for i in index)
    if not column:
        return f"row {row}"
    names = getattr(data, "columns", None)
    named = f" ({str(names[column[0]])!r})" if names is not None and len(column) == 1 else ""
    return f"row {row}, column {', '.join(map(str, column))}{named}"


def _check_finite(name: str, data: Any, array: NDArray[Any], way_out: str = "") -> None:
    if array.dtype.kind != "f" or all(np.isfinite(part).all() for part in _parts(array)):
        return
    wrong = np.argwhere(~np.isfinite(array))
    if array.ndim == 0:
        raise DataError(f"{name} is {array}, which is no number to compute with")
    first, more = array[tuple(wrong[0])], len(wrong) - 1
    raise DataError(
        f"{name} has {first} in {position(wrong[0], data)}"
        + (f" (and {more} more such numbers)" if more else "")
        + f": {way_out or _without_gaps(data, array)}"
    )


def _parts(array: NDArray[Any]) -> Iterator[NDArray[Any]]:
    """The rows of an array in parts of a bounded size."""
    if array.size <= _ELEMENTS_AT_A_TIME:
        yield array
        return
    rows = max(1, _ELEMENTS_AT_A_TIME * len(array) // array.size)
    yield from (array[i : i + rows] for i in range(0, len(array), rows))


def _without_gaps(data: Any, array: NDArray[Any]) -> str:
    """The ways out for numbers that are not finite. What fills gaps replaces NaN alone."""
    every = f".all(axis={tuple(range(1, array.ndim)) if array.ndim > 2 else 1})"
    drop = f"drop these rows, e.g. with keep = np.isfinite(a){every if array.ndim > 1 else ''}"
    if np.isinf(array).any():
        return f"{drop}, or replace them"
    if getattr(data, "fillna", None):
        return "drop these rows, e.g. with .dropna(), or fill the gaps, e.g. with .fillna(0)"
    return f"{drop}, or fill the gaps, e.g. with np.nan_to_num(a)"


def _numbers_of_objects(name: str, data: Any, array: NDArray[Any]) -> NDArray[Any]:
    """Python objects as float64, if all are real numbers.

    Raises: DataError that names the first one that is not.
    """
    for index, value in np.ndenumerate(array):
        if value is None:
            raise DataError(
                f"{name} has None in {position(index, data)}: drop the rows with gaps, or fill them, "
                f"e.g. with np.nan_to_num(np.array(a, float)), which makes them 0"
            )
        if not isinstance(value, (numbers.Real, Decimal, np.bool_)):
            raise DataError(
                f"{name} has {value!r} in {position(index, data)}, which is no number: "
                f"{_as_numbers(array)}"
            )
    return array.astype(np.float64)


def _first(data: Any, array: NDArray[Any]) -> str:
    """Where the first element is that is no number."""
    if not array.size or not array.ndim:
        return ""
    index = next((i for i, value in np.ndenumerate(array) if not _is_a_number(value)), None)
    return "" if index is None else f", with {array[index].item()!r} in {position(index, data)}"


def _article(data: Any) -> str:
    return "None" if data is None else f"of type {type(data).__name__}"


def _is_a_number(value: Any) -> bool:
    """Whether an element of an array is a number, or text that is one."""
    if not isinstance(value, (str, bytes)):
        return False
    try:
        float(value)
    except ValueError:
        return False
    return True


def _as_numbers(array: NDArray[Any]) -> str:
    """How to make numbers of data of this dtype."""
    kind = array.dtype.kind
    if kind in "US" and all(_is_a_number(value) for value in array.flat):
        return "these are numbers written as text, so give a.astype(float)"
    if kind == "c":
        return "a model computes with real numbers, so give a.real, a.imag or np.abs(a)"
    if kind in "mM":
        unit = "a" if kind == "m" else "(a - a.min())"
        return f"a model computes with numbers, so give lengths of time, {unit} / np.timedelta64(1, 'D')"
    if kind == "V" and array.dtype.names:
        return "give its columns, numpy.lib.recfunctions.structured_to_unstructured(a)"
    if array.ndim < 2:
        return (
            "a model computes with numbers, so give one for each class: "
            "names, y = np.unique(labels, return_inverse=True)"
        )
    return (
        "a model computes with numbers. Leave the column out, or turn it into columns of 0 and 1: "
        "names, k = np.unique(column, return_inverse=True) and data.one_hot(k, len(names))"
    )
