"""Special functions."""

import numpy as np

from tests.laws.calls.call import on
from tinygrad_course.primitive import Domain

CALLS = {
    np.sinc: [
        lambda x: np.sinc(x),
        lambda x: np.sinc(x=x),
        on((3, 4), domain=Domain(-20, 20))(lambda x: np.sinc(x)),
        on(())(lambda x: np.sinc(x)),
    ],
    np.i0: [
        lambda x: np.i0(x),
        lambda x: np.i0(x=x),
        on((3, 4), domain=Domain(-20, 20))(lambda x: np.i0(x)),
        on(())(lambda x: np.i0(x)),
    ],
}
