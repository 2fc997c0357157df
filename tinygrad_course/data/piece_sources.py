"""Pieces of files and databases: HDF5, Parquet row groups, ranges of a query, files of pictures.

Each reads only its own rows. Tables and pictures are prepared by a `Preparation`, which a data set of a
part of the rows has: ``from_sql(connection, "SELECT … LIMIT 10000", target="price").preparation``.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import DataError, SettingError
from .databases import connected, read_sql
from .h5_files import dataset_in, opened
from .parquet_files import open_parquet, table_of_arrow
from .picture_folders import picture_files
from .picture_preparation import PicturePreparation
from .pictures import read_picture
from .pieces import Piece, Pieces, checked_count
from .table_preparation import TablePreparation


class H5Pieces(Pieces):
    """Two arrays of an HDF5 file, or three, with the rows' weights, as pieces of so many rows.

    With a `PicturePreparation` x is prepared; without one it is as in the file.
    """

    def __init__(
        self,
        path: str | Path,
        x: str = "train_set_x",
        y: str = "train_set_y",
        sample_weight: str | None = None,
        *,
        rows: int,
        preparation: PicturePreparation | None = None,
    ) -> None:
        self.path = Path(path)
        self.keys = [x, y] if sample_weight is None else [x, y, sample_weight]
        self.rows, self.preparation = checked_count("rows", rows), preparation
        with opened(path) as file:
            inputs, *others = (dataset_in(file, key) for key in self.keys)
            for key, array in zip(self.keys[1:], others, strict=True):
                if not inputs.shape or inputs.shape[:1] != array.shape[:1] or not len(inputs):
                    raise DataError(
                        f"{self.path.name}: {x} has shape {inputs.shape} and {key} {array.shape}: there must "
                        f"be rows, and as many in both"
                    )
            self._length = -(-len(inputs) // self.rows)

    def __len__(self) -> int:
        return self._length

    def read(self, number: int) -> Piece:
        """These rows of all arrays."""
        part = slice(number * self.rows, (number + 1) * self.rows)
        with opened(self.path) as file:
            x, *others = (np.asarray(dataset_in(file, key)[part]) for key in self.keys)
        return (x if self.preparation is None else self.preparation.apply(x)), *others


class ParquetPieces(Pieces):
    """The row groups of a Parquet file."""

    def __init__(self, path: str | Path, preparation: TablePreparation) -> None:
        self.path, self.preparation = Path(path), _of_table(preparation)
        with open_parquet(path) as file:
            self._length = file.num_row_groups

    def __len__(self) -> int:
        return self._length

    def read(self, number: int) -> Piece:
        """One row group, prepared."""
        names = [
            *(column.name for column in self.preparation.columns),
            self.preparation.target.name,
        ]
        with open_parquet(self.path) as file:
            group = file.read_row_group(number, columns=names)
        table = table_of_arrow(f"{self.path.name}, row group {number}", group)
        return self.preparation.apply_table(table), self.preparation.targets(table)


class SqlPieces(Pieces):
    """The results of one query with different parameters, such as ranges of an id.

        SqlPieces("plants.db", "SELECT * FROM plants WHERE id >= ? AND id < ? ORDER BY id",
                  [(0, 1000), (1000, 2000)], preparation)

    `connect` is the path of an SQLite file, or a function without arguments that makes a connection, which is
    closed after each piece; for other processes it has to be a function of a module. Without ORDER BY a
    database may give the rows of a piece in another order each time.
    """

    def __init__(
        self,
        connect: str | Path | Callable[[], Any],
        query: str,
        params: Sequence[Sequence[Any] | Mapping[str, Any]],
        preparation: TablePreparation,
    ) -> None:
        is_path = isinstance(connect, (str, Path))
        if not is_path and (hasattr(connect, "cursor") or not callable(connect)):
            raise SettingError(
                f"connect is of type {type(connect).__name__}: give the path of an SQLite file, or a "
                f"function that makes a connection, since a thread and other processes need their own"
            )
        self.connect, self.query = connect, query
        self.params, self.preparation = list(params), _of_table(preparation)

    def __len__(self) -> int:
        return len(self.params)

    def read(self, number: int) -> Piece:
        """The rows of these parameters, prepared."""
        if isinstance(self.connect, (str, Path)):
            with connected(self.connect) as connection:
                table = read_sql(connection, self.query, self.params[number])
        else:
            connection = self.connect()
            try:
                table = read_sql(connection, self.query, self.params[number])
            finally:
                connection.close()
        return self.preparation.apply_table(table), self.preparation.targets(table)


class ImagePieces(Pieces):
    """A folder with one folder per class, see `from_images`, as pieces of so many pictures of all classes."""

    def __init__(
        self, folder: str | Path, preparation: PicturePreparation, *, rows: int, seed: int = 0
    ) -> None:
        from .split import permutation

        names, files, labels, _ = picture_files(folder)
        if names != preparation.class_names:
            raise DataError(
                f"the folder {str(folder)!r} has the classes {', '.join(names)}, and the preparation "
                f"{', '.join(preparation.class_names)}"
            )
        mixed = permutation(len(files), seed)  # in the folder one class comes after the other
        self.files, self.labels = [files[i] for i in mixed], labels[mixed]
        self.rows, self.preparation = checked_count("rows", rows), preparation

    def __len__(self) -> int:
        return -(-len(self.files) // self.rows)

    def read(self, number: int) -> Piece:
        """These pictures, decoded and prepared."""
        part = slice(number * self.rows, (number + 1) * self.rows)
        made = self.preparation
        pictures = [
            read_picture(f, made.size, made.channels, crop=made.crop) for f in self.files[part]
        ]
        return made.scaled(np.stack(pictures)), self.labels[part]


def _of_table(preparation: Any) -> TablePreparation:
    if not isinstance(preparation, TablePreparation):
        raise SettingError(
            f"preparation is of type {type(preparation).__name__}: give that of a table, such as "
            f"from_csv(…).preparation"
        )
    return preparation
