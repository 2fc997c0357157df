"""Real data sets that ship with the package, and functions that prepare data for a model:

- ``breast_cancer()``, ``cats()``, ``digits()``: each a `Dataset`, split, shuffled and scaled
- ``from_csv``, ``from_parquet``, ``from_sql``, ``from_frame``, ``from_images``, ``from_h5``: data of your
  own, with a `Preparation` that was learnt from the training rows and turns raw rows into x
- ``AsGiven``: in place of a `Preparation`, the names of the classes alone, for arrays of your own
- ``NpyPieces``, ``H5Pieces``, ``ParquetPieces``, ``SqlPieces``, ``ImagePieces``: rows in pieces, for data
  that are larger than memory; ``piece_batches``: an epoch of them
- ``batches(x, y, batch_size=64, rng=rng)``: one epoch of shuffled mini-batches
- ``one_hot(labels, classes)``: class indices as one-hot rows
- ``stratified_split(labels, test_fraction=0.2, seed=0)``: row numbers of a train and a test part, with equal
  shares of each class; ``random_split``, ``grouped_split``, ``time_ordered_split``

They take and return NumPy arrays, not tensors.
Sources and licences of the data are in ``files/LICENSES.md``.
"""

import typing

from .. import suggestions
from ..nn.preparation import Preparation
from .as_given import AsGiven
from .batching import batches, one_hot
from .datasets import Dataset
from .from_tables import from_csv, from_frame, from_parquet, from_sql
from .h5_files import from_h5
from .images import cats, digits
from .learning import TableOptions
from .picture_folders import from_images
from .picture_preparation import PicturePreparation
from .piece_sources import H5Pieces, ImagePieces, ParquetPieces, SqlPieces
from .pieces import ArrayPieces, NpyPieces, Pieces, piece_batches
from .split import grouped_split, random_split, stratified_split, time_ordered_split
from .table_preparation import TablePreparation
from .tables import breast_cancer

__all__ = [
    "ArrayPieces",
    "AsGiven",
    "Dataset",
    "H5Pieces",
    "ImagePieces",
    "NpyPieces",
    "ParquetPieces",
    "PicturePreparation",
    "Pieces",
    "Preparation",
    "SqlPieces",
    "TableOptions",
    "TablePreparation",
    "batches",
    "breast_cancer",
    "cats",
    "digits",
    "from_csv",
    "from_frame",
    "from_h5",
    "from_images",
    "from_parquet",
    "from_sql",
    "grouped_split",
    "one_hot",
    "piece_batches",
    "random_split",
    "stratified_split",
    "time_ordered_split",
]

if not typing.TYPE_CHECKING:  # a checker would believe that every name exists
    __getattr__ = suggestions.for_module(__name__)
