"""Linear algebra with one or two matrices: inverses, determinants, solutions, products.

Source, unless stated: M. Giles, "An extended collection of matrix derivative results for forward and
reverse mode algorithmic differentiation" (2008).
"""

from collections.abc import Sequence
from math import prod
from operator import index
from typing import Any

import numpy as np

from ..composition import composition
from ..errors import DegenerateError, MatrixShapeError
from ..primitive import Array, Shape, primitive

# NumPy's named tuple, which has no public name.
_SlogdetResult = type(np.linalg.slogdet(np.eye(1)))


@primitive("x⁻¹", np.linalg.inv)
def inv(x: Array) -> Array:
    """z = x⁻¹;   x̄ = −zᵀ z̄ zᵀ

    Shapes: (n,n)->(n,n), in stacks.
    Raises: numpy.linalg.LinAlgError if a matrix is singular.
    """
    return np.linalg.inv(x)


inv.vjp(x=lambda g, out: -(out.mT @ g @ out.mT))


@primitive("det", np.linalg.det)
def det(x: Array) -> Array:
    """z = det x;   x̄ = z̄ cof x, where cof x = z x⁻ᵀ unless x is singular

    Shapes: (n,n)->(), in stacks.
    Numerics: exact for singular matrices too, for which n² determinants are computed.
    """
    return np.linalg.det(x)


det.vjp(x=lambda g, x, out: g[..., None, None] * _cofactors(x, out))


def _cofactors(x: Array, out: Array) -> Array:
    # A determinant may also be 0 because of underflow.
    if out.all() or np.linalg.slogdet(x).sign.all():
        return out[..., None, None] * np.linalg.inv(x).mT
    n = x.shape[-1]
    others = np.array([[k for k in range(n) if k != i] for i in range(n)], dtype=int)
    minors = [np.linalg.det(x[..., rows[:, None], others[:, None, :]]) for rows in others]
    is_odd = np.add.outer(np.arange(n), np.arange(n)) % 2 == 1
    cofactors = np.stack(minors, axis=-2)
    return np.where(is_odd, -cofactors, cofactors)


@primitive("ln|det|")
def log_determinant(x: Array) -> Array:
    """z = (sign det x, ln |det x|);   x̄ = z̄₂ x⁻ᵀ

    Shapes: (…,n,n)->(2,…)
    Raises: DegenerateError if a matrix is singular, from the backward pass.
    """
    return np.stack(np.linalg.slogdet(x))


def _log_determinant_vjp(g: Array, x: Array) -> Array:
    try:
        inverse = np.linalg.inv(x)
    except np.linalg.LinAlgError as error:
        raise DegenerateError(
            "slogdet: a matrix is singular, and ln |det| has no slope there"
        ) from error
    return g[1][..., None, None] * inverse.mT


log_determinant.vjp(x=_log_determinant_vjp)


@composition(np.linalg.slogdet)
def slogdet(a: Array) -> Any:
    """z = sign det a, which has slope 0, and ln |det a|"""
    both = log_determinant(a)
    return _SlogdetResult(both[0], both[1])


@primitive("a⁻¹b", np.linalg.solve, broadcasts=True)
def solve(a: Array, b: Array) -> Array:
    """z = a⁻¹ b;   ā = −b̄ zᵀ,   b̄ = a⁻ᵀ z̄

    Shapes: (n,n),(n,k)->(n,k), in stacks, which broadcast; (n,n),(n)->(n), where only a may be a stack.
    Raises: numpy.linalg.LinAlgError if a matrix is singular.
    """
    return np.linalg.solve(a, b)


def _solve_vjp_a(g: Array, a: Array, b_shape: Shape, out: Array) -> Array:
    b_bar = _solve_vjp_b(g, a, b_shape)
    if len(b_shape) == 1:
        return -b_bar[..., :, None] * out[..., None, :]
    return -(b_bar @ out.mT)


def _solve_vjp_b(g: Array, a: Array, b_shape: Shape) -> Array:
    if len(b_shape) == 1:
        return np.linalg.solve(a.mT, g[..., None])[..., 0]
    return np.linalg.solve(a.mT, g)


solve.vjp(a=_solve_vjp_a, b=_solve_vjp_b)


@primitive("x⁺", np.linalg.pinv)
def pinv(x: Array, *, rcond: Any = None) -> Array:
    """z = x⁺;   x̄ = −zᵀ z̄ zᵀ + (I − x z) z̄ᵀ z zᵀ + zᵀ z z̄ᵀ (I − z x)

    Shapes: (m,n)->(n,m), in stacks.
    Raises: DegenerateError if `rcond` drops singular values that are not 0, for which the rule is wrong.
    Numerics: the rank is assumed to be constant, since z jumps where it changes.
    Source: G. Golub and V. Pereyra, "The differentiation of pseudo-inverses" (1973).
    """
    return np.linalg.pinv(x, rcond)


def _pinv_vjp(g: Array, x: Array, out: Array, rcond: Any) -> Array:
    _check_dropped(x, rcond)
    if x.shape[-2] < x.shape[-1]:  # transposed, so that the square matrices below are small
        return _pinv_vjp(g.mT, x.mT, out.mT, None).mT
    left = g.mT @ (out @ out.mT)
    right = out.mT @ (out @ g.mT)
    both = left - x @ (out @ left) + right - right @ (out @ x)
    return both - out.mT @ (g @ out.mT)


def _check_dropped(x: Array, rcond: Any) -> None:
    # Values below √ε times the largest make no difference to the derivative.
    negligible = float(np.sqrt(np.finfo(x.dtype).eps))
    if rcond is None or np.max(rcond) <= negligible:
        return
    s = np.linalg.svdvals(x)
    dropped = s <= np.asarray(rcond)[..., None] * s[..., :1]
    if (dropped & (s > negligible * s[..., :1])).any():
        raise DegenerateError(
            "pinv: rcond drops singular values that are not 0, for which there is no rule: compute it "
            "from u, s, vh = np.linalg.svd(a, full_matrices=False)"
        )


pinv.vjp(x=_pinv_vjp)


@composition(np.linalg.lstsq)
def lstsq(a: Array, b: Array, rcond: float | None = None) -> Any:
    """z = a⁺ b, the squared residuals, the rank of a (which is plain), and its singular values"""
    a, b = (x if hasattr(x, "ndim") else np.asarray(x) for x in (a, b))
    if a.ndim != 2 or b.ndim not in (1, 2):
        raise MatrixShapeError(
            f"numpy.linalg.lstsq takes a matrix, and a matrix or a vector: these arrays have "
            f"{a.ndim} and {b.ndim} axes"
        )
    dtype = np.result_type(a.dtype, b.dtype, 1.0)
    a = a if a.dtype == dtype else a.astype(dtype)
    m, n = a.shape
    epsilon = float(np.finfo(dtype).eps)
    if rcond is None:
        rcond = epsilon * max(m, n)
    elif rcond < 0:
        rcond = epsilon
    x = np.linalg.pinv(a, rcond) @ b
    s = np.linalg.svdvals(a)
    rank = (s > rcond * s[:1]).sum(dtype=np.int32)
    residuals = np.atleast_1d(np.square(b - a @ x).sum(axis=0))
    return x, residuals if rank == n < m else residuals[:0], rank, s


@composition(np.linalg.tensorsolve)
def tensorsolve(a: Array, b: Array, axes: Sequence[int] | None = None) -> Array:
    """z with tensordot(a, z, z.ndim) = b, the `axes` of a moved to its end first"""
    if axes is not None:
        a = np.transpose(a, [k for k in range(np.ndim(a)) if k not in axes] + list(axes))
    shape = np.shape(a)[np.ndim(b) - np.ndim(a) :]
    size = prod(shape)
    if prod(np.shape(a)) != size**2:
        raise MatrixShapeError(
            f"numpy.linalg.tensorsolve: a has shape {np.shape(a)}: its first {np.ndim(b)} axes, which are "
            f"those of b, must have as many elements as the others"
        )
    return np.linalg.solve(np.reshape(a, (size, size)), np.reshape(b, -1)).reshape(shape)


@composition(np.linalg.tensorinv)
def tensorinv(a: Array, ind: int = 2) -> Array:
    """z with tensordot(z, tensordot(a, x, x.ndim), ind) = x"""
    if ind <= 0:
        raise ValueError("Invalid ind argument.")
    inverse = np.linalg.inv(a.reshape(prod(a.shape[ind:]), -1))
    return inverse.reshape(a.shape[ind:] + a.shape[:ind])


@composition(np.linalg.matrix_power)
def matrix_power(a: Array, n: int) -> Array:
    """z = aⁿ, by squaring; of the inverse where n < 0"""
    if a.ndim < 2 or a.shape[-1] != a.shape[-2]:
        raise MatrixShapeError(
            f"numpy.linalg.matrix_power takes square matrices, not shape {a.shape}"
        )
    n = index(n)
    if n == 0:  # np.where, so that it is a Tensor if a is one
        return np.where(False, a, np.eye(a.shape[-1], dtype=a.dtype))
    if n < 0:
        a, n = np.linalg.inv(a), -n
    z = a if n & 1 else None
    while n := n >> 1:
        a = a @ a
        if n & 1:
            z = a if z is None else z @ a
    return z


@composition(np.linalg.multi_dot)
def multi_dot(arrays: Sequence[Array]) -> Array:
    """z = the product of all, in the order with the fewest multiplications"""
    if len(arrays) < 2:
        raise ValueError("Expecting at least two arrays.")
    if len(arrays) == 2:
        return np.dot(*arrays)
    shapes = [np.shape(x) for x in arrays]
    if len(shapes[0]) == 1:
        shapes[0] = (1, *shapes[0])
    if len(shapes[-1]) == 1:
        shapes[-1] = (*shapes[-1], 1)
    if any(len(shape) != 2 for shape in shapes):
        raise MatrixShapeError(
            f"numpy.linalg.multi_dot takes matrices, and a vector at either end: {shapes}"
        )
    split = _cheapest_splits([shapes[0][0], *(shape[1] for shape in shapes)])
    return _product(arrays, split, 0, len(arrays) - 1)


def _cheapest_splits(sides: Sequence[int]) -> dict[tuple[int, int], int]:
    """For each i and j, the factor after which the product of the i-th to the j-th is best split.

    The k-th factor is sides[k] by sides[k + 1].
    """
    count = len(sides) - 1
    cost, split = {(i, i): 0 for i in range(count)}, {}
    for length in range(1, count):
        for i in range(count - length):
            j = i + length
            cost[i, j], split[i, j] = min(
                (cost[i, k] + cost[k + 1, j] + sides[i] * sides[k + 1] * sides[j + 1], k)
                for k in range(i, j)
            )
    return split


def _product(arrays: Sequence[Array], split: dict[tuple[int, int], int], i: int, j: int) -> Array:
    if i == j:
        return arrays[i]
    k = split[i, j]
    return np.dot(_product(arrays, split, i, k), _product(arrays, split, k + 1, j))
