"""Tables of your own as data sets: `from_csv`, `from_parquet`, `from_sql`, `from_frame`.

    table = from_csv("houses.csv", target="price", missing="mean")
    table.x_train, table.preparation.apply(new_rows)

All take the options of `TableOptions`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .csv_files import read_csv
from .databases import read_sql
from .datasets import Dataset
from .frames import table_of_frame
from .learning import Options, TableOptions, dataset_of
from .parquet_files import read_parquet

if TYPE_CHECKING:
    from typing_extensions import Unpack


def from_csv(
    path: str | Path,
    *,
    target: str,
    separator: str = ",",
    decimal: str = ".",
    thousands: str | None = None,
    encoding: str = "utf-8",
    quote: str = '"',
    missing_words: Sequence[str] = (),
    **options: Unpack[TableOptions],
) -> Dataset:
    """A CSV file as a data set. The first line has the names of the columns; .gz, .bz2 and .xz are unpacked.

    `missing_words` are gaps, beside those that pandas knows, such as "", "NA" and "null". `decimal=","` reads
    3,5 and `thousands="."` reads 1.000. For the `options` see `TableOptions`.

    Raises: DataError, with line, column and value and the number of rows, for gaps that are to be refused,
    for values that are no numbers in a column of numbers, and for lines with more or fewer values than the
    header; for another encoding or separator, a column that is not there, and a split that leaves a part
    empty. MissingExtraError without pandas.
    """
    chosen = Options(target, **options)
    table = read_csv(
        path,
        separator=separator,
        decimal=decimal,
        thousands=thousands,
        encoding=encoding,
        quote=quote,
        missing_words=missing_words,
    )
    return dataset_of(table, chosen)


def from_parquet(path: str | Path, *, target: str, **options: Unpack[TableOptions]) -> Dataset:
    """A Parquet file as a data set. For the `options` see `TableOptions`.

    Raises: DataError, with row, column and value, as `from_csv`; MissingExtraError without pyarrow.
    """
    chosen = Options(target, **options)
    return dataset_of(read_parquet(path), chosen)


def from_frame(frame: Any, *, target: str, **options: Unpack[TableOptions]) -> Dataset:
    """A data frame of pandas, polars, or another library like them. For the `options` see `TableOptions`.

    Raises: DataError, with row, column and value, as `from_csv`. Rows count from 0, by position.
    """
    chosen = Options(target, **options)
    return dataset_of(table_of_frame(frame), chosen)


def from_sql(
    connection: Any,
    query: str,
    params: Sequence[Any] | Mapping[str, Any] | None = None,
    *,
    target: str,
    **options: Unpack[TableOptions],
) -> Dataset:
    """The result of a query as a data set. For the `options` see `TableOptions`.

        from_sql("plants.db", "SELECT * FROM plants WHERE year > ? ORDER BY id", (2020,), target="kind")

    `connection` is one of any driver with Python's database interface, such as sqlite3 or psycopg, and stays
    open; or the path of an SQLite file, which is only read. `params` go to the driver, which writes them in
    the query's places, ? or %s: never write values into the text of a query.

    The order of rows decides which are for testing, and without ORDER BY a database may give another one each
    time: then the same seed is another split.

    Raises: DataError, with row, column and value, as `from_csv`, and with the database's own message if it
    refuses the query.
    """
    chosen = Options(target, **options)
    return dataset_of(read_sql(connection, query, params), chosen)
