"""What catches a mutant: the laws on one of the primitive's cases, a test of operations, or Dask's sweep."""

import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from copy import deepcopy
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from tinygrad_course.errors import LawError
from tinygrad_course.primitive import registry
from tinygrad_course.testing import Case
from tinygrad_course.testing.primitive_check import check_laws
from tinygrad_course.testing.strategies import for_all

from .equivalents import reason_for
from .mutant import Mutant, in_force

ROOT = Path(__file__).resolve().parents[2]
TESTS = ROOT / "tests" / "ops"
ON_DASK = ROOT / "tests" / "laws" / "test_dask.py"

EXAMPLES = 20
"""As many of each strategy as check_primitive takes, which are the same ones then."""

UNWANTED = ("cacheprovider", "hypothesispytest", "unraisableexception")
"""Plugins of pytest: one writes files, one complains of Hypothesis, one collects garbage."""

Check = tuple[str, Callable[..., bool], tuple[Any, ...]]
"""The name of a check, and how to find out that it fails."""


def prepare() -> None:
    """What a process needs to do before it examines mutants."""
    for channel in (1, 2):  # pytest reports there, and so does LAPACK where it is given NaN
        os.dup2(os.open(os.devnull, os.O_WRONLY), channel)


def caught_by(mutant: Mutant) -> str:
    """The check that fails, "import" where not even the rules can be declared, or "" if nothing notices.

    Raises: RuntimeError if that check fails without the mutant as well.
    """
    with ExitStack() as stack:
        try:
            stack.enter_context(in_force(mutant))
        except Exception:
            return "import"
        failing = next((check for check in _checks(mutant) if check[1](*check[2])), None)
    if failing is None:
        return ""
    name, fails, arguments = failing
    if _fails_anyway(fails, arguments):
        raise RuntimeError(f"the {name} fail without any mutant: {arguments}")
    return name


@cache
def _fails_anyway(fails: Callable[..., bool], arguments: tuple[Any, ...]) -> bool:
    return fails(*arguments)


def _checks(mutant: Mutant) -> Iterator[Check]:
    """From the cheapest to the most expensive; of what counts as equivalent, the closest are asked alone."""
    names = list(dict.fromkeys(name for name, _ in mutant.rules))
    for name in names:
        yield from (("laws", _a_law_breaks, (name, i)) for i in range(len(cases_of(name))))
    yield "tests", _a_test_fails, (str(TESTS / f"test_{mutant.topic}.py"),)
    if reason_for(mutant):
        return
    for name in names:
        functions = (f.__name__ for f in registry[name].numpy_functions)
        words = " or ".join({name, *functions})
        yield "tests", _a_test_fails, (str(TESTS / "test_elementwise.py"), "-k", words)
        swept = f"{ON_DASK}::test_it_runs_as_far_as_the_list_says[{name}]"
        yield "Dask", _a_test_fails, (swept,)
    yield "tests", _a_test_fails, (str(TESTS),)


@cache
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


def _a_law_breaks(name: str, i: int) -> bool:
    """With warnings as errors, as in the suite; on a copy, since a broken rule might write into it."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            check_laws(registry[name], deepcopy(cases_of(name)[i]))
        except LawError:
            return True
    return False


def _a_test_fails(*arguments: str) -> bool:
    options = ["-x", "-q", "--tb=no", "--assert=plain", f"--rootdir={ROOT}"]
    options += [f"-pno:{plugin}" for plugin in UNWANTED]
    code = pytest.main([*options, *arguments])
    if code in (pytest.ExitCode.INTERNAL_ERROR, pytest.ExitCode.USAGE_ERROR):
        raise RuntimeError(f"pytest could not run {arguments}: {code!r}")
    return code not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)
