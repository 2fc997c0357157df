"""Tables from what is in memory: data frames of pandas, polars and others; rows; columns."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..errors import DataError
from .table import Table, column_of


def table_of_frame(frame: Any, source: str = "the data frame") -> Table:
    """A data frame as a table: it has `columns`, and frame[name] has `to_numpy`.

    Raises: DataError for anything else, for two columns of one name and for no rows.
    """
    if not is_frame(frame):
        raise DataError(
            f"{source} is of type {type(frame).__name__}: give a data frame, of pandas or polars, for example"
        )
    names = list(frame.columns)
    check_names(source, list(map(str, names)))
    columns = {str(name): column_of(source, str(name), _values(frame[name])) for name in names}
    return with_rows(Table(source, columns))


def _values(column: Any) -> Any:
    """A column as an array: pandas' missing values become its own marks, polars' become None or NaN."""
    values = column.to_numpy()
    zone = getattr(values, "dtype", None)
    return values if isinstance(zone, np.dtype) else np.asarray(values)


def is_frame(rows: Any) -> bool:
    """Whether it is a data frame, whichever library's."""
    return hasattr(rows, "columns") and hasattr(rows, "to_numpy") and np.ndim(rows.columns) == 1


def is_row(row: Any) -> bool:
    """Whether it is one row of a data frame of pandas, with the names of its columns."""
    return hasattr(row, "to_dict") and hasattr(row, "index") and np.ndim(row) == 1


def table_of_rows(rows: Any, names: Sequence[str]) -> Table:
    """Raw rows, in whichever form, as a table with these columns; further ones are left as they are.

    Raises: DataError for rows of another length, and for no rows.
    """
    source = "the rows"
    if isinstance(rows, Table):
        return with_rows(rows)
    if is_frame(rows):
        return table_of_frame(rows, source)
    if isinstance(rows, Mapping):
        if rows and all(_is_one(value) for value in rows.values()):
            return table_of_rows([rows], names)  # one row
        columns = {
            str(k): column_of(source, str(k), _listed(source, str(k), v)) for k, v in rows.items()
        }
        lengths = {name: len(column) for name, column in columns.items()}
        if len(set(lengths.values())) > 1:
            raise DataError(f"the columns differ in their number of rows: {lengths}")
        return with_rows(Table(source, columns))
    if is_row(rows):
        return table_of_rows([rows.to_dict()], names)
    if isinstance(rows, str) or not hasattr(rows, "__len__"):
        raise DataError(
            f"{source} are of type {type(rows).__name__}: give a data frame, a dictionary of columns, or a "
            f"list of rows"
        )
    listed = list(rows)
    if listed and all(isinstance(row, Mapping) for row in listed):
        for i, row in enumerate(listed):
            lacking = [name for name in names if name not in row]
            if lacking:
                raise DataError(
                    f"row {i} has no {lacking[0]!r}: its keys are {', '.join(map(repr, row))}"
                )
        return with_rows(
            Table(source, {n: column_of(source, n, [row[n] for row in listed]) for n in names})
        )
    for i, row in enumerate(listed):
        if np.ndim(row) != 1 or len(row) != len(names):
            raise DataError(
                f"row {i} has {f'the shape {np.shape(row)}' if np.ndim(row) != 1 else f'{len(row)} values'}, "
                f"and there are {len(names)} columns: {', '.join(map(repr, names))}"
            )
    return with_rows(
        Table(
            source, {n: column_of(source, n, [r[i] for r in listed]) for i, n in enumerate(names)}
        )
    )


def _is_one(value: Any) -> bool:
    """Whether it is a value of one row, and no column."""
    return isinstance(value, (str, bytes)) or not hasattr(value, "__len__") or np.ndim(value) == 0


def _listed(source: str, name: str, values: Any) -> Any:
    if _is_one(values):
        raise DataError(
            f"{source}: column {name!r} is {values!r:.60}, and others have many values: give a list of "
            f"values for each column, or a list of rows"
        )
    return values if isinstance(values, np.ndarray) else list(values)


def check_names(source: str, names: Sequence[str]) -> None:
    """Raise DataError for two columns of one name, and for a column without one."""
    for i, name in enumerate(names):
        if not name.strip():
            raise DataError(f"{source}: column {i + 1} of {len(names)} has no name: give it one")
        if name in names[:i]:
            raise DataError(
                f"{source} has two columns {name!r}, number {names.index(name) + 1} and "
                f"{i + 1}: rename one"
            )


def with_rows(table: Table) -> Table:
    """The table.

    Raises: DataError if it has no rows.
    """
    if not len(table):
        raise DataError(f"{table.source} has no rows")
    return table
