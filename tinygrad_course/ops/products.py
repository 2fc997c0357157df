"""Products: matmul in all its shape combinations, dot, outer, einsum."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..composition import composition
from ..errors import UnsupportedError
from ..primitive import Array, primitive


@primitive("@", np.matmul, signature="(m?,n),(n,p?)->(m?,p?)")
def matmul(x: Array, y: Array) -> Array:
    """z = x @ y;   x̄ = z̄ @ yᵀ,   ȳ = xᵀ @ z̄

    Shapes: (m,n),(n,p)->(m,p); a 1-D operand is a row on the left and a column on the right;
    axes before the last two are a stack and broadcast.
    """
    return np.matmul(x, y)


def _matmul_vjp_x(g: Array, x_shape: tuple[int, ...], y: Array) -> Array:
    if y.ndim == 1:
        return g[..., None] * y if len(x_shape) > 1 else g * y
    if len(x_shape) == 1:
        return (y @ g[..., None])[..., 0]
    # On small matrices .dot takes half the time of @.
    return g.dot(y.T) if g.ndim == y.ndim == 2 else g @ y.mT


def _matmul_vjp_y(g: Array, y_shape: tuple[int, ...], x: Array) -> Array:
    if x.ndim == 1:
        return x[:, None] * g[..., None, :] if len(y_shape) > 1 else g * x
    if len(y_shape) == 1:
        return (x.mT @ g[..., None])[..., 0]
    return x.T.dot(g) if x.ndim == g.ndim == 2 else x.mT @ g


matmul.vjp(x=_matmul_vjp_x, y=_matmul_vjp_y)


@primitive("·", np.dot)
def dot(x: Array, y: Array) -> Array:
    """z = x · y, over the last axis of x and the last but one of y;   x̄ = z̄ · yᵀ,   ȳ = xᵀ · z̄

    Shapes: (…,n),(n)->(…);  (…,n),(…′,n,p)->(…,…′,p); with a scalar it multiplies.
    """
    return np.dot(x, y)


def _dot_letters(x_ndim: int, y_ndim: int) -> tuple[str, str, str]:
    """The einsum subscripts of x, y and x · y."""
    x = "abcdefghijkl"[:x_ndim]
    y = "mnopqrstuvw"[:y_ndim]
    if not (x and y):
        return x, y, x + y
    shared = y[max(y_ndim - 2, 0)]
    return x[:-1] + shared, y, x[:-1] + y.replace(shared, "")


def _dot_vjp_x(g: Array, x_shape: tuple[int, ...], y: Array) -> Array:
    y_ndim = np.ndim(y)  # y may be a Python number
    if len(x_shape) == y_ndim == 2:
        return g @ y.T
    x_letters, y_letters, out = _dot_letters(len(x_shape), y_ndim)
    return np.einsum(f"{out},{y_letters}->{x_letters}", g, y)


def _dot_vjp_y(g: Array, y_shape: tuple[int, ...], x: Array) -> Array:
    x_ndim = np.ndim(x)
    if x_ndim == len(y_shape) == 2:
        return x.T @ g
    x_letters, y_letters, out = _dot_letters(x_ndim, len(y_shape))
    return np.einsum(f"{out},{x_letters}->{y_letters}", g, x)


dot.vjp(x=_dot_vjp_x, y=_dot_vjp_y)


@primitive("⊗", np.outer)
def outer(x: Array, y: Array) -> Array:
    """z = x yᵀ, both flattened first;   x̄ = z̄ y,   ȳ = z̄ᵀ x"""
    return np.outer(x, y)


outer.vjp(
    x=lambda g, x_shape, y: (g @ np.reshape(y, -1)).reshape(x_shape),
    y=lambda g, y_shape, x: (np.reshape(x, -1) @ g).reshape(y_shape),
)


@primitive("einsum", broadcasts=True)
def einsum(*operands: Array, subscripts: str) -> Array:
    """z = Σ Π operands, as the subscripts say;   each x̄ = the einsum of z̄ with the other operands

    Subscripts may be implicit (no ->), repeat a letter within an operand (a diagonal) and have an
    ellipsis (…), which broadcasts.
    """
    return np.einsum(subscripts, *operands)


def explicit_subscripts(
    subscripts: str, ndims: Sequence[int], taken: str = ""
) -> tuple[list[str], str]:
    """The subscripts of the operands and of the output, without blanks, ellipses or implicit output."""
    inputs, arrow, output = subscripts.replace(" ", "").partition("->")
    terms = inputs.split(",")
    letters = "zyxwvutsrqponmlkjihgfedcbaZYXWVUTSRQPONMLKJIHGFEDCBA"
    free = [c for c in letters if c not in subscripts and c not in taken]
    spans = [
        ndim - len(term.replace("...", ""))
        for term, ndim in zip(terms, ndims, strict=True)
        if "..." in term
    ]
    stack = "".join(free[: max(spans, default=0)])
    expanded = [
        term.replace("...", stack[len(stack) - (ndim - len(term.replace("...", ""))) :])
        if "..." in term
        else term
        for term, ndim in zip(terms, ndims, strict=True)
    ]
    if arrow:
        return expanded, output.replace("...", stack)
    counts = Counter(inputs.replace(",", "").replace(".", ""))
    return expanded, stack + "".join(sorted(c for c, n in counts.items() if n == 1))


def _einsum_vjp(
    g: Array,
    i: int,
    shapes: tuple[tuple[int, ...], ...],
    operands: Sequence[Array],
    subscripts: str,
) -> Array:
    terms, output = explicit_subscripts(subscripts, [len(shape) for shape in shapes])
    own = terms[i]
    others = [(t, x) for k, (t, x) in enumerate(zip(terms, operands, strict=True)) if k != i]
    dtype = g.dtype
    # A letter repeated within the operand selected a diagonal: an identity matrix puts it back.
    free = [c for c in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" if c not in "".join(terms)]
    target = ""
    for letter, size in zip(own, shapes[i], strict=True):
        if letter in target:
            fresh = free.pop()
            others.append((letter + fresh, np.eye(size, dtype=dtype)))
            letter = fresh
        target += letter
    # A letter that only this operand has was summed away: ones stretch the cotangent along it.
    present = output + "".join(term for term, _ in others)
    for letter, size in zip(own, shapes[i], strict=True):
        if letter not in present:
            others.append((letter, np.ones(size, dtype=dtype)))
            present += letter
    source = ",".join([output, *(term for term, _ in others)])
    return np.einsum(f"{source}->{target}", g, *(x for _, x in others))


einsum.vjp(operands=_einsum_vjp)


@composition(np.einsum)
def einsum_of_strings(*operands: Any, optimize: Any = False) -> Array:
    """z = Σ Π operands; `optimize` chooses the order of the products, not the result"""
    subscripts, *arrays = operands
    if not isinstance(subscripts, str):
        raise UnsupportedError("numpy.einsum: give the subscripts as a string, 'ij,jk->ik'")
    return einsum(*arrays, subscripts=subscripts)
