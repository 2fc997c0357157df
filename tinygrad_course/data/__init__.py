"""Real data that ships with the package, and the two helpers that feed it to a model.

What this floor lets you do:

- ``breast_cancer()``, ``cats()``, ``digits()``: a `Dataset` each, split, shuffled and scaled
- ``batches(x, y, batch_size=64, rng=rng)``: one epoch of shuffled mini-batches
- ``one_hot(labels, classes)``: class indices to rows of zeros and a one
- ``stratified_split(labels, test_fraction=0.2, seed=0)``: the same split for data of your own

NumPy arrays go in and NumPy arrays come out: nothing here knows about tensors.
Sources and licences of the data are in ``files/LICENSES.md``.
"""

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
