"""Matrix decompositions: Cholesky, QR, eigenvalues, singular values.

NumPy reads only one triangle of a symmetric matrix, and so only that triangle has a gradient: an element
off the diagonal also stands for its mirror image, and receives the contributions of both. Use
(A + Aᵀ) / 2 if A should have the symmetric gradient.

A primitive has one output, so the factors of a decomposition are stacked in one array. The composition
splits it.
"""

from typing import Any

import numpy as np

from ..composition import composition
from ..errors import DegenerateError, MatrixShapeError, UnsupportedError
from ..lazy import as_numpy, known
from ..primitive import Array, Shape, primitive

# NumPy's named tuples, which have no public names.
_QRResult = type(np.linalg.qr(np.eye(1)))
_EighResult = type(np.linalg.eigh(np.eye(1)))
_SVDResult = type(np.linalg.svd(np.eye(1)))


def _sides(x: Array) -> tuple[int, int]:
    if x.ndim < 2:
        raise MatrixShapeError(
            f"a matrix has at least two axes, and this array has the shape {x.shape}"
        )
    m, n = x.shape[-2:]
    return m, n


def _half_below(x: Array) -> Array:
    """The elements below the diagonal, half of those on it, and 0 above."""
    n = x.shape[-1]
    weights = (np.tri(n, dtype=x.dtype) + np.tri(n, k=-1, dtype=x.dtype)) / 2
    return np.where(weights == 0, 0, x * weights)  # above the diagonal 0 · ∞ would be NaN


def _on_triangle(x: Array, upper: bool) -> Array:
    """The cotangent of a symmetric matrix as that of one of its triangles."""
    below = _half_below(x + x.mT)
    return below.mT if upper else below


def _diagonal(x: Array) -> Array:
    return x[..., None, :] * np.eye(x.shape[-1], dtype=x.dtype)


def _reciprocals(x: Array, is_zero: Any) -> Array:
    """1 / x, and 0 where x is 0."""
    return ~is_zero / np.where(is_zero, 1, x)


def _rounding(x: Array) -> float:
    """The relative size, in a matrix with the columns of x, below which a value may be 0 up to rounding."""
    return 4 * x.shape[-1] * float(np.finfo(x.dtype).eps)


@primitive("cholesky", np.linalg.cholesky)
def cholesky(x: Array, *, upper: bool = False) -> Array:
    """z = the lower triangle with z zᵀ = x;   x̄ = z⁻ᵀ Φ(zᵀ z̄) z⁻¹

    Φ takes the elements below the diagonal, and half of those on it. With `upper` zᵀ z = x.

    Shapes: (n,n)->(n,n), in stacks.
    Raises: numpy.linalg.LinAlgError if a matrix is not positive definite.
    Source: I. Murray, "Differentiation of the Cholesky decomposition" (2016).
    """
    return np.linalg.cholesky(x, upper=upper)


def _cholesky_vjp(g: Array, out: Array, upper: bool) -> Array:
    low, g = (out.mT, g.mT) if upper else (out, g)
    inverse = np.linalg.inv(low)
    return _on_triangle(inverse.mT @ _half_below(low.mT @ g) @ inverse, upper)


cholesky.vjp(x=_cholesky_vjp)


@primitive("QR")
def qr_factors(x: Array) -> Array:
    """z = Q above Rᵀ, for x = Q R;   x̄ = (Q̄ + Q sym(R R̄ᵀ − Q̄ᵀ Q)) R⁻ᵀ

    sym mirrors the elements below the diagonal.

    Shapes: (m,n)->(m+n,n) with m ≥ n, in stacks.
    Raises: DegenerateError if the columns of x are linearly dependent.
    Source: S. Walter and L. Lehmann, "Algorithmic differentiation of linear algebra functions" (2010).
    """
    q, r = np.linalg.qr(x)
    return np.concatenate([q, r.swapaxes(-1, -2)], axis=-2)


def _qr_vjp(g: Array, out: Array) -> Array:
    m = out.shape[-2] - out.shape[-1]
    q, r = out[..., :m, :], out[..., m:, :].mT
    q_bar, r_bar = g[..., :m, :], g[..., m:, :].mT
    pivots = np.abs(np.diagonal(r, axis1=-2, axis2=-1))
    size = np.sqrt((r * r).sum((-2, -1)))[..., None]
    if known((pivots <= _rounding(r) * size).any()):
        raise DegenerateError("qr: the columns are linearly dependent, so Q is not determined")
    below = _half_below(r @ r_bar.mT - q_bar.mT @ q)
    return np.linalg.solve(r, (q_bar + q @ (below + below.mT)).mT).mT


qr_factors.vjp(x=_qr_vjp)


@primitive("Q⊥")
def qr_complement(x: Array) -> Array:
    """z = the columns of Q beyond those of x, for a tall x;   x̄ = −z z̄ᵀ x⁺ᵀ

    They are some orthonormal basis of what is orthogonal to the columns of x: only what they span is
    determined, or their sign if there is one.

    Shapes: (m,n)->(m,m-n) with m > n, in stacks.
    Raises: DegenerateError, from the backward pass, if the result depends on the choice of the basis.
    """
    return np.linalg.qr(as_numpy(x), "complete").Q[..., x.shape[-1] :]


def _complement_vjp(g: Array, x: Array, out: Array) -> Array:
    """From zᵀ x = 0: dz = −x⁺ᵀ dxᵀ z, and a rotation of z in itself, which may make no difference."""
    turned = out.mT @ g
    size = np.abs(out).mT @ np.abs(g)
    if known((np.abs(turned - turned.mT) > _rounding(out.mT) * (size + size.mT)).any()):
        raise DegenerateError(
            "the last columns of a full Q, U or V are not determined, but only what they span. The result "
            "depends on the columns themselves, and has no derivative: leave them out, by mode='reduced' or "
            "full_matrices=False"
        )
    return -(out @ (g.mT @ np.linalg.pinv(x).mT))


qr_complement.vjp(x=_complement_vjp)


@composition(np.linalg.qr)
def qr(a: Array, mode: str = "reduced") -> Any:
    """z = Q and R with a = Q R, or R alone in mode "r"

    Raises: UnsupportedError in mode "raw".
    Numerics: in a wide matrix, the columns beyond the square are Q times those of R. In mode "complete" a
    tall matrix has further columns of Q, see qr_complement.
    Source: D. and L. Roberts, "QR and LQ decomposition matrix backpropagation algorithms" (2020).
    """
    if mode not in ("reduced", "complete", "r"):
        raise UnsupportedError(
            f"numpy.linalg.qr: mode={mode!r} has no derivative: use mode='reduced'"
        )
    m, n = _sides(a)
    both = qr_factors(a[..., :m] if n > m else a)
    q, r = both[..., :m, :], both[..., m:, :].mT
    if n > m:
        r = np.concatenate([r, q.mT @ a[..., m:]], axis=-1)
    if mode == "complete" and m > n:
        q = np.concatenate([q, qr_complement(a)], axis=-1)
        r = np.concatenate([r, np.zeros((*r.shape[:-2], m - n, n), r.dtype)], axis=-2)
    return r if mode == "r" else _QRResult(q, r)


@primitive("λ", np.linalg.eigvalsh)
def eigvalsh(x: Array, *, UPLO: Any = "L") -> Array:
    """z = the eigenvalues of a symmetric x, ascending;   x̄ = V diag(z̄) Vᵀ

    Shapes: (n,n)->(n), in stacks.
    Numerics: also right for equal eigenvalues, if the result is symmetric in them.
    Source: M. Giles, "An extended collection of matrix derivative results" (2008).
    """
    return np.linalg.eigvalsh(x, UPLO)


def _eigvalsh_vjp(g: Array, x: Array, UPLO: Any) -> Array:
    v = np.linalg.eigh(x, UPLO).eigenvectors
    return _on_triangle((v * g[..., None, :]) @ v.mT, UPLO.upper() == "U")


eigvalsh.vjp(x=_eigvalsh_vjp)


@primitive("λ, V")
def eigenpairs(x: Array, *, UPLO: Any = "L") -> Array:
    """z = λ above V, for a symmetric x = V diag(λ) Vᵀ;   x̄ = V (diag(λ̄) + F ⊙ Vᵀ V̄) Vᵀ

    Fᵢⱼ = 1 / (λⱼ − λᵢ) for i ≠ j; the eigenvalues ascend.

    Shapes: (n,n)->(n+1,n), in stacks.
    Raises: DegenerateError if the result depends on eigenvectors of equal eigenvalues, which are not unique.
    Source: M. Giles, "An extended collection of matrix derivative results" (2008).
    """
    values, vectors = np.linalg.eigh(x, UPLO)
    return np.concatenate([values[..., None, :], vectors], axis=-2)


def _eigenpairs_vjp(g: Array, out: Array, UPLO: Any) -> Array:
    w, v = out[..., 0, :], out[..., 1:, :]
    w_bar, v_bar = g[..., 0, :], g[..., 1:, :]
    largest = np.abs(w[..., :1]) + np.abs(w[..., -1:])  # they are in order
    gaps = w[..., None, :] - w[..., :, None]
    none = _are_equal("eigh: eigen", gaps, largest, _used(v_bar, g))
    inner = _diagonal(w_bar) + _reciprocals(gaps, none) * (v.mT @ v_bar)
    return _on_triangle(v @ inner @ v.mT, UPLO.upper() == "U")


def _used(vectors_bar: Array, g: Array) -> Any:
    """Which vectors the result depends on: those with a cotangent that is not 0.

    A recorded g that is all zeros counts as one that uses all vectors: `jvp` differentiates by it.
    """
    stands_for_all = hasattr(g, "__recorder__") and known(~(g != 0).any())
    return (vectors_bar != 0).any(axis=-2) | stands_for_all


def _are_equal(what: str, gaps: Array, largest: Array, used: Any) -> Any:
    """Which pairs of values are equal up to rounding, including each value and itself.

    Raises: DegenerateError if the vectors of such a pair of different values are used.
    """
    n = gaps.shape[-1]
    equal = np.abs(gaps) <= _rounding(gaps) * largest[..., None]
    if known(((equal & ~np.eye(n, dtype=bool)).any(axis=-1) & used).any()):
        raise DegenerateError(
            f"{what}values are equal, so that their vectors are not determined, but the result depends "
            f"on them and has no derivative. The derivative of the values alone exists"
        )
    return equal


eigenpairs.vjp(x=_eigenpairs_vjp)


@composition(np.linalg.eigh)
def eigh(a: Array, UPLO: Any = "L") -> Any:
    """z = the eigenvalues of a symmetric matrix, ascending, and its eigenvectors, in columns"""
    both = eigenpairs(a, UPLO=UPLO)
    return _EighResult(both[..., 0, :], both[..., 1:, :])


@primitive("σ", np.linalg.svdvals)
def svdvals(x: Array) -> Array:
    """z = the singular values of x, descending;   x̄ = U diag(z̄) Vᵀ

    Shapes: (m,n)->(min(m,n)), in stacks.
    Numerics: also right for equal values, if the result is symmetric in them; the slope of a singular
    value that is 0 is set to 0.
    Source: M. Giles, "An extended collection of matrix derivative results" (2008).
    """
    return np.linalg.svdvals(x)


def _svdvals_vjp(g: Array, x: Array, out: Array) -> Array:
    u, _, vh = np.linalg.svd(x, full_matrices=False)
    return (u * (g * np.sign(out))[..., None, :]) @ vh


svdvals.vjp(x=_svdvals_vjp)


@primitive("U, σ, V")
def singular_triplets(x: Array) -> Array:
    """z = σ above U above V, for x = U S Vᵀ;   x̄ = U (S̄ + C) Vᵀ + (I − U Uᵀ) Ū S⁻¹ Vᵀ + U S⁻¹ V̄ᵀ (I − V Vᵀ)

    Cᵢⱼ = (Aᵢⱼ σⱼ + σᵢ Bᵢⱼ) / (σⱼ² − σᵢ²) for i ≠ j, A = Uᵀ Ū − Ūᵀ U, B = Vᵀ V̄ − V̄ᵀ V; the values descend.

    Shapes: (m,n)->(1+m+n,min(m,n)), in stacks.
    Raises: DegenerateError if the result depends on vectors of equal singular values, which are not
    unique, or, for a matrix that is not square, of a singular value that is 0.
    Source: J. Townsend, "Differentiating the singular value decomposition" (2016).
    """
    u, s, vh = np.linalg.svd(x, full_matrices=False)
    return np.concatenate([s[..., None, :], u, vh.swapaxes(-1, -2)], axis=-2)


def _triplets(z: Array, m: int) -> tuple[Array, Array, Array]:
    return z[..., 1 : m + 1, :], z[..., 0, :], z[..., m + 1 :, :]


def _antisymmetric(x: Array) -> Array:
    return (x - x.swapaxes(-1, -2)) / 2


def _triplets_vjp(g: Array, out: Array, x_shape: Shape) -> Array:
    m, n = x_shape[-2:]
    u, s, v = _triplets(out, m)
    ut, vt = u.swapaxes(-1, -2), v.swapaxes(-1, -2)
    u_bar, s_bar, v_bar = _triplets(g, m)
    used = _used(u_bar, g) | _used(v_bar, g)
    gaps = s[..., None, :] - s[..., :, None]
    sums = s[..., None, :] + s[..., :, None]
    none = _are_equal("svd: singular ", gaps, s[..., :1], used)
    # C in partial fractions, which are accurate if two values are close.
    a, b = _antisymmetric(ut @ u_bar), _antisymmetric(vt @ v_bar)
    inner = (a + b) * _reciprocals(gaps, none) + (a - b) * _reciprocals(sums, none)
    x_bar = u @ (_diagonal(s_bar) + inner) @ vt
    if m != n:
        is_zero = s <= _rounding(s) * s[..., :1]
        if known((is_zero & used).any()):
            raise DegenerateError("svd: a singular value is 0, and its vectors are not determined")
        inverse = _reciprocals(s, is_zero)[..., None, :]
        left, right = u_bar * inverse, v_bar * inverse
        right_t = (right - v @ (vt @ right)).swapaxes(-1, -2)
        x_bar = x_bar + (left - u @ (ut @ left)) @ vt + u @ right_t
    return x_bar


singular_triplets.vjp(x=_triplets_vjp)


@primitive("U⊥")
def svd_complement(x: Array) -> Array:
    """z = the columns of the full U of a tall x beyond the others, or of V of a wide one;   x̄ = −z z̄ᵀ x⁺ᵀ

    They are some orthonormal basis of what is orthogonal to the others: only what they span is determined,
    or their sign if there is one. Of a wide x, the formula is for xᵀ.

    Shapes: (m,n)->(max(m,n),|m-n|), in stacks.
    Raises: DegenerateError, from the backward pass, if the result depends on the choice of the basis.
    """
    m, n = x.shape[-2:]
    u, _, vh = np.linalg.svd(as_numpy(x))  # Dask would leave the further columns out
    return u[..., n:] if m >= n else vh[..., m:, :].swapaxes(-1, -2)


def _svd_complement_vjp(g: Array, x: Array, out: Array) -> Array:
    if x.shape[-2] >= x.shape[-1]:
        return _complement_vjp(g, x, out)
    return _complement_vjp(g, x.mT, out).mT


svd_complement.vjp(x=_svd_complement_vjp)


@composition(np.linalg.svd)
def svd(a: Array, full_matrices: bool = True, compute_uv: bool = True) -> Any:
    """z = U, the singular values, and Vᵀ; or the singular values alone

    The full U of a tall matrix, or V of a wide one, has further columns: see svd_complement.
    """
    if not compute_uv:
        return np.linalg.svdvals(a)
    m, n = _sides(a)
    u, s, v = _triplets(singular_triplets(a), m)
    if full_matrices and m > n:
        u = np.concatenate([u, svd_complement(a)], axis=-1)
    if full_matrices and m < n:
        v = np.concatenate([v, svd_complement(a)], axis=-1)
    return _SVDResult(u, s, v.mT)
