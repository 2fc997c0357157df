"""Calls of NumPy's functions, each in all the forms that are accepted: the sweep of test_calls.py.

One file a topic, as in `tinygrad_course.ops`, each with CALLS: the calls of each function.
A bare function of x stands there for Call(function).
"""

import pkgutil
from importlib import import_module

from tests.laws.calls.call import Call

CALLS = {}
for _module in pkgutil.iter_modules(__path__):
    CALLS |= getattr(import_module(f"{__name__}.{_module.name}"), "CALLS", {})


def calls_of(function):
    """All calls of a function."""
    return [x if isinstance(x, Call) else Call(x) for x in CALLS[function]]
