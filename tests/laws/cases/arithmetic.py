"""Remainders of both signs."""

import numpy as np

from tinygrad_course.testing import Case

_BOTH_SIGNS = Case((np.array([7.5, -7.4, 7.3, -7.2]), np.array([2.2, 2.1, -2.3, -2.0])))

MORE: dict[str, tuple[Case, ...]] = {
    "floor_divide": (_BOTH_SIGNS,),
    "remainder": (_BOTH_SIGNS,),
    "fmod": (_BOTH_SIGNS,),
}
