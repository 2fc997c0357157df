"""Real data sets that ship with the package, and functions that prepare data for a model:

- ``breast_cancer()``, ``cats()``, ``digits()``: each a `Dataset`, split, shuffled and scaled
- ``batches(x, y, batch_size=64, rng=rng)``: one epoch of shuffled mini-batches
- ``one_hot(labels, classes)``: class indices as one-hot rows
- ``stratified_split(labels, test_fraction=0.2, seed=0)``: the same split for data of your own

They take and return NumPy arrays, not tensors.
Sources and licences of the data are in ``files/LICENSES.md``.
"""

import typing

from .. import suggestions
from .batching import batches, one_hot
from .datasets import Dataset
from .images import cats, digits
from .split import stratified_split
from .tables import breast_cancer

__all__ = [
    "Dataset",
    "batches",
    "breast_cancer",
    "cats",
    "digits",
    "one_hot",
    "stratified_split",
]

if not typing.TYPE_CHECKING:  # a checker would believe that every name exists
    __getattr__ = suggestions.for_module(__name__)
