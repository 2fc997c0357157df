"""Remainders of both signs, whole exponents."""

import numpy as np

from tinygrad_course.testing import Case

_BOTH_SIGNS = Case((np.array([7.5, -7.4, 7.3, -7.2]), np.array([2.2, 2.1, -2.3, -2.0])))

_BASE = np.array([[0.5, 1.5, 2.0], [0.7, 1.1, 0.3]])
_EXPONENTS = np.array([[1, -2, 0], [3, -1, 2]])

MORE = {
    "power": tuple(
        Case((_BASE, y)) for y in (_EXPONENTS, _EXPONENTS > 0, np.uint8(_EXPONENTS % 3))
    ),
    "floor_divide": (_BOTH_SIGNS,),
    "remainder": (_BOTH_SIGNS,),
    "fmod": (_BOTH_SIGNS,),
}
