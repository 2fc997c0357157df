"""einsum: any sum of products, written with letters for the axes."""

from collections import Counter
from collections.abc import Sequence
from string import ascii_letters
from typing import Any

import numpy as np

from ..composition import composition
from ..errors import UnsupportedError
from ..numerics import in_single
from ..primitive import Array, Shape, primitive


@primitive("einsum", broadcasts=True)
def einsum(*operands: Array, subscripts: str, optimize: Any = False) -> Array:
    """z = Σ Π operands, as the subscripts say;   each x̄ = the einsum of z̄ with the other operands

    Subscripts may be implicit (no ->), repeat a letter within an operand (a diagonal) and have an
    ellipsis (…), which broadcasts. `optimize` chooses the order of the products, not the result.
    """
    # NumPy adds up half precision in half wherever the summed axis is not the last one.
    return in_single(np.einsum, subscripts, *operands, optimize=optimize)


def explicit_subscripts(subscripts: str, ndims: Sequence[int]) -> tuple[list[str], str]:
    """The subscripts of the operands and of the output, without blanks, ellipses or implicit output."""
    inputs, arrow, output = subscripts.replace(" ", "").partition("->")
    terms = inputs.split(",")
    letters = "zyxwvutsrqponmlkjihgfedcbaZYXWVUTSRQPONMLKJIHGFEDCBA"
    free = [c for c in letters if c not in subscripts]
    spans = [
        ndim - len(term.replace("...", ""))
        for term, ndim in zip(terms, ndims, strict=True)
        if "..." in term
    ]
    stack = "".join(free[: max(spans, default=0)])
    expanded = [
        term.replace("...", stack[len(stack) - (ndim - len(term.replace("...", ""))) :])
        for term, ndim in zip(terms, ndims, strict=True)
    ]
    if arrow:
        return expanded, output.replace("...", stack)
    counts = Counter(filter(str.isalpha, inputs))
    return expanded, stack + "".join(sorted(c for c, n in counts.items() if n == 1))


def _einsum_vjp(
    g: Array,
    i: int,
    shapes: tuple[Shape, ...],
    operands: Sequence[Array],
    subscripts: str,
    optimize: Any,
) -> Array:
    terms, output = explicit_subscripts(subscripts, [len(shape) for shape in shapes])
    own = terms[i]
    others = [(t, x) for k, (t, x) in enumerate(zip(terms, operands, strict=True)) if k != i]
    dtype = g.dtype
    # A letter repeated within the operand selects a diagonal: an identity matrix puts it back.
    free = [c for c in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" if c not in "".join(terms)]
    target, diagonals = "", []
    for axis, (letter, size) in enumerate(zip(own, shapes[i], strict=True)):
        if letter in target:
            diagonals.append((own.index(letter), axis))
            fresh = free.pop()
            others.append((letter + fresh, np.eye(size, dtype=dtype)))
            letter = fresh
        target += letter
    # A letter of this operand alone was summed over, and a letter with length 1 in all others was
    # stretched: multiplying by ones broadcasts the cotangent along it.
    length = dict(zip(output, g.shape, strict=True))
    for term, x in others:
        length |= {c: n for c, n in zip(term, np.shape(x), strict=True) if length.get(c, 1) == 1}
    for letter, size in zip(own, shapes[i], strict=True):
        if letter not in length or size not in (1, length[letter]):
            others.append((letter, np.ones(size, dtype=dtype)))
            length[letter] = size
    source = ",".join([output, *(term for term, _ in others)])
    # An explicit path is for the original operands: here only whether to optimize counts.
    arrays = (g, *(x for _, x in others))
    x_bar = in_single(np.einsum, f"{source}->{target}", *arrays, optimize=optimize is not False)
    for axes in diagonals:  # beside them 0 · ∞ may have become NaN
        n = shapes[i][axes[0]]
        on_diagonal = np.eye(n, dtype=bool).reshape(
            [n if k in axes else 1 for k in range(len(own))]
        )
        x_bar = np.where(on_diagonal, x_bar, 0)
    return x_bar


einsum.vjp(operands=_einsum_vjp)


@composition(np.einsum)
def einsum_of_strings(*operands: Any, optimize: Any = False) -> Array:
    """z = Σ Π operands, as the subscripts say, which come first"""
    subscripts, *arrays = operands
    if not isinstance(subscripts, str):
        subscripts, arrays = _with_letters(operands)
    return einsum(*arrays, subscripts=subscripts, optimize=optimize)


def _with_letters(operands: Sequence[Any]) -> tuple[str, list[Any]]:
    """NumPy's other form, einsum(x, [0, 1], y, [1, 2], [0, 2]), with a letter for each number.

    Letters are given in the order of the numbers, in which NumPy lists the axes of an implicit output.
    """
    arrays, axes = list(operands[: len(operands) // 2 * 2 : 2]), list(operands[1::2])
    output = operands[-1] if len(operands) % 2 else None
    numbers = sorted({k for term in [*axes, output or ()] for k in term if k is not Ellipsis})
    if len(numbers) > len(ascii_letters):
        raise UnsupportedError(f"numpy.einsum: {len(numbers)} axes are more than there are letters")
    letters = dict(zip(numbers, sorted(ascii_letters), strict=False)) | {Ellipsis: "..."}
    terms = ["".join(letters[k] for k in term) for term in axes]
    arrow = "" if output is None else "->" + "".join(letters[k] for k in output)
    return ",".join(terms) + arrow, arrays
