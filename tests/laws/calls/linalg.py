"""Inverses, determinants, solutions, powers, products."""

import numpy as np

from tests.laws.calls.call import Call, on

A = np.array([[2.0, 0.6, -0.3], [0.4, -1.5, 0.8], [0.1, 0.7, 1.8]])
B = np.array([[0.6, 1.4], [0.9, 1.1], [0.7, 1.3]])


def at(*arrays):
    """Short for calls on these very arrays."""
    return lambda call: Call(call, arrays=lambda: tuple(x.copy() for x in arrays))


_REGULAR = at(A)
_STACK = at(np.stack([A, A.T - 1.0]))

CALLS = {
    np.linalg.inv: [_REGULAR(np.linalg.inv), _STACK(lambda x: np.linalg.inv(a=x))],
    np.linalg.det: [
        _REGULAR(np.linalg.det),
        _STACK(lambda x: np.linalg.det(a=x)),
        at(np.array([[1.0, 2.0], [2.0, 4.0]]))(np.linalg.det),
    ],
    np.linalg.slogdet: [
        _REGULAR(np.linalg.slogdet),
        _STACK(lambda x: np.linalg.slogdet(a=x)),
        _REGULAR(lambda x: np.linalg.slogdet(x).logabsdet),
    ],
    np.linalg.solve: [
        at(A, B)(np.linalg.solve),
        at(A, B[:, 0])(lambda x, y: np.linalg.solve(a=x, b=y)),
        at(np.stack([A, -A.T]), B[:, 0])(np.linalg.solve),
        at(A, np.stack([B, -B]))(np.linalg.solve),
        _REGULAR(lambda x: np.linalg.solve(x, B.tolist())),
        on((3,))(lambda x: np.linalg.solve(A.tolist(), x)),
    ],
    np.linalg.pinv: [
        at(B)(np.linalg.pinv),
        at(np.stack([B.T, B.T[::-1] + 1.0]))(lambda x: np.linalg.pinv(a=x)),
        at(B)(lambda x: np.linalg.pinv(x, 1e-10)),
        at(B)(lambda x: np.linalg.pinv(x, rcond=None, hermitian=False)),
    ],
    np.linalg.lstsq: [
        at(B, A)(np.linalg.lstsq),
        at(B, A[0])(lambda x, y: np.linalg.lstsq(a=x, b=y, rcond=1e-10)),
        at(B.T, A[:2])(np.linalg.lstsq),
        at(A, B)(lambda x, y: np.linalg.lstsq(x, y, None)),
        at(B)(lambda x: np.linalg.lstsq(x, [1.0, 2.0, 4.0], -1)),
        on((3,))(lambda x: np.linalg.lstsq(B.tolist(), x)[:2]),
    ],
    np.linalg.tensorsolve: [
        at(A.reshape(3, 1, 3), B[:, :1])(np.linalg.tensorsolve),
        at(A[None], B[:, 0])(lambda x, y: np.linalg.tensorsolve(x, y, axes=(0,))),
        _REGULAR(lambda x: np.linalg.tensorsolve(a=x, b=[1.0, 2.0, 3.0], axes=None)),
    ],
    np.linalg.tensorinv: [
        at(A.reshape(3, 1, 3))(np.linalg.tensorinv),
        at(A.reshape(3, 3, 1))(lambda x: np.linalg.tensorinv(a=x, ind=1)),
    ],
    np.linalg.matrix_power: [
        *(_REGULAR(lambda x, n=n: np.linalg.matrix_power(x, n)) for n in (*range(-3, 8), 12)),
        _STACK(lambda x: np.linalg.matrix_power(a=x, n=3)),
        _STACK(lambda x: np.linalg.matrix_power(x, np.int64(0))),
    ],
    np.linalg.multi_dot: [
        on((2, 3), (3, 1))(lambda *x: np.linalg.multi_dot(x)),
        on((2, 3), (3, 1), (1, 4))(lambda *x: np.linalg.multi_dot(x)),
        on((2, 3), (3, 1), (1, 4), (4, 2))(lambda *x: np.linalg.multi_dot(x)),
        on((3,), (3, 1), (1, 2))(lambda *x: np.linalg.multi_dot(arrays=[*x])),
        on((3,), (3, 2), (2, 2), (2,))(lambda *x: np.linalg.multi_dot(x)),
        lambda x: np.linalg.multi_dot([x, A.tolist(), B[:, 0]]),
    ],
}
