"""Angles that jump by whole turns."""

import numpy as np

from tests.laws.calls.call import on
from tinygrad_course.primitive import Domain

TURNS = np.array([[0, 2, -1], [1, 1, 3]])

CALLS = {
    np.unwrap: [
        lambda x: np.unwrap(x),
        lambda x: np.unwrap(x + 2 * np.pi * TURNS),
        lambda x: np.unwrap(x + 2 * np.pi * TURNS, 5.0, 0),
        lambda x: np.unwrap(p=x, discont=None, axis=-2),
        lambda x: np.unwrap(x, period=1.5),
        lambda x: np.unwrap(x, axis=1, discont=2.0, period=3),
        on((3, 2, 3), domain=Domain(-9, 9))(lambda x: np.unwrap(x, axis=1)),
    ],
}
