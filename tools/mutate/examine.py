"""Examines mutants: laws on the primitive's cases, the tests of operations, the sweeps of the suite."""

import os
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from copy import deepcopy
from functools import cache
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from tinygrad_course.errors import LawError
from tinygrad_course.primitive import registry
from tinygrad_course.testing import Case
from tinygrad_course.testing.primitive_check import check_laws
from tinygrad_course.testing.strategies import for_all

from .equivalents import reason_for
from .mutant import Mutant, in_force, mutants_of

ROOT = Path(__file__).resolve().parents[2]
TESTS = ROOT / "tests" / "ops"
LAWS = ROOT / "tests" / "laws"
SWEEPS = ("test_half_precision.py", "test_edges.py", "test_underflow.py")
"""What else the suite does with every primitive: in half precision, with infinite numbers, with tiny ones."""

EXAMPLES = 20
"""The number of examples per strategy, the same as in check_primitive; the suite takes fewer of them."""

UNWANTED = ("cacheprovider", "hypothesispytest", "unraisableexception")
"""Plugins of pytest that write files, check the use of Hypothesis, or collect garbage."""

Check = tuple[str, Callable[..., bool], tuple[Any, ...]]
"""The name of a check, a function that returns whether it fails, and the arguments of that function."""


def prepare() -> None:
    """Set up a process before it examines mutants."""
    for channel in (1, 2):  # silence pytest, and LAPACK's messages about NaN
        os.dup2(os.open(os.devnull, os.O_WRONLY), channel)


def caught_by(mutant: Mutant) -> str:
    """The check that fails, "import" if the rules can't even be declared, or "" if no check fails.

    Raises: RuntimeError if that check also fails without the mutant.
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
    """The checks, from the cheapest to the most expensive; only the closest for equivalent mutants."""
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
        yield "tests", _a_test_fails, (*(str(LAWS / file) for file in SWEEPS), "-k", name)
        swept = f"{LAWS / 'test_dask.py'}::test_it_runs_as_far_as_the_list_says[{name}]"
        yield "Dask", _a_test_fails, (swept,)
    yield "tests", _a_test_fails, (str(TESTS),)


@cache
def cases_of(name: str) -> list[Case]:
    """All cases of a primitive in the suite, including those drawn from strategies."""
    cases: list[Case] = []
    # Imported by name, since mypy does not check the suite.
    cases_and_strategies: Any = import_module("tests.laws.cases").cases_of(name)
    for case in cases_and_strategies:
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


# --- in several processes ------------------------------------------------------------------------

AT_ONCE = 16
"""The number of mutants that a process examines at a time: neighbours use the same cases."""

BETWEEN_LINES = 100
"""The number of mutants between two lines of progress."""


def checks_that_fail(keys: Sequence[tuple[str, int]], processes: int) -> Iterator[str]:
    """The check that catches each mutant, in their order; progress and survivors are printed to stderr."""
    unnoticed = 0
    spawned = get_context("spawn")
    with ProcessPoolExecutor(processes, spawned, initializer=prepare) as pool:
        checks = pool.map(_examine, *zip(*keys), chunksize=AT_ONCE)
        for done, check in enumerate(checks, start=1):
            yield check
            if not check:
                unnoticed += 1
                topic, i = keys[done - 1]
                mutant = mutants_of(topic)[i]
                if not reason_for(mutant):
                    print(f"survived: {mutant}", file=sys.stderr, flush=True)
            if done % BETWEEN_LINES == 0:
                print(f"{done} of {len(keys)}, {unnoticed} unnoticed", file=sys.stderr, flush=True)


def _examine(topic: str, i: int) -> str:
    return caught_by(mutants_of(topic)[i])
