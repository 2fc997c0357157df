"""`Table`: columns as they were read, before anything is learnt from them; and the errors that name a cell.

Every source of tables gives one, whatever it reads: CSV, Parquet, SQL, a data frame. A column is one of three
things: float64 with NaN where there is a gap, objects that are text or None, or datetime64 with NaT.
"""

import math
import numbers
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import DataError

Mask = NDArray[np.bool_]

_GAPS = ("NAType", "NaTType")
"""The types of pandas' own marks for a gap."""

_SHOWN = 3
"""How many faulty cells an error names; it counts all of them."""


def row_of(index: int) -> str:
    """Where a row is, for a source that has no lines."""
    return f"row {index}"


@dataclass(frozen=True, eq=False, repr=False)
class Table:
    """Columns of equal length, by name.

    `where(i)` says where row i is in the source, such as "line 7".
    """

    source: str
    columns: Mapping[str, NDArray[Any]]
    where: Callable[[int], str] = row_of

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), ()))

    def __repr__(self) -> str:
        return f"Table({self.source}: {len(self)} rows, {', '.join(self.columns)})"

    def column(self, name: str) -> NDArray[Any]:
        """One column.

        Raises: DataError that lists the columns there are.
        """
        if name in self.columns:
            return self.columns[name]
        alike = [other for other in self.columns if other.strip().lower() == name.strip().lower()]
        advice = f"; is {alike[0]!r} meant?" if alike else ""
        raise DataError(
            f"{self.source} has no column {name!r}, but {', '.join(map(repr, self.columns))}{advice}"
        )

    def rows(self, kept: Mask) -> "Table":
        """The rows where `kept` is True; they keep their places in the source."""
        origin = np.flatnonzero(kept)
        columns = {name: column[kept] for name, column in self.columns.items()}
        return Table(self.source, columns, lambda i: self.where(int(origin[i])))

    def refuse(self, wrong: Mapping[str, Mask], fault: str, advice: str) -> None:
        """Raise DataError if any cell is wrong: it counts rows and columns, and names the first cells."""
        columns = {name: mask for name, mask in wrong.items() if mask.any()}
        if not columns:
            return
        rows = np.flatnonzero(np.logical_or.reduce(list(columns.values())))
        cells = [(i, name) for i in rows[:_SHOWN] for name, mask in columns.items() if mask[i]]
        named = "; ".join(
            f"{self.where(int(i))}, column {name!r}{_value(self.columns[name][i])}"
            for i, name in cells[:_SHOWN]
        )
        counts = ", ".join(f"{name!r} ({mask.sum()})" for name, mask in columns.items())
        raise DataError(
            f"{self.source}: {plural(len(rows), 'row')} of {len(self)} "
            f"{'has' if len(rows) == 1 else 'have'} {fault}, in {plural(len(columns), 'column')}: {counts}. "
            f"{'The first' if len(rows) > 1 else 'It is'}: {named}. {advice}"
        )


def plural(count: int, noun: str) -> str:
    """1 row, 2 rows."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _value(value: Any) -> str:
    return "" if is_gap(value) else f": {str(value) if isinstance(value, float) else repr(value)}"


def is_gap(value: Any) -> bool:
    """Whether a cell is empty: None, NaN, or pandas' own marks."""
    return (
        value is None
        or (isinstance(value, (float, np.floating)) and math.isnan(value))
        or (isinstance(value, (np.datetime64, np.timedelta64)) and bool(np.isnat(value)))
        or type(value).__name__ in _GAPS
    )


def column_of(source: str, name: str, values: Any) -> NDArray[Any]:
    """Values of any kind as one of the three kinds of columns.

    Raises: DataError for lengths of time, bytes, complex numbers and nested values.
    """
    array = values if isinstance(values, np.ndarray) else _objects(values)
    kind = array.dtype.kind
    if array.ndim != 1:
        raise DataError(f"{source}: column {name!r} has the shape {array.shape}: a column is (m,)")
    if kind in "fiub":
        return array.astype(np.float64)
    if kind in "UT":
        return array.astype(object)
    if kind == "M":
        return array
    if kind == "O":
        return _of_objects(source, name, array)
    raise DataError(
        f"{source}: column {name!r} has dtype {array.dtype}: a table has numbers, text and dates. Convert "
        f"it to numbers, or leave it out, leave_out=[{name!r}]"
    )


def _objects(values: Sequence[Any]) -> NDArray[Any]:
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def _of_objects(source: str, name: str, array: NDArray[Any]) -> NDArray[Any]:
    """Python's objects: all numbers, all dates, or text."""
    gaps = np.fromiter(map(is_gap, array), dtype=bool, count=len(array))
    kinds = {type(value) for value in array[~gaps]}
    if all(issubclass(k, (numbers.Real, Decimal, np.bool_)) for k in kinds):
        out = np.full(len(array), np.nan)
        out[~gaps] = array[~gaps].astype(np.float64)
        return out
    if all(issubclass(k, (date, datetime, np.datetime64)) for k in kinds):
        dates = np.full(len(array), np.datetime64("NaT"), dtype="datetime64[us]")
        dates[~gaps] = [_without_zone(value) for value in array[~gaps]]
        return dates
    out = array.copy()
    out[gaps] = None
    if kinds == {str}:  # the usual case, and by far the fastest
        return out
    for i in np.flatnonzero(~gaps):
        value = array[i]
        if not isinstance(value, (str, numbers.Real, Decimal, np.bool_, date)):
            raise DataError(
                f"{source}: row {i}, column {name!r} has a value of type {type(value).__name__}: a table "
                f"has numbers, text and dates. Leave the column out, leave_out=[{name!r}]"
            )
        out[i] = value if isinstance(value, str) else as_text(value)
    return out


def _without_zone(value: Any) -> np.datetime64:
    """A date as NumPy has it: in UTC where it has a zone."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        from datetime import timezone

        value = value.astimezone(timezone.utc).replace(tzinfo=None)
    return np.datetime64(value, "us")


def as_text(value: Any) -> str:
    """A value as the name of a category; whole numbers have no point."""
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        return str(int(value))
    return str(value)


def gaps_in(column: NDArray[Any]) -> Mask:
    """Where a column is empty."""
    if column.dtype.kind == "f":
        return np.isnan(column)
    if column.dtype.kind == "M":
        return np.isnat(column)
    return np.fromiter((value is None for value in column), dtype=bool, count=len(column))


def as_numbers(column: NDArray[Any]) -> tuple[NDArray[np.float64], Mask]:
    """A column of numbers or text as float64, with NaN in gaps; and where a value is no finite number."""
    if column.dtype.kind == "f":
        return column, np.isinf(column)
    if column.dtype.kind == "M":
        return np.full(len(column), np.nan), ~np.isnat(column)
    out, wrong = np.full(len(column), np.nan), np.zeros(len(column), dtype=bool)
    for i, value in enumerate(column):
        if value is not None:
            try:
                out[i] = float(value)
            except ValueError:
                wrong[i] = True
    wrong |= ~np.isfinite(out) & ~gaps_in(column)
    return out, wrong


def as_categories(column: NDArray[Any]) -> NDArray[Any]:
    """A column as text, with None in gaps."""
    if column.dtype.kind == "O":
        return column
    out = np.full(len(column), None, dtype=object)
    for i in np.flatnonzero(~gaps_in(column)):
        out[i] = as_text(column[i])
    return out
