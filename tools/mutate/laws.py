"""The laws of a primitive with its cases: what tests/laws/test_laws.py holds it against, case by case."""

import warnings
from copy import deepcopy
from importlib import import_module
from typing import Any, NamedTuple

from tinygrad_course.testing import Case
from tinygrad_course.testing.laws import LAWS
from tinygrad_course.testing.strategies import for_all

from .build import AnyPrimitive

EXAMPLES = 20
"""As many of each strategy as check_primitive takes, which are the same ones then."""


class Verdict(NamedTuple):
    """The check that failed, and whether by an error rather than by what it found."""

    check: str
    crashed: bool


def cases_of(name: str) -> list[Case]:
    """All cases that the suite has for a primitive, those drawn from strategies included."""
    cases: list[Case] = []
    # By name, since the suite is no part of what is checked for types.
    given: Any = import_module("tests.laws.cases").cases_of(name)
    for case in given:
        if isinstance(case, Case):
            cases.append(case)
        else:
            for_all(case, cases.append, EXAMPLES)
    return cases


def broken_law(primitive: AnyPrimitive, cases: list[Case]) -> Verdict | None:
    """The first law that is broken, with warnings as errors, as in the suite."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for case in cases:
            own = deepcopy(case)  # a broken rule might write into it
            for law in LAWS:
                try:
                    law(primitive, own)
                except Exception as error:
                    return Verdict(law.__name__, not isinstance(error, AssertionError))
    return None
