"""What DATA means on the command line: a table, or pictures."""

import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import numpy as np
from numpy.typing import NDArray

from ..data.csv_files import read_csv
from ..data.databases import read_sql
from ..data.datasets import Dataset
from ..data.extras import needed
from ..data.h5_files import from_h5
from ..data.learning import Options, dataset_of
from ..data.parquet_files import read_parquet
from ..data.picture_folders import from_images, picture_files
from ..data.table import Table
from ..errors import DataError

STANDARD_INPUT = "-"

_CSV = (".csv", ".tsv", ".txt", ".csv.gz", ".csv.bz2", ".csv.xz")
_NAMES = (
    ".csv, .parquet, .npz, two .npy, one or two .h5, a folder of pictures, sqlite:FILE?table=NAME, or "
    "postgresql://…?query=SELECT…"
)


def is_table(data: Sequence[str]) -> bool:
    """Whether these are rows of a table, and not pictures."""
    first = data[0]
    return not (Path(first).is_dir() or first.endswith((".h5", ".hdf5")))


def dataset(data: Sequence[str], options: dict[str, Any]) -> Dataset:
    """A data set, split and prepared; `options` are those of the command `train`.

    Raises: DataError for what can't be read, and for a target that is missing or too much.
    """
    target = options["target"]
    if is_table(data):
        table = read_table(data)
        if target is None:
            if not _has_arrays(data):
                raise DataError(
                    f"{table.source}: say what is to be predicted, --target COLUMN. There are "
                    f"{', '.join(map(repr, table.columns))}"
                )
            target = "y"
        chosen = {
            k: options[k] for k in ("missing", "leave_out", "categories", "groups", "time", "seed")
        }
        return dataset_of(table, Options(target, **chosen))
    if target is not None:
        raise DataError(f"{data[0]} has pictures, whose classes are the target: leave --target out")
    if Path(data[0]).is_dir():
        _check_one(data)
        size = options["size"]
        unreadable = "skip" if options["skip_unreadable"] else "refuse"
        return from_images(data[0], size=(size, size), unreadable=unreadable, seed=options["seed"])
    if len(data) > 2:
        raise DataError(
            f"{len(data)} .h5 files are given: give one, or a pair for training and testing"
        )
    return from_h5(*data, seed=options["seed"])


def read_table(data: Sequence[str]) -> Table:
    """All rows of a table.

    Raises: DataError; MissingExtraError.
    """
    first = data[0]
    if _has_arrays(data):
        return _of_arrays(data)
    _check_one(data)
    if first == STANDARD_INPUT:
        return _from_standard_input()
    scheme, colon, rest = first.partition(":")
    if colon and scheme in ("sqlite", "postgresql", "postgres"):
        return _from_database(scheme, rest, first)
    if not Path(first).exists():
        raise DataError(f"the file {first!r} does not exist")
    if first.endswith(".parquet"):
        return read_parquet(first)
    if first.endswith(_CSV):
        return read_csv(first, separator="\t" if first.endswith(".tsv") else ",")
    raise DataError(f"{first!r} is nothing that can be read: give {_NAMES}")


def pictures(data: Sequence[str]) -> list[Path]:
    """The files of pictures: given one by one, or all of a folder.

    Raises: DataError.
    """
    files: list[Path] = []
    for name in data:
        path = Path(name)
        if path.is_dir():
            suffixes = needed("PIL.Image", "images", "reading pictures").registered_extensions()
            files += sorted(p for p in path.rglob("*") if p.suffix.lower() in suffixes)
        elif path.exists():
            files.append(path)
        else:
            raise DataError(f"the file {name!r} does not exist")
    if not files:
        raise DataError(f"there are no pictures in {', '.join(data)}")
    return files


def labelled_pictures(
    folder: str, class_names: Sequence[str]
) -> tuple[list[Path], NDArray[np.int64]]:
    """The pictures of a folder with a folder per class, and the indices of the classes that training had.

    Raises: DataError for a class that training had not.
    """
    names, files, labels, _ = picture_files(folder)
    unknown = [name for name in names if name not in class_names]
    if unknown:
        raise DataError(
            f"{folder} has the class {unknown[0]!r}, and the network knows "
            f"{', '.join(map(repr, class_names))}"
        )
    places = np.array([list(class_names).index(name) for name in names])
    return files, places[labels]


def _check_one(data: Sequence[str]) -> None:
    if len(data) > 1:
        raise DataError(f"{len(data)} sources are given, {', '.join(data)}: give one")


def _from_standard_input() -> Table:
    folder = tempfile.TemporaryDirectory()
    file = Path(folder.name) / "standard input"
    file.write_bytes(sys.stdin.buffer.read())
    table = read_csv(file)

    def where(row: int, needed: Any = folder) -> str:  # the file is read again to count its lines
        return table.where(row)

    return replace(table, where=where)


# --- databases -----------------------------------------------------------------------------------


def _from_database(scheme: str, rest: str, whole: str) -> Table:
    address, _, asked = rest.partition("?")
    wanted = parse_qs(asked, keep_blank_values=True)
    given = [name for name in ("table", "query") if name in wanted]
    if len(given) != 1:
        raise DataError(
            f"{scheme}:…: say what is read: {scheme}:{'FILE' if scheme == 'sqlite' else '//…'}?table=NAME, "
            f"or ?query=SELECT…"
        )
    value = wanted[given[0]][0]
    query = value if given == ["query"] else f'SELECT * FROM "{_checked_name(value)}"'
    if scheme == "sqlite":
        return replace(read_sql(Path(address), query), source=whole)
    others = {name: texts for name, texts in wanted.items() if name not in given}
    settings = "&".join(f"{name}={text}" for name, texts in others.items() for text in texts)
    with _postgresql(f"postgresql:{address}{'?' if settings else ''}{settings}") as connection:
        return read_sql(connection, query)


def _checked_name(table: str) -> str:
    if '"' in table or not table:
        raise DataError(f"table={table!r} is no name of a table")
    return table


@contextmanager
def _postgresql(address: str) -> Iterator[Any]:
    psycopg = needed("psycopg", "postgresql", "reading PostgreSQL")
    try:
        connection = psycopg.connect(address)
    except psycopg.Error as error:
        raise DataError(f"the database can't be reached: {error}") from None
    with closing(connection):
        yield connection


# --- arrays --------------------------------------------------------------------------------------


def _has_arrays(data: Sequence[str]) -> bool:
    return data[0].endswith((".npz", ".npy"))


def _of_arrays(data: Sequence[str]) -> Table:
    """Columns x0, x1, … and, if it is there, y.

    Raises: DataError.
    """
    for name in data:
        if not Path(name).is_file():
            raise DataError(f"the file {name!r} does not exist")
    try:
        if data[0].endswith(".npz"):
            _check_one(data)
            with np.load(data[0], allow_pickle=False) as file:
                arrays = {key: file[key] for key in file.files}
            x = next((arrays[key] for key in ("x", "X", "x_train") if key in arrays), None)
            y = next((arrays[key] for key in ("y", "Y", "y_train") if key in arrays), None)
            if x is None:
                raise DataError(f"{data[0]} has no array x, but {', '.join(arrays) or 'nothing'}")
        else:
            x, *others = (np.load(name, allow_pickle=False) for name in data)
            if len(others) > 1:
                raise DataError(f"{len(data)} .npy files are given: give x.npy and y.npy")
            y = others[0] if others else None
    except (OSError, ValueError, EOFError) as error:
        raise DataError(f"{data[0]} is no file of NumPy without Python objects: {error}") from None
    if x.ndim != 2 or (y is not None and y.shape not in ((len(x),), (len(x), 1))):
        shapes = f"x has shape {x.shape}" + ("" if y is None else f" and y {y.shape}")
        raise DataError(f"{data[0]}: {shapes}: they must be (m, n) and (m,)")
    columns = {f"x{i}": column for i, column in enumerate(x.T)}
    return Table(data[0], columns if y is None else {**columns, "y": y.ravel()})
