"""Reading Parquet, through pyarrow."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..errors import DataError
from .extras import needed
from .frames import check_names, with_rows
from .table import Table, column_of


def read_parquet(path: str | Path, columns: Sequence[str] | None = None) -> Table:
    """A Parquet file as a table: all columns, or these."""
    file = open_parquet(path)
    return table_of_arrow(Path(path).name, file.read(columns=columns and list(columns)))


def open_parquet(path: str | Path) -> Any:
    """pyarrow's file.

    Raises: DataError for a file that is not there, or no Parquet; MissingExtraError.
    """
    needed("pyarrow", "tables", "reading Parquet")
    parquet = needed("pyarrow.parquet", "tables", "reading Parquet")
    if not Path(path).is_file():
        raise DataError(f"the file {str(path)!r} does not exist")
    try:
        return parquet.ParquetFile(path)
    except Exception as error:  # pyarrow has several kinds, and OSError among them
        raise DataError(f"{Path(path).name} is no Parquet file that can be read: {error}") from None


def table_of_arrow(source: str, table: Any) -> Table:
    """A table of pyarrow."""
    names = list(table.column_names)
    check_names(source, names)
    columns = {
        name: column_of(source, name, _values(table.column(i))) for i, name in enumerate(names)
    }
    return with_rows(Table(source, columns))


def _values(column: Any) -> Any:
    """A column as an array; whole numbers, truth values and text with gaps become objects."""
    kind = str(column.type)
    if kind.startswith("dictionary"):
        column = column.combine_chunks().dictionary_decode() if column.num_chunks else column
    if column.null_count and not kind.startswith(("float", "double", "timestamp", "date")):
        return column.to_pylist()
    if kind.startswith(("decimal", "list", "struct", "map", "binary", "time32", "time64")):
        return column.to_pylist()
    return column.to_numpy()
