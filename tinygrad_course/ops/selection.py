"""Elements chosen by position or condition: compress, choose, select, diagonals and triangles."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..composition import composition
from ..lazy import as_numpy
from ..primitive import Array, primitive


@composition(np.compress)
def compress(condition: Any, a: Array, axis: int | None = None) -> Array:
    """z = the parts of a with a true condition along an axis; without one, of the flattened a"""
    mask = np.not_equal(condition, 0)
    return np.take(a, np.compress(mask, np.arange(mask.size)), axis)


@composition(np.extract)
def extract(condition: Any, arr: Array) -> Array:
    """z = the elements of arr where the condition is true"""
    return np.take(arr, np.flatnonzero(condition))


@composition(np.select)
def select(condlist: Sequence[Any], choicelist: Sequence[Any], default: Any = 0) -> Array:
    """z = for each element, the choice with the first true condition; default if none is true"""
    if len(condlist) != len(choicelist):
        raise ValueError("list of cases must be same length as list of conditions")
    *choices, z = (
        np.asarray(x) if isinstance(x, (list, tuple)) else x for x in (*choicelist, default)
    )
    if not hasattr(z, "dtype"):
        z = np.asarray(z, np.result_type(*choices, z))
    for condition, choice in list(zip(condlist, choices))[::-1]:
        if (condition if hasattr(condition, "dtype") else np.asarray(condition)).dtype != bool:
            raise TypeError("invalid entry in condlist: should be boolean ndarray")
        z = np.where(condition, choice, z)
    return z


@composition(np.choose)
def choose(a: Any, choices: Sequence[Any], mode: Any = "raise") -> Array:
    """z = for each element of a, the element of the choice with that number"""
    numbers = range(len(choices))
    chosen = np.choose(as_numpy(a), numbers, mode=mode)
    return np.select([chosen == k for k in numbers], list(choices))


@composition(np.diagonal)
def diagonal(a: Array, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Array:
    """z = the elements aₖₖ₊ₒ of the matrices that lie along two axes, in a new last axis"""
    if a.ndim < 2:
        raise ValueError("diag requires an array of at least two dimensions")
    if (axis1, axis2) not in ((-2, -1), (a.ndim - 2, a.ndim - 1)):
        a = np.moveaxis(a, (axis1, axis2), (-2, -1))
    *stack, m, n = a.shape
    first = offset if offset >= 0 else -offset * n
    length = max(min(m, n, m + offset, n - offset), 0)
    # In a flattened matrix, the elements of a diagonal are n + 1 positions apart.
    return a.reshape((*stack, m * n))[..., first : first + length * (n + 1) : n + 1]


@composition(np.linalg.diagonal)
def diagonal_of_matrices(x: Array, offset: int = 0) -> Array:
    """z = the elements xₖₖ₊ₒ of matrices that may be stacked"""
    return np.diagonal(x, offset, -2, -1)


@composition(np.trace)
def trace(a: Array, offset: int = 0, axis1: int = 0, axis2: int = 1, dtype: Any = None) -> Array:
    """z = Σₖ aₖₖ₊ₒ of the matrices that lie along two axes"""
    return np.sum(np.diagonal(a, offset, axis1, axis2), axis=-1, dtype=dtype)


@composition(np.linalg.trace)
def trace_of_matrices(x: Array, *, offset: int = 0, dtype: Any = None) -> Array:
    """z = Σₖ xₖₖ₊ₒ of matrices that may be stacked"""
    return np.sum(np.diagonal(x, offset, -2, -1), axis=-1, dtype=dtype)


@composition(np.diag)
def diag(v: Array, k: int = 0) -> Array:
    """z = the k-th diagonal of a matrix, or the matrix with the vector v on it and zeros elsewhere"""
    if v.ndim == 2:
        return np.diagonal(v, k)
    if v.ndim != 1:
        raise ValueError("Input must be 1- or 2-d.")
    row = np.pad(v, (max(k, 0), max(-k, 0))) if k else v
    return np.where(np.eye(len(row), k=k, dtype=bool), row, 0)


@composition(np.diagflat)
def diagflat(v: Array, k: int = 0) -> Array:
    """z = the matrix with all elements of v on its k-th diagonal, and zeros elsewhere"""
    return np.diag(np.ravel(v), k)


# NumPy broadcasts a vector to a matrix of equal rows.
@primitive("tril", np.tril, broadcasts=True)
def tril(m: Array, *, k: int = 0) -> Array:
    """z = m with zeros above the k-th diagonal;   m̄ = z̄ with zeros there"""
    return np.tril(m, k)


tril.vjp(m=lambda g, k: np.tril(g, k))


@primitive("triu", np.triu, broadcasts=True)
def triu(m: Array, *, k: int = 0) -> Array:
    """z = m with zeros below the k-th diagonal;   m̄ = z̄ with zeros there"""
    return np.triu(m, k)


triu.vjp(m=lambda g, k: np.triu(g, k))
