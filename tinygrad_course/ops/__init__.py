"""The rules, one topic a file. Importing this package fills the registry."""

from ..primitive import registry
from . import arithmetic, indexing, linalg, neural, reduction, shaping, transcendental

__all__ = [
    "arithmetic",
    "indexing",
    "linalg",
    "neural",
    "reduction",
    "shaping",
    "transcendental",
]

# The suite proves the shapes of what these rules return: the engine need not look at each.
for _primitive in registry.values():
    _primitive.trusted = True
