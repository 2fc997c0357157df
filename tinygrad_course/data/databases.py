"""Reading SQL: any connection with Python's database interface (DB-API, PEP 249); a path is an SQLite file.

Only what the interface promises is used: `cursor`, `execute`, `description`, `fetchmany`, `close`. So SQLite,
PostgreSQL (psycopg), MySQL and others work alike. How parameters are written in the query is the driver's
affair: ? for sqlite3, %s for psycopg.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import DataError
from .frames import check_names, with_rows
from .table import Table, as_categories, column_of, gaps_in

_ROWS_AT_A_TIME = 10_000
"""As Python objects a row takes ten times the memory of its numbers: so only a part of them is."""


def read_sql(
    connection: Any, query: str, params: Sequence[Any] | Mapping[str, Any] | None = None
) -> Table:
    """The result of a query as a table, see `from_sql`."""
    source = "the query"
    with connected(connection) as open_connection, cursor_of(open_connection) as cursor:
        names = run_query(cursor, query, params)
        check_names(source, names)
        parts: list[list[NDArray[Any]]] = [[] for _ in names]
        while rows := _fetched(cursor):
            for name, part, values in zip(names, parts, zip(*rows, strict=True), strict=True):
                part.append(column_of(source, name, values))
    columns = {
        name: _joined(part) if part else np.empty(0)
        for name, part in zip(names, parts, strict=True)
    }
    return with_rows(Table(source, columns))


@contextmanager
def connected(connection: Any) -> Iterator[Any]:
    """The connection; or that to an SQLite file, which is opened for reading only, and closed.

    Raises: DataError for a file that is not there, and for what is no connection.
    """
    if not isinstance(connection, (str, Path)):
        if not hasattr(connection, "cursor"):
            raise DataError(
                f"the connection is of type {type(connection).__name__}: give one of a database driver, such "
                f"as sqlite3.connect('data.db') or psycopg.connect('dbname=…'), or the path of an SQLite file"
            )
        yield connection
        return
    import sqlite3  # where it is used: some builds of Python come without it

    path = Path(connection)
    if "://" in str(connection):
        raise DataError(
            f"{_without_password(str(connection))!r} is an address, not a path: give a connection, such as "
            f"psycopg.connect(address)"
        )
    if not path.is_file():
        raise DataError(f"the file {str(path)!r} does not exist")
    uri = path.absolute().as_uri() + "?mode=ro"
    with closing(sqlite3.connect(uri, uri=True)) as database:
        yield database


def _without_password(address: str) -> str:
    scheme, _, rest = address.partition("://")
    return f"{scheme}://…@{rest.rpartition('@')[2]}" if "@" in rest else address


@contextmanager
def cursor_of(connection: Any) -> Iterator[Any]:
    """A cursor, closed at the end."""
    with closing(connection.cursor()) as cursor:
        yield cursor


def run_query(
    cursor: Any, query: str, params: Sequence[Any] | Mapping[str, Any] | None
) -> list[str]:
    """Run a query; the names of the columns of its result.

    Raises: DataError with the database's own message; or for a statement that gives no rows.
    """
    try:
        if params is None:
            cursor.execute(query)
        else:
            cursor.execute(query, params)
    except Exception as error:  # each driver has its own
        raise DataError(
            f"the database refused the query: {type(error).__name__}, {error}. The query: {query}"
        ) from error
    if not cursor.description:
        raise DataError(f"the statement gives no rows: give a SELECT. The statement: {query}")
    return [column[0] for column in cursor.description]


def _fetched(cursor: Any) -> list[Any]:
    try:
        rows = cursor.fetchmany(_ROWS_AT_A_TIME)
    except Exception as error:
        raise DataError(
            f"the database failed while rows were read: {type(error).__name__}, {error}"
        ) from error
    return [*rows]


def _joined(parts: list[NDArray[Any]]) -> NDArray[Any]:
    """Parts of a column, as one: a part without a value says nothing about its kind."""
    kinds = {part.dtype.kind for part in parts if not gaps_in(part).all()}
    if len(kinds) > 1 or kinds == {"O"}:
        return np.concatenate([as_categories(part) for part in parts])
    if kinds == {"M"}:
        empty = np.datetime64("NaT")
        return np.concatenate(
            [p if p.dtype.kind == "M" else np.full(len(p), empty, "M8[us]") for p in parts]
        )
    return np.concatenate(parts)
