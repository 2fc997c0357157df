"""Cases for the primitives whose operands and parameters do not follow from a gufunc signature.

One file a topic, as in `tinygrad_course.ops`. Each has CASES: all the cases of a primitive, by its
name; and may have MORE: cases beside those that the signature gives.
"""

import pkgutil
from importlib import import_module

from tinygrad_course.primitive import registry
from tinygrad_course.testing.corners import corner_cases
from tinygrad_course.testing.strategies import cases_for

_TOPICS = [
    import_module(f"{__name__}.{module.name}")
    for module in pkgutil.iter_modules(__path__)
    if module.name != "tools"
]

CASES = {}
MORE = {}
for _topic in _TOPICS:
    CASES |= getattr(_topic, "CASES", {})
    MORE |= getattr(_topic, "MORE", {})


def cases_of(name):
    """What this primitive is swept with; empty if there is no way to make a case."""
    if name in CASES:
        return CASES[name]
    primitive = registry[name]
    if primitive.signature is None:
        return ()
    return (*corner_cases(primitive), cases_for(primitive), *MORE.get(name, ()))
