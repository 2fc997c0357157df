"""The rules, one topic a file. Importing this package fills the registry."""

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
