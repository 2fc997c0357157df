"""Arithmetic in several results or in double precision, and what is left of complex numbers."""

import numpy as np

from tests.laws.calls.call import on
from tinygrad_course.primitive import POSITIVE

V = np.array([0.5, 1.5, 1.0])

CALLS = {
    np.divmod: [
        lambda x: np.divmod(x, 2),
        lambda x: np.divmod(x, -2 * V),
        lambda x: np.divmod(8.0, x),
        lambda x: np.divmod(V.tolist(), x),
        on((2, 1), (3,))(lambda x, y: np.divmod(x, y)),
    ],
    np.float_power: [
        lambda x: np.float_power(x, 2),
        lambda x: np.float_power(x, -3.0),
        lambda x: np.float_power(V.tolist(), x),
        lambda x: np.float_power(3, x),
        on((2, 1), (3,), domain=POSITIVE)(lambda x, y: np.float_power(x, y)),
    ],
    np.real: [lambda x: np.real(x), lambda x: np.real(val=x)],
    np.real_if_close: [
        lambda x: np.real_if_close(x),
        lambda x: np.real_if_close(a=x, tol=1000),
        lambda x: np.real_if_close(x, 1000),
    ],
}
